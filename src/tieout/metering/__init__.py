"""Usage that is metered: counted, proven complete, stated for each account and month."""
