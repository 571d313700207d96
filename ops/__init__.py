"""The operators' commands (运行): start, prepare, check and mend a system."""
