"""Lines for the person at the terminal. Answers go to standard output; what we are doing goes to standard error."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """One line about what is going on."""
    print(line, file=sys.stderr, flush=True)
