"""Events of a feed on their way to the stage: each id once, in the order of instant and key, by columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import lt
from typing import Final

from tieout.metering.core.usage import event_key, event_keys
from tieout.metering.formats import Columns
from tieout.store.metering.staging import Staged

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Events with an id of their own, as they are staged, each with its place in the columns; `again`: the places of those whose
    id has come earlier in the columns, each with that earlier place. `ascending`: the keys are in order too, from the `least` on."""

    rows: list[Staged]
    least: bytes
    ascending: bool
    again: list[tuple[int, int]]

    def corrections(self, positions: Iterable[int]) -> int:
        """How many of these rows are corrections."""
        return sum(bool(self.rows[k][4]) for k in positions)


def ordered(usage: Columns, series: Mapping[tuple[str, str], int]) -> Ordered:
    """Events of a feed, at least one, all of them usage. `series`: their numbers by meter and identifier."""
    keys, count = event_keys(usage.ids), len(usage)
    first = dict(zip(reversed(keys), range(count - 1, -1, -1), strict=True))
    instants = [(at - _EPOCH) // _MICROSECOND for at in usage.instants]
    numbers = list(map(series.__getitem__, zip(usage.meters, usage.identifiers, strict=True)))
    corrects = [event_key(corrected) if corrected else b"" for corrected in usage.corrects]
    rows = zip(instants, keys, numbers, usage.quantities, corrects, range(count), strict=True)
    in_order = sorted(rows if len(first) == count else (row for row in rows if first[row[1]] == row[5]))
    keys_in_order = [row[1] for row in in_order]
    return Ordered(
        rows=in_order,
        least=min(first),
        ascending=all(map(lt, keys_in_order, keys_in_order[1:])),
        again=[] if len(first) == count else [(k, first[key]) for k, key in enumerate(keys) if first[key] != k],
    )


def by_feed(feeds: Sequence[str], default: str) -> dict[str, Sequence[int]]:
    """Positions of events by feed."""
    if not any(feeds):
        return {default: range(len(feeds))} if feeds else {}
    positions: dict[str, list[int]] = {}
    for k, feed in enumerate(feeds):
        positions.setdefault(feed or default, []).append(k)
    return dict(positions)
