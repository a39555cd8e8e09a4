"""What of usage waits to be done: pieces nobody has counted, months whose statements have news."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tieout.store.over_tenants import Waiting, hops

_CHORES: Final[dict[str, tuple[str, str]]] = {
    "usage": ("store_usagebatch", "received_at < %(at)s - interval '5 minutes'"),
    # Statements are written when nothing is being counted: who counts writes them at the end.
    "usage_statements": (
        "store_usagetouched",
        "not exists (select from store_usagebatch b where b.tenant = store_usagetouched.tenant)",
    ),
}


def pending(*, at: datetime) -> list[Waiting]:
    """All usage that waits now."""
    return hops(_CHORES, at=at)
