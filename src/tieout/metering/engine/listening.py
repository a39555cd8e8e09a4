"""How metering follows other documents: contracts, meters, prices and mappings may change statements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.engine.plugged import Listener
from tieout.store.metering import months


class Metering:
    """Mark statements for review in the transaction that records a document: `engine.plugged.Listener`."""

    def recorded(self, scope: Scope, lookups: Collection[tuple[str, UUID]]) -> None:
        """See `months.wake`."""
        months.wake(scope, lookups)


METERING: Final[Listener] = Metering()
