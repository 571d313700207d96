"""Storage of ledgers (台账的存取): kinds, statements, answers, rules by digest, rebuilding."""
