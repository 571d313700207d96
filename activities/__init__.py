"""Activities (活动): everything that touches the world. Each is idempotent: it may be called again at any time."""
