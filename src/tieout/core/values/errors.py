"""What the kernel raises. Documents that disagree are findings and are never raised; these are the rest.

A message is English and the id of its translation; its values are given by name:
`Malformed("there is no file {path}", path=path)`. `wording.sentences` writes it in the reader's language.
"""

from __future__ import annotations

from tieout.core.values.sentence import sentence_of


class Refused(Exception):
    """A command that may not be done now, or not by this actor. `code` is stable, `message` is for people."""

    def __init__(self, code: str, message: str, /, **values: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = sentence_of(message, values)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Malformed(ValueError):
    """A value that cannot be read. `where` names the place, `remedy` what the sender can do; both messages share the values."""

    def __init__(self, message: str, /, *, where: str = "", remedy: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = sentence_of(message, values)
        self.where = where
        self.remedy = sentence_of(remedy, values)

    def __str__(self) -> str:
        return str(self.message)
