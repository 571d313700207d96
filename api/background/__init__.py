"""Work of the process `followers` (后台): following the event log, and the duties."""
