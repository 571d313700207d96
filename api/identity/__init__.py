"""Identity (身份): accounts, sign-in, sessions, tokens, second factor, rates, the gate, and the access log."""
