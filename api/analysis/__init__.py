"""月度分析 at the door, and the views from before and outside beside it (R85 to R88).

`reports.py` draws up, opens and finishes an analysis; `workbook.py` is it as .xlsx; `open_data.py` what anybody may
know of it; `outside.py` trend and others' scores; `old_register.py` what was kept before this system.
"""
