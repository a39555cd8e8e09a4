"""The tables and SQL of usage: the room `metering` reads and writes them, and nobody else."""
