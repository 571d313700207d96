"""案件 at the door: registration, commands, views, and the commands on offer."""
