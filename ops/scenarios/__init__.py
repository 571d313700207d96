"""Scenario files (场景文件): acceptance cases, run through the HTTP API against the real engine (contract.md)."""
