"""Whose delay it is: every code its source, as data; and hours of delay by origin, policy kept apart from errors (EXC-14, EXC-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from tieout.core.findings.code import Code
from tieout.intelligence.facts import CaseFact, ClaimFact, Driver

WAREHOUSE: Final = "warehouse"
CARRIER: Final = "carrier feed"
USAGE: Final = "usage feed"
TAX: Final = "tax engine"
MASTER: Final = "master data"
PRICING: Final = "pricing"
INTERFACE: Final = "interface"
CREDIT: Final = "credit"
CUSTOMER_RULE: Final = "customer rule"
CUSTOMER: Final = "customer"
DELIVERY: Final = "service delivery"
APPROVAL: Final = "approval"
RUN: Final = "billing run"
OTHER: Final = "other"
SOURCES: Final = (
    *(WAREHOUSE, CARRIER, USAGE, TAX, MASTER, PRICING, INTERFACE, CREDIT, CUSTOMER_RULE, CUSTOMER, DELIVERY, APPROVAL),
    *(RUN, OTHER),
)
"""All sources, by their stable names, which pages translate."""

_BY_CODE: Final[Mapping[str, str]] = MappingProxyType(
    {
        code: source
        for source, codes in {
            WAREHOUSE: "AR-SHP-QTY",
            CARRIER: "AR-SHP-NOEVENT AR-POD-MISS",
            USAGE: "BIL-USG-LATE BIL-USG-PART",
            TAX: "AR-TAX-UNAVAIL AR-TAX-DIFF",
            MASTER: (
                "AR-CUST-MD BIL-USG-MAP BIL-ENTITY BIL-READY-CUST BIL-READY-ENT BIL-READY-ACCT BIL-READY-TAX BIL-READY-PER "
                "BIL-READY-SELL BIL-READY-ADDR BIL-READY-REF"
            ),
            PRICING: "AR-PRC-OVR AR-PRC-POST AR-REBATE AR-FRT BIL-PRC-CRM",
            INTERFACE: (
                "AR-DLV-REJ AR-UNPOSTED BIL-AMEND INT-GR-LAG INT-API INT-EDI-LATE INT-SEQ INT-SCHEMA INT-WEBHOOK INT-MAP "
                "INT-FAULT "
                "ERP-POST-FAIL ERP-POST-UNKNOWN ERP-POST-TWICE"
            ),
            CREDIT: "CRD-LIMIT CRD-OVERDUE CRD-REVIEW",
            CUSTOMER_RULE: "AR-CUST-RULE",
            CUSTOMER: "AR-POD-DIFF AR-DISPUTE BIL-USG-DISP",
            DELIVERY: "BIL-MILE",
            APPROVAL: "BIL-CM-APPR BIL-CM-VALUE BIL-REV",
            RUN: "BIL-SANE BIL-LEAK",
        }.items()
        for code in codes.split()
    }
)
# A code that the table does not name (another process, a third party's pack) goes by its cause.
_BY_CAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "quantity": WAREHOUSE, "shipment": WAREHOUSE, "price": PRICING, "rebate": PRICING, "freight": PRICING, "charges": PRICING,
        "tax": TAX, "sync": INTERFACE, "interface": INTERFACE, "posting": INTERFACE, "dispatch": INTERFACE, "supplier": MASTER,
        "unit": MASTER, "customer": MASTER, "bank": MASTER, "coding": MASTER, "approval": APPROVAL, "credit": CREDIT,
        "dispute": CUSTOMER,
    }
)  # fmt: skip
DISPUTES: Final = frozenset({"AR-DISPUTE", "BIL-USG-DISP"})
"""Codes by which a customer says that it does not agree."""


def named(code: str) -> str:
    """The source that the table names for a code; "" where it names none."""
    return _BY_CODE.get(code, "")


def source_of(row: Code | None, code: str = "") -> str:
    """Where the delay of a code comes from; by its cause, or "other", where the table does not name it."""
    source = named(row.id if row else code)
    return source or (_BY_CAUSE.get(row.cause, OTHER) if row else OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDelay:
    """Hours that cases of one source and driver were open; `cases` are the ids behind them."""

    source: str
    driver: Driver
    hours: Fraction
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a claim's time in which the same stretches were open; `cells` are their (code, driver)."""

    since: datetime
    until: datetime
    cells: frozenset[tuple[str, Driver]]

    @property
    def driver(self) -> Driver:
        """An error where any was open: only what policy alone delays is policy's."""
        return "error" if any(driver == "error" for _, driver in self.cells) else "policy"


def hours_of(length: timedelta) -> Fraction:
    """A length of time in hours, exact."""
    return Fraction(length // timedelta(microseconds=1), 3_600_000_000)


def by_source(cases: Iterable[CaseFact], *, at: datetime) -> tuple[SourceDelay, ...]:
    """Hours of delay by origin, most first. Open cases count up to `at`. Two causes at once count for each source."""
    lengths: dict[tuple[str, Driver], timedelta] = {}
    behind: dict[tuple[str, Driver], dict[str, None]] = {}
    for case in cases:
        for stretch in case.stretches:
            key = (stretch.source, stretch.driver)
            length = max((stretch.until or at) - stretch.since, timedelta())
            lengths[key] = lengths.get(key, timedelta()) + length
            behind.setdefault(key, {})[case.id] = None
    made = [
        SourceDelay(source=source, driver=driver, hours=hours_of(total), cases=tuple(behind[source, driver]))
        for (source, driver), total in lengths.items()
    ]
    return tuple(sorted(made, key=lambda row: (-row.hours, row.source, row.driver)))


def pieces(claim: ClaimFact, *, at: datetime) -> Iterator[Piece]:
    """The claim's delayed time cut where anything begins or ends, so that no hour of it is counted twice."""
    spans = [
        (stretch.since, stretch.until or at, (stretch.code, stretch.driver))
        for case in claim.cases
        for stretch in case.stretches
        if (stretch.until or at) > stretch.since
    ]
    cuts = sorted({moment for since, until, _ in spans for moment in (since, until)})
    for since, until in pairwise(cuts):
        cells = frozenset(cell for begins, ends, cell in spans if begins <= since and ends >= until)
        if cells:
            yield Piece(since=since, until=until, cells=cells)


def delay_of(claim: ClaimFact, driver: Driver, *, at: datetime) -> timedelta:
    """For how long an error, or policy alone, held a claim up: each hour once, however many cases were open."""
    return sum((piece.until - piece.since for piece in pieces(claim, at=at) if piece.driver == driver), timedelta())
