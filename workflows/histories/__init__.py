"""Reading histories (流程历史): their recorded entries, and a replay."""
