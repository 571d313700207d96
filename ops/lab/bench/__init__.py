"""Measurements (测量): counts first, then ratios to a bare workflow in the same run, absolutes last."""
