"""Usage as values: events, their totals, and statements of them. Pure."""
