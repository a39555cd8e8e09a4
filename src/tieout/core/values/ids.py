"""Ids: source keys make intake idempotent; ours are made at the edge; derived ids give a retry the id of the first attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

FILE: Final = "file"
"""The system of documents whose senders have not named them."""
OURS: Final = "tieout"
"""The system of documents that the kernel makes itself."""
_NAMESPACE: Final = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKey:
    """Which document of which external system this is. `version` grows when the system corrects the document.

    "" on receipt: the system does not count versions of its documents. Then we do: it grows whenever the content changes.
    """

    system: str
    kind: str
    external_id: str
    version: str = "1"

    def __str__(self) -> str:
        return f"{self.system}/{self.kind}/{self.external_id}@{self.version}"


def derive(*parts: str) -> UUID:
    """The same id for the same parts, always: uuid5 over the parts, joined by a character that none contains."""
    return uuid5(_NAMESPACE, "\x1f".join(parts))
