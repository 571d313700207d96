"""What other systems and sheets bring in (数据交换): hotlines, imports, callbacks of departments."""
