"""What was billed of a subscription by other claims, by the places of its ledger: days and money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.packs.subscription_billing.periods import Days
from tieout.trade.books import number_in, source_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What claims together have billed on one place: `days` (1 for what is charged once), and `minor` of the currency.

    `by` are the claims that bill it and are not credited there.
    """

    slot: str
    days: Decimal
    minor: int
    by: tuple[str, ...]

    @property
    def period(self) -> Days | None:
        """The days that are billed; None for what is charged once, or where all of it was credited."""
        first = _begin(self.slot)
        if first is None or self.days <= 0:
            return None
        return Days(first=first, last=first + timedelta(days=int(self.days) - 1))


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


def rounding(billed: Billed) -> int:
    """By how many minor units a place may differ from what is due, where several invoices have billed it: each rounds by itself."""
    return len(billed.by) if len(billed.by) > 1 else 0


def used_up(ledger: Key, allocated: Iterable[Allocated], *, without: Collection[str] = ()) -> Usedup:
    """The ledger as other claims have used it up, except for the claims `without` (source keys without versions)."""
    days: dict[str, Decimal] = {}
    minor: dict[str, int] = {}
    by: dict[str, list[str]] = {}
    for allocation in sorted(allocated, key=lambda entry: (entry.line, entry.claim)):
        if not same_ledger(allocation.ledger, ledger) or source_of(allocation.claim) in without:
            continue
        days[allocation.line] = days.get(allocation.line, Decimal(0)) + allocation.quantity
        minor[allocation.line] = minor.get(allocation.line, 0) + allocation.amount.minor
        by.setdefault(allocation.line, []).append(number_in(allocation.claim))
    return Usedup(
        slots={
            slot: Billed(slot=slot, days=days[slot], minor=minor[slot], by=tuple(dict.fromkeys(by[slot])))
            for slot in days
        }
    )


def _begin(slot: str) -> date | None:
    try:
        return date.fromisoformat(slot.rpartition("/")[2])
    except ValueError:
        return None
