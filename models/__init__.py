"""The ground floor (规则): pure. No Temporal, no HTTP, no clock, no randomness."""
