"""Departments' own systems (部门系统对接): how each is reached, and how they are isolated from each other."""
