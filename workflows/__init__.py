"""Workflows (流程): time and durability. Rules live in `models`, the world in `activities`."""
