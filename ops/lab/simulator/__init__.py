"""The department simulator (部门模拟器): a department's system that answers, misbehaves and calls back as set."""
