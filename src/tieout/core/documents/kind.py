"""A document: a canonical, immutable business paper. What the kernel asks of each, whatever its kind."""

from __future__ import annotations

from typing import Protocol


class Document(Protocol):
    """Any canonical document. A correction is a new version that supersedes."""

    @property
    def kind(self) -> str:
        """The kind's name ("receipt")."""
        ...

    @property
    def number(self) -> str:
        """What its sender calls it."""
        ...
