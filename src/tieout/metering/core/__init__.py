"""Usage as values: what an event is, how events add up, and what a statement says of them. Pure."""
