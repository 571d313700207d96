"""Ledgers as they are kept (台账的存取): kinds, statements, answers, rules by their digest, rebuilding."""
