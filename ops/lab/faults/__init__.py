"""Fault trials (故障试验): processes are killed while cases are worked on; then the result is checked from outside."""
