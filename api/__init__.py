"""Doors (入口): a route checks its user, sends one update or reads one view."""
