"""What every command passes on its way to a workflow (指令): whose case, facts, sealed words, keys, the gateway."""
