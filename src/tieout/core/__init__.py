"""The kernel: pure values and functions; the standard library only; no clock, dice, log, file or network."""
