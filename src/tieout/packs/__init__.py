"""Pure: one folder a finance process, one module a family of exception codes."""
