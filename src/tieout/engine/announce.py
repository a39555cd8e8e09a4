"""Notifying claims of news under the keys that they watch: none is missed, whichever transaction commits first.

A document R comes in while a claim C is being tied out. Three transactions and one check, each after the one before it has
committed:

    receive    writes R's look-ups and a signal for each of their keys
    announce   takes signals, marks the claims that watch their keys dirty, removes the signals
    tie-out    locks C, looks under its keys, writes C's watches (with the sum of look-up ids seen under each), a verdict,
               and a recheck that names C
    recheck    compares the sums under C's keys with what C saw; where they differ C is dirty again; removes the recheck

C misses R only if its look-up ran before receive committed. Then either C's watches are committed when announce looks
for them, and announce marks C; or they are not, so C commits after announce looked, hence after receive committed, and the
recheck, which comes after that, finds R's look-ups, which C's sum does not contain. Marking waits for C's lock, and
looks at C again after it has it; so a mark cannot be lost under the write that cleans C.

The sum shows every change: look-ups are never removed, their ids only grow, and a look-up whose document changed its state
(superseded, a claim that was rejected) gets a new id. An id that was drawn earlier and commits later still adds to
the sum, where "anything above the last id seen" would pass it over.

Near duplicates are watched only where there are some, and only who came second has to hear of the first. So a claim looks once more
under its near keys in the recheck of its first verdict; and one that is tied out first after a near duplicate that came later has a
signal for that one (`AGAIN`), which was judged before this one's look-ups were there.

A worker may die anywhere: signals and rechecks are rows that stay until they have been passed on, and `sweep` takes
those that no other worker has locked. Allocations need none of this: whoever reads them holds the lock of their order, and
whoever changes them takes it too, and so finds the reader's watches committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tieout.core.tie_out.key import AGAIN
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import claims, verdicts, watches
from tieout.store.link import transaction

_LIMIT = 5_000


def announce(engine: Engine, scope: Scope) -> int:
    """Notify watching claims of all signals. Returns how many claims became dirty. Call it outside of any transaction."""
    marked = 0
    while True:
        with transaction(scope):
            news = watches.take_signals(scope, limit=_LIMIT)
            if not news:
                return marked
            silent: dict[str, set[UUID]] = {}
            loud: set[str] = set()
            again: set[UUID] = set()
            for _, key, claim in news:
                if key.startswith(AGAIN):
                    again.add(UUID(key.removeprefix(AGAIN)))
                elif claim is None:
                    loud.add(key)
                else:
                    silent.setdefault(key, set()).add(claim)
            affected = {
                claim
                for key, claim in watches.watchers(scope, loud | silent.keys())
                if key in loud or silent[key] != {claim}
            }
            engine.steps("announce.found")
            marked += claims.mark_dirty(scope, sorted(affected | again))
            watches.drop_signals(scope, [number for number, _, _ in news])
        engine.steps("announce.committed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A recheck that its writer can do from memory: `asked` are the keys of each claim, `seen` the sums under them."""

    id: UUID
    asked: dict[UUID, tuple[str, ...]]
    seen: dict[str, int]


def recheck_own(engine: Engine, scope: Scope, check: Check) -> int:
    """Look whether news came while this batch was tied out. Gives how many claims became dirty.

    The same as `recheck`, from what the batch remembers. A claim that another worker has tied out again since is compared with
    what we saw and not with what it saw: at worst it is tied out once too often.
    """
    with transaction(scope):
        if not watches.take_rechecks(scope, recheck=check.id):
            return 0  # a sweep is doing it already
        now = watches.sums(scope, check.seen)
        changed = {key for key, seen in check.seen.items() if seen != now.get(key, 0)}
        overtaken = sorted(claim for claim, asked in check.asked.items() if not changed.isdisjoint(asked))
        marked = claims.mark_dirty(scope, overtaken)
        watches.drop_rechecks(scope, [check.id])
    engine.steps("recheck.committed")
    return marked


def recheck(engine: Engine, scope: Scope) -> int:
    """Look whether news came while claims were tied out whose worker has died since."""
    marked = 0
    while True:
        with transaction(scope):
            taken = watches.take_rechecks(scope)
            if not taken:
                return marked
            ids = sorted({claim for _, batch in taken for claim in batch})
            # what was under the near keys of first verdicts when their worker looked, nobody knows
            first = {row.id for row in claims.by_ids(scope, ids) if row.verdict_seq == 1}
            marked += claims.mark_dirty(scope, sorted(first | watches.overtaken(scope, keys_of(scope, ids))))
            watches.drop_rechecks(scope, [number for number, _ in taken])
        engine.steps("recheck.committed")


def keys_of(scope: Scope, ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The keys that each of these claims watches since its last judgement, in every book."""
    looked_up = verdicts.looked_up(scope, ids) if ids else {}
    return {claim: _bare(canonical_json.decode_as(tuple[str, ...], asked)) for claim, asked in looked_up.items()}


def _bare(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys without their books: verdicts of former releases name these."""
    if any("@" in key.partition("/")[0] for key in keys):
        return watched(map(Key.parse, keys))
    return keys


def watched(asked: Iterable[Key]) -> tuple[str, ...]:
    """The keys to watch for whoever asked for these: without books, so that it is notified too often rather than too rarely."""
    return tuple(sorted({key.bare for key in asked}))


def sweep(engine: Engine, scope: Scope) -> int:
    """Process the signals and rechecks that a dead worker left behind."""
    return announce(engine, scope) + recheck(engine, scope)
