"""Whose number it is: which source system's evidence counts for a claim where several systems of one company use one range of numbers.

What comes from a system that has the order itself is about that order. What comes from another system (a warehouse that has no
orders), or from no named one, counts only where its content leaves one order alone. A claim is about its own system's order,
else about the only one that its counterparty, its currency and its products leave; where that is none or several, about none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.values.ids import FILE
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import (
    Amendment,
    Contract,
    Customer,
    Meter,
    Order,
    Product,
    Shipment,
    Subscription,
    Supplier,
)
from tieout.trade.fitting import may_be_billed, speaks_against
from tieout.trade.subjects import described, mentioned_by, named_by, own_numbers

Recorded = RecordedDocument[Document]


class Collisions:
    """The numbers that several systems of a company use in a dossier, and which system the claim means under each."""

    def __init__(
        self, claim: Recorded, evidence: Iterable[Recorded], owners: Owners, *, posted_at: datetime | None
    ) -> None:
        self._claim, self._owners, self._posted_at = claim, owners, posted_at
        self._parties = tuple(one for one in evidence if isinstance(one.document, Supplier | Customer))
        self._named = frozenset((*own_numbers(claim.document), *named_by(claim.document)))
        self.systems: dict[str, str] = {}
        """The system that is meant under each of these numbers, "" where nothing says which."""
        for subject in sorted(owners, key=lambda subject: (_turn(subject), subject)):
            self.systems[subject] = self._meant(subject)

    @property
    def unclear(self) -> dict[str, tuple[str, ...]]:
        """The orders and contracts of which nothing says which is meant, each with the systems that have one."""
        return {
            subject: tuple(sorted(self._owners[subject]))
            for subject, system in self.systems.items()
            if not system and _turn(subject) == 0
        }

    def why_not(self, recorded: Recorded) -> tuple[str, bool]:
        """Why a document does not count, and whether it may be the claim's all the same; "" where it counts."""
        for subject in mentioned_by(recorded.document):
            reason = self._against(recorded, subject) if subject in self._owners else ("", False)
            if reason[0]:
                return reason
        return "", False

    def _against(self, recorded: Recorded, subject: str) -> tuple[str, bool]:
        meant, system, turn = self.systems[subject], system_of(recorded), _turn(subject)
        if not meant and turn > 1:
            return "", False  # records of one number: the checks report that there are several
        if recorded in self._owners[subject].get(system, ()):
            counts = system == meant or (not meant and turn > 0)
            return ("", False) if counts else (Sentence("comes from {system}", system=system), False)
        whose = self._whose(recorded, subject)
        if meant and whose == meant:
            return "", False
        if whose:
            return Sentence("is about {subject} of {whose}", subject=described(subject), whose=whose), False
        return (
            Sentence(
                "comes from {system}, and {subject} is there in {systems}",
                system=system,
                subject=described(subject),
                systems=", ".join(sorted(self._owners[subject])),
            ),
            True,
        )

    def _meant(self, subject: str) -> str:
        systems, own = self._owners[subject], system_of(self._claim)
        if own in systems and (own != FILE or self._claim in systems[own]):
            return own
        if subject in self._named:
            return self._billed(systems)
        if subject.startswith("shipment/"):
            return _only(system for system, shipments in systems.items() if any(map(self._is_of_claim, shipments)))
        chosen = {system for other, system in self.systems.items() if _turn(other) == 0}
        return _only(system for system in systems if system in chosen)

    def _billed(self, systems: Mapping[str, list[Recorded]]) -> str:
        """The only system whose order the claim may be about; what is posted was about one that had come by then."""
        claim, fitting = self._claim.document, dict(systems)
        fitting = {
            system: orders
            for system, orders in systems.items()
            if any(may_be_billed(order.document, claim, self._records(system)) for order in orders)
        }
        posted_at = self._posted_at
        if len(fitting) > 1 and posted_at is not None:
            fitting = {
                system: orders
                for system, orders in fitting.items()
                if any(order.recorded_at <= posted_at for order in orders)
            }
        return _only(fitting)

    def _records(self, system: str) -> tuple[Supplier | Customer, ...]:
        """The partners' records of a system; those of all where it has none."""
        own = [one.document for one in self._parties if system_of(one) == system]
        records = own or [one.document for one in self._parties]
        return tuple(one for one in records if isinstance(one, Supplier | Customer))

    def _is_of_claim(self, shipment: Recorded) -> bool:
        """Whether a shipment is about an order that the claim names, and not about another system's."""
        orders = [subject for subject in mentioned_by(shipment.document) if subject in self._named]
        return bool(orders) and not any(
            self._against(shipment, subject)[0] for subject in orders if subject in self._owners
        )

    def _whose(self, recorded: Recorded, subject: str) -> str:
        """The system whose order or shipment a document is about, "" where it may be about several."""
        systems, system = self._owners[subject], system_of(recorded)
        if system in systems and system != FILE:
            return system
        if _turn(subject) == 0:
            return _only(
                name
                for name, orders in systems.items()
                if not all(speaks_against(recorded.document, order.document) for order in orders)
            )
        if subject.startswith("shipment/"):
            mine = {other for other in mentioned_by(recorded.document) if not other.startswith("shipment/")}
            return _only(
                name
                for name, shipments in systems.items()
                if any(mine & set(mentioned_by(shipment.document)) for shipment in shipments)
            )
        return ""


Owners = Mapping[str, Mapping[str, list[Recorded]]]
"""Who has a number: the documents that bear it, by number and system."""


def collisions(claim: Recorded, evidence: tuple[Recorded, ...], *, posted_at: datetime | None) -> Collisions | None:
    """The numbers of the dossier that several systems use; None where there is none."""
    first: dict[str, str] = {}
    for recorded in (claim, *evidence):
        if isinstance(recorded.document, _OWNERS):
            system = system_of(recorded)
            if first.setdefault(recorded.document.kind, system) != system:
                break
    else:
        return None
    owners: dict[str, dict[str, list[Recorded]]] = {}
    for recorded in (claim, *evidence):
        if isinstance(recorded.document, _OWNERS):
            for subject in own_numbers(recorded.document):
                owners.setdefault(subject, {}).setdefault(system_of(recorded), []).append(recorded)
    several = {subject: systems for subject, systems in owners.items() if len(systems) > 1}
    return Collisions(claim, evidence, several, posted_at=posted_at) if several else None


_OWNERS: Final = (Order, Subscription, Shipment, Supplier, Customer, Contract, Product, Meter, Amendment)


def system_of(recorded: Recorded) -> str:
    """The source system that a document came from, `FILE` where its sender named none."""
    return recorded.key.partition("/")[0]


_FIRST: Final = frozenset({"order", "sales-order", "subscription"})
_SECOND: Final = frozenset({"shipment", "amendment"})


def _turn(subject: str) -> int:
    """When it is decided whose number it is: orders first, then what moves on them, then the records of partners and products."""
    kind = subject.partition("/")[0]
    return 0 if kind in _FIRST else 1 if kind in _SECOND else 2


def _only(names: Iterable[str]) -> str:
    distinct = tuple(dict.fromkeys(names))
    return distinct[0] if len(distinct) == 1 else ""
