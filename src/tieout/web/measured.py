"""The report behind the page: read once, kept as long as no event has come and the quarter of an hour is the same."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from tieout.core.scope import Scope
from tieout.engine.desk import codes, processes
from tieout.intelligence.facts import ClaimFact
from tieout.intelligence.report import Report, report
from tieout.store.screens.measured import last_position, measured

DAYS: Final = (30, 90, 180)
_KEPT_MAX: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A report with the facts that it was made from, by id; `cut`: there were more claims than are measured."""

    report: Report
    claims: dict[str, ClaimFact]
    cut: bool


_kept: OrderedDict[object, Read] = OrderedDict()
_lock: Final = Lock()


def read(scope: Scope, *, process: str, days: int, at: datetime) -> Read:
    """The report of a process ("": all) over the last days."""
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    key = (scope.tenant, scope.entities, process, days, quarter, last_position(scope))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    since = at - timedelta(days=days)
    known = measured(scope, since=since, processes=processes(), codes=codes(), process=process)
    made = Read(
        report=report(known.claims, since=since, at=at),
        claims={claim.id: claim for claim in known.claims},
        cut=known.cut,
    )
    with _lock:
        _kept[key] = made
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return made
