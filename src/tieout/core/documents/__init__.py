"""Documents as the kernel knows them: a kind, a number, and what reading a file gives."""
