"""The events of a claim and its cases, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tieout.core.case.upcast import AnyEvent, type_of, upcast
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import scoped
from tieout.store.models import Event

SHOWN_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event in its stream (the id of a claim or a case); `seq` counts from 1 within it."""

    stream: UUID
    seq: int
    at: datetime
    actor: str
    event: AnyEvent


@scoped
def history(scope: Scope, streams: Iterable[UUID]) -> tuple[Happening, ...]:
    """The latest 500 events of these streams, oldest first. The caller has checked that they may be seen."""
    events = Event.objects.filter(tenant=scope.tenant, stream__in=list(streams)).order_by("-at", "-position")
    rows = list(events[:SHOWN_MAX])
    return tuple(
        Happening(stream=row.stream, seq=row.seq, at=row.at, actor=row.actor, event=_event(row))
        for row in reversed(rows)
    )


def _event(row: Event) -> AnyEvent:
    return event_of(row.type, row.version, bytes(row.payload))


def event_of(name: str, version: int, payload: bytes) -> AnyEvent:
    """A stored event in the present version of its class."""
    type_ = type_of(name)
    if version != type_.version:
        payload = json.dumps(dict(upcast(name, version, json.loads(payload)))).encode()
    return canonical_json.decode_as(type_, payload)
