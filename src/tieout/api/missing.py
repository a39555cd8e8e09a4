"""What does not exist, or may not be seen by the caller: the same answer for both."""

from __future__ import annotations

from uuid import UUID


class Missing(Exception):
    """The caller's tenant and companies have no such object."""

    def __init__(self, kind: str, id_: UUID) -> None:
        super().__init__(f"there is no {kind} {id_} that you may see")
