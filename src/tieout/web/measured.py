"""The report behind the page, kept while no event has come; and for twenty times as long as reading it took, whatever comes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Final

from tieout.core.values.scope import Scope
from tieout.engine.application import application, codes, processes
from tieout.intelligence.facts import ClaimFact
from tieout.intelligence.report import Report, report
from tieout.store.screens.measured import last_position, measured

DAYS: Final = (30, 90, 180)
_KEPT_MAX: Final = 8
_SLOW: Final = 1  # seconds
_PATIENCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A report with the facts that it was made from, by id; `cut`: there were more claims than are measured."""

    report: Report
    claims: dict[str, ClaimFact]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    read: Read
    position: int
    until: float
    quarter: datetime


_kept: OrderedDict[object, _Kept] = OrderedDict()
_lock: Final = Lock()


def read(scope: Scope, *, process: str, days: int, at: datetime) -> Read:
    """The report of a process ("": all) over the last days."""
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    key, position = (scope.tenant, scope.entities, process, days), last_position(scope)
    begun = monotonic()
    with _lock:
        kept = _kept.get(key)
        if kept and (begun < kept.until or (position, quarter) == (kept.position, kept.quarter)):
            _kept.move_to_end(key)
            return kept.read
    since = at - timedelta(days=days)
    facts = measured(scope, since=since, kinds=application().kinds, processes=processes(), codes=codes())
    made = Read(
        report=report(facts.claims, since=since, at=at, process=process),
        claims={claim.id: claim for claim in facts.claims},
        cut=facts.cut,
    )
    took = monotonic() - begun
    with _lock:
        _kept[key] = _Kept(
            read=made,
            position=position,
            until=monotonic() + (_PATIENCE * took if took > _SLOW else 0),
            quarter=quarter,
        )
        _kept.move_to_end(key)
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return made
