"""The one way in which the embedded PostgreSQL fails: with the place, the reason and what to do."""

from __future__ import annotations

from tieout.config.errors import CannotRunError
from tieout.core.values.sentence import sentence_of


class EmbeddedError(CannotRunError):
    """The embedded server cannot run. `remedy` says what the reader can do about it."""

    def __init__(self, message: str, /, *, remedy: str, **values: object) -> None:
        super().__init__(message, **values)
        self.remedy = sentence_of(remedy, values)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"
