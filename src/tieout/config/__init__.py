"""How this copy runs: settings read once from the environment, and an embedded PostgreSQL for want of a server."""
