"""What every process stands on (平台): database, keys, signatures, settings, health, alarms, one leader of several."""
