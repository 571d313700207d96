"""Followers of the event log (跟随者): the log itself, scores, webhooks."""
