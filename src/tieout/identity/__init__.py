"""Identity: users, tenants and their entities, grants of roles, and one-time sign-in links."""
