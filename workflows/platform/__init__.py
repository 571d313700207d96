"""The way to the engine (引擎平台): client, codec, sealing, sandbox, build, whom to believe."""
