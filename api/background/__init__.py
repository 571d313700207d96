"""What the process `followers` does with these services (后台): follow the event log, and the duties."""
