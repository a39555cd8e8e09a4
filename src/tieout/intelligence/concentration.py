"""Concentration (S-24): the fewest places (warehouse, segment, rule) that explain most of the delay, and what fixing each would save.

A claim's delayed time is cut where anything begins or ends, so every hour counts once. A place explains an hour in which one
of its cases was open. Where no two places ever hold up the same hour, taking the largest first gives the smallest set there
is. Where they do, largest first is near it, and whether fewer would do is proven where that can be done: by the sum of the
largest, or by trying all smaller sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Final, Literal

from tieout.intelligence.delay import pieces
from tieout.intelligence.facts import ClaimFact, Driver

SHARE: Final = Fraction(4, 5)
TRIED_MAX: Final = 20_000
Wanted = Literal["all", "error", "policy"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A warehouse, a segment of customers and a rule (the exception code); "" where the documents do not say."""

    site: str
    segment: str
    rule: str
    driver: Driver

    def __str__(self) -> str:
        return " × ".join(part for part in (self.site or "no site", self.segment or "no segment", self.rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place of the set. `hours` were lost there; `added` of them were not explained by the places above, `upto` is their
    share together. `saved` are the hours that no other place would still have held up, if this one were fixed."""

    place: Place
    hours: Fraction
    added: Fraction
    upto: Fraction
    saved: Fraction
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The set, of how many places there are, and whether it is proven that no smaller one explains as much.

    `policy` and `error` split all hours: an hour is policy's where policy alone holds a claim up.
    """

    rows: tuple[Row, ...]
    places: int
    hours: Fraction
    policy: Fraction
    error: Fraction
    proven: bool


@dataclass(frozen=True, slots=True)
class _Hour:
    """Time in which cases of the same places were open, over all claims; `length` in microseconds, which add up exactly."""

    places: frozenset[Place]
    length: int


def concentration(
    claims: Iterable[ClaimFact], *, at: datetime, share: Fraction = SHARE, wanted: Wanted = "all"
) -> Concentration:
    """The places that explain `share` of the delay of these claims; of errors or of policy alone, if that is wanted."""
    together: dict[frozenset[Place], int] = {}
    behind: dict[Place, dict[str, None]] = {}
    split: dict[Driver, int] = {"policy": 0, "error": 0}
    for claim in claims:
        for piece in pieces(claim, at=at):
            length = (piece.until - piece.since) // timedelta(microseconds=1)
            split[piece.driver] += length
            if wanted not in {"all", piece.driver}:
                continue
            kept = {cell for cell in piece.cells if wanted == "all" or cell[1] == wanted}
            places = frozenset(
                Place(site=claim.about.site, segment=claim.about.segment, rule=code, driver=driver)
                for code, driver in kept
            )
            together[places] = together.get(places, 0) + length
            for place in places:
                behind.setdefault(place, {})[claim.id] = None
    hours = [_Hour(places, length) for places, length in together.items()]
    whole = sum(hour.length for hour in hours)
    chosen = _greedy(hours, whole * share)
    return Concentration(
        rows=_rows(chosen, hours, whole, behind),
        places=len(behind),
        hours=_hours(whole),
        policy=_hours(split["policy"]),
        error=_hours(split["error"]),
        proven=_proven(len(chosen), hours, whole * share, sorted(behind)),
    )


def _hours(microseconds: int) -> Fraction:
    return Fraction(microseconds, 3_600_000_000)


def _weights(hours: Iterable[_Hour], taken: frozenset[Place] = frozenset()) -> dict[Place, int]:
    weights: dict[Place, int] = {}
    for hour in hours:
        if not hour.places & taken:
            for place in hour.places:
                weights[place] = weights.get(place, 0) + hour.length
    return weights


def _greedy(hours: Sequence[_Hour], goal: Fraction) -> list[Place]:
    chosen: list[Place] = []
    reached = 0
    while reached < goal:
        left = _weights(hours, frozenset(chosen))
        best = min(left, key=lambda place: (-left[place], place))
        reached += left[best]
        chosen.append(best)
    return chosen


def _rows(
    chosen: Sequence[Place], hours: Sequence[_Hour], whole: int, behind: dict[Place, dict[str, None]]
) -> tuple[Row, ...]:
    alone = _weights(hours)
    rows: list[Row] = []
    reached = 0
    for k, place in enumerate(chosen):
        added = _weights(hours, frozenset(chosen[:k]))[place]
        reached += added
        saved = sum(hour.length for hour in hours if hour.places == {place})
        claims = tuple(behind[place])
        rows.append(
            Row(
                place=place,
                hours=_hours(alone[place]),
                added=_hours(added),
                upto=Fraction(reached, whole),
                saved=_hours(saved),
                claims=claims,
            )
        )
    return tuple(rows)


def _proven(size: int, hours: Sequence[_Hour], goal: Fraction, places: Sequence[Place]) -> bool:
    """Whether no set that is one smaller reaches the goal: by the sum of the largest, or by trying them all."""
    if size <= 1:
        return True
    alone = sorted(_weights(hours).values(), reverse=True)
    if sum(alone[: size - 1]) < goal:
        return True
    if comb(len(places), size - 1) > TRIED_MAX:
        return False
    return not any(_explained(frozenset(some), hours) >= goal for some in combinations(places, size - 1))


def _explained(some: frozenset[Place], hours: Iterable[_Hour]) -> int:
    return sum(hour.length for hour in hours if hour.places & some)
