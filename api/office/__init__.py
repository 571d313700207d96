"""办公 at the door: monthly meetings, changes of the calendar, and acts that need two persons."""
