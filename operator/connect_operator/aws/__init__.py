"""Amazon Connect behind the engine's ports: clients, credentials, error codes."""
