"""The report behind the page: kept while no event has come, and otherwise made anew; where that takes long, beside the requests.

Few claims are read at once, and the page waits for them. Where there are more, a page shows the report as it was last made while a
thread makes the next; the first time there is none, and the page says so. What was read of a claim is kept as long as neither it nor
one of its cases goes on, so that only the first report of a process reads all of them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import Final

import structlog

from tieout.core.values.scope import Scope
from tieout.engine.application import application, codes, processes
from tieout.intelligence.facts import ClaimFact
from tieout.intelligence.report import Report, report
from tieout.store.link import close
from tieout.store.screens.measured import CLAIMS_MAX, Facts, how_many, last_position, measured

DAYS: Final = (30, 90, 180)
AT_ONCE_MAX: Final = 1_000
"""Claims that are read while the page waits: some four tenths of a second."""
_KEPT_MAX: Final = 8
_SLOW: Final = 1  # seconds
_PATIENCE: Final = 20
_log = structlog.get_logger("tieout.web")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A report that is asked for."""

    scope: Scope
    process: str
    days: int

    @property
    def key(self) -> object:
        """Under which it is kept: for everybody who sees the same companies."""
        return self.scope.tenant, self.scope.entities, self.process, self.days


_kept: OrderedDict[object, _Kept] = OrderedDict()
_making: dict[object, Thread] = {}
_facts: Final = Facts(limit=2 * CLAIMS_MAX)
_lock: Final = Lock()


def read(scope: Scope, *, process: str, days: int, at: datetime) -> Read | None:
    """The report of a process ("": all) over the last days: of now, or where that takes long, as it was last made; None where it is
    being made for the first time."""
    wanted = _Wanted(scope=scope, process=process, days=days)
    position, begun = last_position(scope), monotonic()
    with _lock:
        kept = _kept.get(wanted.key)
        if kept and (begun < kept.until or (position, _quarter(at)) == (kept.position, kept.quarter)):
            _kept.move_to_end(wanted.key)
            return kept.read
    if how_many(scope, since=at - timedelta(days=days), limit=AT_ONCE_MAX + 1) <= AT_ONCE_MAX:
        return _make(wanted, position, at=at)
    with _lock:
        if not _making:  # one at a time, whoever asks for which: the requests have the processor too
            _making[wanted.key] = Thread(target=_beside, args=(wanted, position, at), daemon=True)
            _making[wanted.key].start()
    return kept.read if kept else None


def made(scope: Scope, *, process: str, days: int) -> bool:
    """Whether a report that was being made is there now; waits for it."""
    wanted = _Wanted(scope=scope, process=process, days=days)
    with _lock:
        thread = _making.get(wanted.key)
    if thread is not None:
        thread.join()
    with _lock:
        return wanted.key in _kept


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _beside(wanted: _Wanted, position: int, at: datetime) -> None:
    """In a thread of its own, with a connection of its own."""
    try:
        _make(wanted, position, at=at)
    except Exception:  # noqa: BLE001 - the one at this door: the next request tries again
        _log.exception("report.failed", tenant=wanted.scope.tenant)
    finally:
        close()
        with _lock:
            _making.pop(wanted.key, None)


def _make(wanted: _Wanted, position: int, *, at: datetime) -> Read:
    begun, since = monotonic(), at - timedelta(days=wanted.days)
    facts = measured(
        wanted.scope, since=since, kinds=application().kinds, processes=processes(), codes=codes(), kept=_facts
    )
    new = Read(
        report=report(facts.claims, since=since, at=at, process=wanted.process),
        claims={claim.id: claim for claim in facts.claims},
        cut=facts.cut,
    )
    took = monotonic() - begun
    with _lock:
        _kept[wanted.key] = _Kept(
            read=new,
            position=position,
            until=monotonic() + (_PATIENCE * took if took > _SLOW else 0),
            quarter=_quarter(at),
        )
        _kept.move_to_end(wanted.key)
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return new
