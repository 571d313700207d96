"""一类事 at the door: from one case to a kind of case (R78 to R84).

`handler.py` drafts, agrees, publishes, looks into; `opening.py` makes a solution of what a case proposed; `amended.py`
stops what rests on an amended law.
"""
