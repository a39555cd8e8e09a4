"""Why this copy cannot run as it was told to: said to whoever started it, with what to do about it."""

from __future__ import annotations


class CannotRunError(RuntimeError):
    """Something about this machine or its settings. The text names the place and the remedy; no traceback is due."""
