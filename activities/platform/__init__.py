"""The base of every process (平台): database, keys, signatures, settings, health, alarms, leader election."""
