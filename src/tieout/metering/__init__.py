"""Metered usage: counted, proven complete, stated for each account and month. A room above the kernel's engine."""
