"""案件 at the door: registered, acted on, read, and what can be done with one."""
