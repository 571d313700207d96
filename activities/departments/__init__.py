"""Departments' own systems (部门系统对接): how each is reached, and how none of them can hold up the others."""
