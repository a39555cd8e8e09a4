"""Why this installation cannot run as it is configured: shown to whoever started it, with the remedy."""

from __future__ import annotations

from tieout.core.values.sentence import sentence_of


class CannotRunError(RuntimeError):
    """Something about this machine or its settings. The text names the place and the remedy; no traceback is shown."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message)
        self.message = sentence_of(message, values)
        self.remedy = ""

    def __str__(self) -> str:
        return str(self.message)
