"""一类事 at the door: from one case to a kind of case (R78 to R84).

`handler.py` drafts, agrees, publishes, looks into; `opening.py` makes solutions of cases' drafts; `amended.py` suspends
solutions that rest on an amended law.
"""
