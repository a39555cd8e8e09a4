"""What was billed of a subscription by other claims, by the places of its ledger: days and money.

A place is a line's period, or the line itself where it is charged once. What a credit note gives back of days is taken off the days
that it names, wherever they begin; a value-only credit stands beside the place: the days stay billed, and what
was given on purpose is neither missing nor billed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.days import days_after
from tieout.core.values.key import Key
from tieout.trade.books import number_in, source_of
from tieout.trade.contract_periods import Days
from tieout.trade.documents import Invoice
from tieout.trade.gives_back import counted_on

_GIVEN: Final = "/given"


def given_place(slot: str) -> str:
    """Where money is booked that a credit note gives back of a place whose days stay billed."""
    return f"{slot}{_GIVEN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What claims together have billed on one place: `days` (1 for what is charged once), and `minor` of the currency.

    `by` are the claims that bill it. `given` is the money (0 or less) that was given back without the days.
    """

    slot: str
    days: Decimal
    minor: int
    by: tuple[str, ...]
    given: int = 0

    @property
    def period(self) -> Days | None:
        """The days that are billed; None for what is charged once, or where all of it was credited."""
        first = _begin(self.slot)
        if first is None or self.days <= 0:
            return None
        return Days(first=first, last=days_after(first, int(self.days) - 1))

    @property
    def left(self) -> int:
        """The money that is billed on it and not given back."""
        return self.minor + self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Usedup:
    """The ledger of one subscription as others have used it up."""

    slots: dict[str, Billed]

    def at(self, slot: str) -> Billed:
        """What is billed on a place; zero, if no claim billed it."""
        return self.slots.get(slot, Billed(slot=slot, days=Decimal(0), minor=0, by=()))

    def of(self, line: str) -> Iterator[Billed]:
        """What is billed of a line, by place."""
        for slot in sorted(self.slots):
            if slot.rpartition("/")[0] == line:
                yield self.slots[slot]

    def covering(self, slot: str, days: Days | None) -> Billed:
        """What is billed on the place on which all of these days are billed; zero, if there is none."""
        here = self.at(slot)
        if days is None or (here.period is not None and days.within(here.period) == days):
            return here
        for billed in self.of(slot.rpartition("/")[0]):
            if billed.period is not None and days.within(billed.period) == days:
                return billed
        return here


@dataclass(slots=True, kw_only=True)
class _Place:
    """A place while it is folded: its spans of billed days, and money that belongs to none of them."""

    days: Decimal = Decimal(0)
    minor: int = 0
    given: int = 0
    by: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Days that one claim bills, and its money."""

    first: date
    last: date
    minor: int
    by: tuple[str, ...]

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


def rounding(billed: Billed) -> int:
    """By how many minor units a place may differ from what is due, where several invoices have billed it: each rounds by itself."""
    return len(billed.by) if len(billed.by) > 1 else 0


def used_up(
    ledger: Key, allocated: Sequence[Allocated], *, without: Collection[str] = (), claim: Invoice | None = None
) -> Usedup:
    """The ledger as other claims have used it up, except for the claims `without` (source keys without versions).

    For a `claim`, as far as it may count on it.
    """
    allocated = allocated if claim is None else counted_on(allocated, claim)
    places: dict[str, _Place] = defaultdict(_Place)
    spans: dict[str, list[_Span]] = defaultdict(list)
    back: dict[str, list[_Span]] = defaultdict(list)
    for allocation in sorted(allocated, key=lambda entry: (entry.line, entry.claim)):
        if not same_ledger(allocation.ledger, ledger) or source_of(allocation.claim) in without:
            continue
        name = number_in(allocation.claim)
        slot, minor = allocation.line.removesuffix(_GIVEN), allocation.amount.minor
        if slot != allocation.line:
            places[slot].given += minor
            continue
        places[slot].by.append(name)
        span = _span(slot, allocation, name)
        if span is None:
            places[slot].days += allocation.quantity
            places[slot].minor += minor
        else:
            (spans if allocation.quantity > 0 else back)[slot.rpartition("/")[0]].append(span)
    for line, given_back in back.items():
        for span in given_back:
            _take_back(spans[line], span, places, line)
    for line, billed in spans.items():
        for span in billed:
            place = places[f"{line}/{span.first}"]
            place.days, place.minor = max(place.days, Decimal(span.count)), place.minor + span.minor
            place.by += [name for name in span.by if name not in place.by]
    return Usedup(slots={slot: _billed(slot, place) for slot, place in places.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the invoices that a credit note names bill of some days: their money, as a share where they bill more days, and what
    is left of it after all credits there."""

    minor: Decimal
    left: int


