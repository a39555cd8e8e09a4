"""Proration by the billing system: lines that correct days which are billed already, as it writes them on its next invoice.

A change of price, quantity or end in the middle of a billed period comes as a minus and a plus line, as one net line, or as the unused
time of the old and the remaining time of the new terms. Whatever the form, together they must bring what is billed of the period to
what contract and amendments give for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tieout.core.values.money import Money, exponent, total
from tieout.packs.subscription_billing.charges import charge_of, is_once, money_of
from tieout.trade.contract_periods import Days

if TYPE_CHECKING:
    from tieout.packs.subscription_billing.sheet import SheetLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A billed period of a line: its days, and what others have billed there. `taker` is the line of this invoice that bills it, None
    where another invoice did."""

    slot: str
    days: Days
    minor: int
    taker: int | None = None


def with_corrections(lines: Sequence[SheetLine]) -> tuple[SheetLine, ...]:
    """The lines of an invoice; those that correct billed days are marked with the places that they correct, and expected as a group."""
    made = list(lines)
    groups: dict[tuple[str, str], list[int]] = {}
    for k, line in enumerate(lines):
        booked = line.posted and not line.adds  # it has billed its days, whoever bills them after it was taken back
        if line.days is not None and line.terms is not None and line.takes_place and _is_recurring(line) and not booked:
            groups.setdefault((line.line.order.document, line.line.order.line), []).append(k)
    for group in groups.values():
        places = list(_places(made, group))
        inside = {k: mine for k in group if (mine := _corrected(made, k, places))}
        if inside:
            _correct(made, inside)
    return tuple(made)


def _is_recurring(line: SheetLine) -> bool:
    versions = line.terms.lines.get(line.line.order.line, ()) if line.terms else ()
    return bool(versions) and versions[-1].line.basis == "recurring" and not is_once(versions[-1].line)


def _places(lines: Sequence[SheetLine], group: Sequence[int]) -> Iterator[Place]:
    """What is billed of the line by others, and by the longest line of this invoice where several are for the same days."""
    others = [
        billed for billed in lines[group[0]].others.of(lines[group[0]].line.order.line) if billed.period is not None
    ]
    for billed in others:
        assert billed.period is not None, "only billed days are a place"
        yield Place(slot=billed.slot, days=billed.period, minor=billed.minor)
    own = [k for k in group if lines[k].billed.minor >= 0 and not _overlaps(lines[k], (one.period for one in others))]
    taken: list[Days] = []
    for k in sorted(own, key=lambda k: (-_days_of(lines[k]).count, k)):
        days = _days_of(lines[k])
        if not any(days.within(before) for before in taken):
            taken.append(days)
            yield Place(slot=lines[k].slot, days=days, minor=0, taker=k)


def _days_of(line: SheetLine) -> Days:
    assert line.days is not None, "what is charged for days names them"
    return line.days


def _overlaps(line: SheetLine, periods: Iterable[Days | None]) -> bool:
    return any(period is not None and period.within(_days_of(line)) is not None for period in periods)


def _corrected(lines: Sequence[SheetLine], k: int, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places that a line corrects: those on which all of its days are billed already; none where it bills new days."""
    days = _days_of(lines[k])
    mine = tuple(place for place in places if place.taker != k and place.days.within(days) is not None)
    covered = sum(both.count for place in mine if (both := place.days.within(days)) is not None)
    return mine if covered == days.count and not any(place.taker == k for place in places) else ()


def _correct(lines: list[SheetLine], inside: dict[int, tuple[Place, ...]]) -> None:
    """Mark the lines where together they come to what is due, or where a minus line shows that they are meant so."""
    places = {place.slot: place for mine in inside.values() for place in mine}
    takers = {place.taker for place in places.values() if place.taker is not None}
    members = sorted(takers | inside.keys())
    first, currency = lines[members[0]], lines[members[0]].billed.currency
    terms = first.terms
    if terms is None or terms.subscription.currency != currency:
        return
    owed = Fraction(0)
    for place in places.values():
        owed += charge_of(terms, first.line.order.line, place.days) or Fraction(0)
        owed -= Fraction(place.minor, 10 ** exponent(currency))
    billed, due = total((lines[k].billed for k in members), currency), money_of(owed, currency)
    # Each line is rounded by itself, and so was what it corrects.
    agrees = abs(billed.minor - due.minor) <= (len(members) + 2) // 2
    minus = any(lines[k].billed.minor < 0 for k in inside)
    posted = all(lines[k].posted for k in inside)
    if not agrees and not minus and not posted:
        return
    for k in members:
        corrects = tuple(place.slot for place in inside.get(k, ()))
        lines[k] = replace(lines[k], corrects=corrects, expected=lines[k].billed)
    if not agrees:
        k = min(inside)
        expected = Money(lines[k].billed.minor + due.minor - billed.minor, currency)
        lines[k] = replace(lines[k], expected=expected, together=(due, billed))


def shares_of(line: SheetLine) -> list[tuple[str, int]]:
    """The places that a line corrects, each with its weight: what is open on it, where all are open on one side; else its days."""
    days, name, currency = _days_of(line), line.line.order.line, line.billed.currency
    places = [line.others.at(slot) for slot in line.corrects]
    spans = [days if place.period is None else place.period.within(days) for place in places]
    open_ones = [
        money_of(charge_of(line.terms, name, place.period) or Fraction(0), currency).minor - place.minor
        for place in places
        if line.terms is not None and place.period is not None
    ]
    one_sided = len(open_ones) == len(places) and (min(open_ones) > 0 or max(open_ones) < 0)
    weights = map(abs, open_ones) if one_sided else (span.count if span else 0 for span in spans)
    return list(zip(line.corrects, weights, strict=True))
