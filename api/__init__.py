"""Doors (入口): a route checks who is asking, sends one update or reads one view."""
