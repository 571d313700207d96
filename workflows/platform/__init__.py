"""The engine's platform (引擎平台): client, codec, sealing, sandbox, build, trusted keys."""
