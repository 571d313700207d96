"""Commands that people run (运行): start, measure and try the whole system."""
