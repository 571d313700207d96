"""The way of every command to a workflow (指令): whose case, facts, sealed words, keys, the gateway."""
