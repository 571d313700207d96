"""Histories read again (流程历史): what they recorded, and a replay."""
