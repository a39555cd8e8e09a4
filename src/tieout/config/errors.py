"""Why this installation cannot run as it is configured: shown to whoever started it, with the remedy."""

from __future__ import annotations


class CannotRunError(RuntimeError):
    """Something about this machine or its settings. The text names the place and the remedy; no traceback is shown."""
