"""What is not there, or not to be seen by the caller: the same answer for both."""

from __future__ import annotations

from uuid import UUID


class Missing(Exception):
    """No such thing in the caller's books."""

    def __init__(self, kind: str, id_: UUID) -> None:
        super().__init__(f"there is no {kind} {id_} that you may see")
