"""The one way in which the embedded PostgreSQL fails: with the place, the reason and what to do."""

from __future__ import annotations

from tieout.config.errors import CannotRunError


class EmbeddedError(CannotRunError):
    """The embedded server cannot run. `remedy` says what the reader can do about it."""

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy
