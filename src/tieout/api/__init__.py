"""The JSON API, one module a resource. Parses, calls the engine, renders; no rules and no SQL."""
