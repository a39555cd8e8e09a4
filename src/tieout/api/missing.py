"""What does not exist, or may not be seen by the caller: the same answer for both."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from tieout.wording.catalogue import marked, text


class Missing(Exception):
    """The caller's tenant and companies have no such object."""

    def __init__(self, kind: Literal["case", "claim", "document"], id_: UUID) -> None:
        super().__init__(text(_MISSING[kind], id=id_))


_MISSING: Final = {
    "case": marked("there is no case {id} that you may see"),
    "claim": marked("there is no claim {id} that you may see"),
    "document": marked("there is no document {id} that you may see"),
}
