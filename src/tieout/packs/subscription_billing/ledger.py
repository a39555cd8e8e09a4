"""What was billed of a subscription by other claims, by the places of its ledger: days and money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.packs.subscription_billing.terms import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What claims together have billed on one place: `days` (1 for what is charged once), and `minor` of the currency.

    `by` are the claims that bill it and are not taken back there.
    """

    slot: str
    days: Decimal
    minor: int
    by: tuple[str, ...]

    @property
    def period(self) -> Days | None:
        """The days that are billed; None for what is charged once, or where nothing is left of it."""
        first = _begin(self.slot)
        if first is None or self.days <= 0:
            return None
        return Days(first=first, last=first + timedelta(days=int(self.days) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usedup:
    """The ledger of one subscription as others have used it up."""

    slots: dict[str, Billed]

    def at(self, slot: str) -> Billed:
        """What is billed on a place; nothing, if nobody billed it."""
        return self.slots.get(slot, Billed(slot=slot, days=Decimal(0), minor=0, by=()))

    def of(self, line: str) -> Iterator[Billed]:
        """What is billed of a line, by place."""
        for slot in sorted(self.slots):
            if slot.rpartition("/")[0] == line:
                yield self.slots[slot]


def source_of(key: str) -> str:
    """A claim's source key without its version."""
    return key.rpartition("@")[0] or key


def used_up(ledger: Key, allocated: Iterable[Allocated], *, without: Collection[str] = ()) -> Usedup:
    """The ledger as others have used it up, but for the claims `without` (source keys without versions)."""
    days: dict[str, Decimal] = {}
    minor: dict[str, int] = {}
    by: dict[str, list[str]] = {}
    for each in sorted(allocated, key=lambda known: (known.line, known.claim)):
        if not same_ledger(each.ledger, ledger) or source_of(each.claim) in without:
            continue
        days[each.line] = days.get(each.line, Decimal(0)) + each.quantity
        minor[each.line] = minor.get(each.line, 0) + each.amount.minor
        by.setdefault(each.line, []).append(source_of(each.claim).rpartition("/")[2])
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