def named_at(
    ledger: Key, allocated: Iterable[Allocated], slot: str, days: Days | None, named: Collection[str]
) -> Named | None:
    """What is billed of a place, or of days, by the claims `named` (source keys without versions), else by any; None: nothing."""
    line = slot.rpartition("/")[0]
    share, minor, back = Decimal(0), 0, 0
    spans: list[_Span] = []
    here = [used for used in allocated if same_ledger(used.ledger, ledger)]
    mine = [used for used in here if source_of(used.claim) in named and used.quantity > 0] or here
    for used in mine:
        count = _share(used, slot, line, days)
        if used.quantity > 0 and count:
            share, minor = share + used.amount.minor * count, minor + used.amount.minor
            spans += [span for span in [_span(used.line, used, "")] if span is not None]
    for used in here:
        place = used.line.removesuffix(_GIVEN)
        first = _begin(place) if place.rpartition("/")[0] == line else None
        within = first is not None and any(span.first <= first <= span.last for span in spans)
        if used.amount.minor < 0 and (place == slot or within):
            back += used.amount.minor
    return Named(minor=share, left=minor + back) if minor else None


def bills_of(ledger: Key, allocated: Iterable[Allocated], slot: str, days: Days | None, named: Collection[str]) -> bool:
    """Whether the claims `named` (source keys without versions) bill anything of a place, or of one of these days."""
    return any(
        source_of(used.claim) in named
        and same_ledger(used.ledger, ledger)
        and used.amount.minor > 0
        and _meets(used, slot, days)
        for used in allocated
    )


def _meets(used: Allocated, slot: str, days: Days | None) -> bool:
    place, span = used.line.removesuffix(_GIVEN), _span(used.line, used, "")
    if place == slot or days is None or span is None or place.rpartition("/")[0] != slot.rpartition("/")[0]:
        return place == slot
    return span.first <= days.last and days.first <= span.last


def _share(used: Allocated, slot: str, line: str, days: Days | None) -> Decimal:
    """Which share of what an allocation bills falls on the days; all of it where it is the place itself."""
    span = _span(used.line, used, "")
    if used.line == slot and (span is None or days is None):
        return Decimal(1)
    if span is None or days is None or used.line.rpartition("/")[0] != line:
        return Decimal(0)
    inside = span.first <= days.first and days.last <= span.last
    return Decimal(days.count) / span.count if inside else Decimal(0)


def _billed(slot: str, place: _Place) -> Billed:
    minor, given = place.minor, place.given
    if place.days <= 0 and minor > 0:  # nothing of it is billed any more: what was given counts as taken back
        minor, given = max(0, minor + given), min(0, minor + given)
    return Billed(slot=slot, days=place.days, minor=minor, by=tuple(dict.fromkeys(place.by)), given=given)


def _span(slot: str, allocation: Allocated, name: str) -> _Span | None:
    """The days that an allocation bills or gives back; None for what is charged once, and for a value-only credit."""
    first = _begin(slot)
    if first is None or not allocation.quantity:
        return None
    last = days_after(first, int(abs(allocation.quantity)) - 1)
    return _Span(first=first, last=last, minor=allocation.amount.minor, by=(name,))


def _take_back(spans: list[_Span], back: _Span, places: dict[str, _Place], line: str) -> None:
    """Days given back are taken off the span that is just these days, else off the one that contains them."""
    fits = [span for span in spans if span.first <= back.first and back.last <= span.last]
    span = min(fits, key=lambda one: (one.count, one.first, one.by), default=None)
    if span is None:
        places[f"{line}/{back.first}"].minor += back.minor
        return
    spans.remove(span)
    rest = [
        (span.first, days_after(back.first, -1)),
        (days_after(back.last, 1), span.last),
    ]
    rest = [(first, last) for first, last in rest if first <= last]
    if not rest:
        places[f"{line}/{span.first}"].minor += span.minor + back.minor
        return
    left, days = span.minor + back.minor, sum((last - first).days + 1 for first, last in rest)
    for first, last in rest:
        count = (last - first).days + 1
        part = left * count // days
        left, days = left - part, days - count
        spans.append(replace(span, first=first, last=last, minor=part))


def _begin(slot: str) -> date | None:
    try:
        return date.fromisoformat(slot.rpartition("/")[2])
    except ValueError:
        return None
