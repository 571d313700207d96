"""Data from other systems and sheets (数据交换): hotlines, imports, callbacks of departments."""
