"""Errors of our own in one claim: it is set aside with a case (INT-FAULT), and the other claims of its batch go on.

An error in a pack or in the kernel, or a verdict that its tables cannot hold, rolls its batch back. The batch is then done in
halves, until the claim stands alone whose judgement fails. What fails whatever the claim (the database, the disk, memory)
is raised: then nothing is wrong with one of them.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import structlog

import tieout
from tieout.core.case.faulted import FAULT, set_aside
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.bounds import short, text_kept
from tieout.engine.changes import Changes, RecordChange
from tieout.engine.claim_record import claim_records, hours_of
from tieout.engine.commit import commit
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.store import cases, claims, wanted
from tieout.store.claims import ClaimRow
from tieout.store.link import Collision, Unreachable, transaction

T = TypeVar("T")
_REASON_BYTES_MAX: Final = 300
_log = structlog.get_logger("tieout.engine")


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that may be of one claim."""

    error: Exception


def attempted(act: Callable[[], T]) -> T | Fault:
    """What `act` gives, or its error where that may be of one claim.

    An error of the database, the disk or the machine is raised, and so is a collision of transactions: no claim is at fault.
    """
    try:
        return act()
    except Exception as error:
        if isinstance(error, (*Unreachable, *Collision)):
            raise
        return Fault(error)


@dataclass(slots=True)
class Share:
    """How many claims a transaction may take, and how many it has taken. `alone`: it takes one, and puts it aside where that fails."""

    limit: int
    taken: int = 0

    @property
    def alone(self) -> bool:
        """Whether it takes one claim at most."""
        return self.limit == 1


def in_shares(scope: Scope, act: Callable[[Share], T], *, limit: int) -> Iterator[T]:
    """What `act` gives for up to `limit` claims, in a transaction of its own; where one of them fails, for its halves.

    Raises what is no fault of a claim, and a fault where no claim was taken yet or the one that was could not be put aside.
    """
    share = Share(limit=limit)
    done = attempted(lambda: again(scope, lambda: act(share)))
    if not isinstance(done, Fault):
        yield done
        return
    if share.alone or not share.taken:
        raise done.error
    half = share.taken // 2
    for part in (half, share.taken - half) if half else (1,):
        yield from in_shares(scope, act, limit=part)


def guarded(
    engine: Engine,
    scope: Scope,
    share: Share,
    rows: Sequence[ClaimRow],
    *,
    act: Callable[[], T],
    otherwise: T,
    at: datetime,
) -> T:
    """`act`, in the caller's transaction, which holds these rows. Of a share that is one claim, `otherwise` where it fails: that claim
    is put aside then."""
    share.taken = len(rows)
    if not share.alone or not rows:
        return act()

    def within() -> T:
        with transaction(scope):  # within the caller's: a savepoint
            return act()

    done = attempted(within)
    if not isinstance(done, Fault):
        return done
    _put_aside(engine, scope, rows[0], done.error, at=at)
    return otherwise


def _put_aside(engine: Engine, scope: Scope, row: ClaimRow, error: Exception, *, at: datetime) -> None:
    """Open, or leave as it is, the case that says that this claim could not be judged; it is not dirty any more."""
    _log.error("claim.fault", exc_info=error, tenant=scope.tenant, claim=row.key)
    (record,) = claim_records(scope, [row])
    change = set_aside(
        record.claim,
        record.cases,
        reason_of(error),
        at=at,
        begun=wanted.begun(scope, [row.id]),
        hours=_hours(scope, row),
        catalogue=engine.catalogue,
    )
    commit(engine, scope, Changes(claims=[RecordChange(record=record, claim_change=change)]), at=at)


def check_again(scope: Scope) -> int:
    """Have the claims that were set aside judged again: the program may be another one by now. Returns how many they are."""
    with transaction(scope):
        return claims.mark_dirty(scope, cases.claims_with(scope, FAULT))


def reason_of(error: Exception) -> str:
    """The error and its place in the program, on one line: "KeyError: 'kg', in packs/payables/pack.py, line 120"."""
    stated = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
    frames = traceback.extract_tb(error.__traceback__)
    place = f", in {_file(frames[-1].filename)}, line {frames[-1].lineno}" if frames else ""
    return short(text_kept(stated), _REASON_BYTES_MAX) + place


def _file(name: str) -> str:
    """A file as an engineer finds it, without where it is installed."""
    path, home = Path(name), Path(tieout.__file__).parent
    if path.is_relative_to(home):
        return path.relative_to(home).as_posix()
    return "/".join(path.parts[-2:])


def _hours(scope: Scope, row: ClaimRow) -> Hours:
    """The business hours of its last verdict; the ordinary ones where that cannot be read, which may be the error itself."""
    hours = attempted(lambda: hours_of(scope, [row.id]))
    return Hours() if isinstance(hours, Fault) else hours.get(row.id, Hours())
