"""The configuration of this installation: settings read once from the environment, and an embedded PostgreSQL where no server is named."""
