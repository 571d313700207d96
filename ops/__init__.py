"""What operators run (运行): start, prepare, check and mend a system, and what that stands on."""
