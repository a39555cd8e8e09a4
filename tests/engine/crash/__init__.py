"""Workers that are killed at every step boundary, and what must hold afterwards."""
