"""The rows of queues: made when first used, locked while their counts change."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, Final

from tieout.core.outbox.queue import Lane
from tieout.core.values.scope import Scope
from tieout.store.link import scoped
from tieout.store.models import Lane as Row

_NAMES: Final = tuple(field.name for field in fields(Lane))


@scoped
def lock_lane(scope: Scope, name: str) -> Lane:
    """The queue, made if it is new; its row is locked until the transaction ends."""
    rows = Row.objects.filter(tenant=scope.tenant, name=name).select_for_update()
    values = rows.values(*_NAMES).first()
    if values is None:
        Row.objects.bulk_create([Row(tenant=scope.tenant, name=name)], ignore_conflicts=True)
        values = rows.values(*_NAMES).get()
    return Lane(**values)


@scoped
def save_lane(scope: Scope, lane: Lane) -> None:
    """Writes the queue. In the transaction that locked it."""
    columns = asdict(lane)
    Row.objects.filter(tenant=scope.tenant, name=columns.pop("name")).update(**columns)


@scoped
def lanes(scope: Scope) -> list[Lane]:
    """All queues that the tenant ever used, by name."""
    rows: Any = Row.objects.filter(tenant=scope.tenant).order_by("name").values(*_NAMES)
    return [Lane(**row) for row in rows]
