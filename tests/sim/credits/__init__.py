"""Random worlds of claims and credits in all three processes, and an oracle that knows nothing of the core."""
