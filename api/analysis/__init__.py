"""月度分析 at the door, with figures from before this system and from outside (R85 to R88).

`reports.py` draws up, opens and finishes an analysis; `workbook.py` writes it as .xlsx, `open_data.py` for everybody;
`outside.py` has the trend and third parties' scores, `old_register.py` the register from before this system.
"""
