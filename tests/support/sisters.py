"""Two companies of one tenant that use one range of numbers for everything: documents of both, and the verdicts of their claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tieout.app import default_policies, kinds, packs
from tieout.core.documents.kind import Document
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.evidence_index import EvidenceIndex, Standing
from tieout.scenario.text import DocumentsText
from tieout.scenario.words import BUILT_IN, everywhere, written

AT = datetime(2026, 4, 2, 9, tzinfo=UTC)
COMPANIES = ("DE01", "AT01")
SYSTEMS = ("sap1", "sap2")
NUMBERS = ("1", "2")
_NAMES = {"DE01": ("Contoso Parts", "DE100000001"), "AT01": ("Fabrikam Tools", "ATU10000002")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company's documents; `by_source`: their source names the company, and the documents do not."""

    name: str
    documents: tuple[Document, ...]
    by_source: bool = False

    def recorded_documents(self) -> list[RecordedDocument[Document]]:
        """As they are recorded in the store: two systems, one of each company."""
        return [
            recorded(self.name, document, came_by=self.name if self.by_source else "") for document in self.stated()
        ]

    def stated(self) -> tuple[Document, ...]:
        """The documents as they come."""
        if not self.by_source:
            return self.documents
        return tuple(
            replace(one, entity="") if "entity" in {field.name for field in fields(one)} else one  # type: ignore[type-var]
            for one in self.documents
        )


def recorded(system: str, document: Document, *, came_by: str = "") -> RecordedDocument[Document]:
    """A document of a system, and of the company that it came by where it names none."""
    key = f"{system}/{document.kind}/{document.number}@1"
    return RecordedDocument(key=key, sha256=key, recorded_at=AT, document=document, book=came_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose documents are drawn: the company, its partner's name, the letter of its invoices, and whether each order is there."""

    company: str
    partner: str
    letter: str = "R"
    complete: bool = False


def systems(draw: st.DrawFn, process: str, *, partners: tuple[str, str] = COMPANIES) -> tuple[Company, Company]:
    """Two source systems of one company, with random documents of a process under the same few numbers.

    Invoices have numbers of their own: that two of one number are one invoice is another check's. `partners` are whom each
    deals with.
    """
    company = draw(st.sampled_from(("", "DE01"))) if process != "subscription_billing" else "DE01"
    one, other = (
        Company(
            name=name,
            documents=documents(
                _SORTS[process](draw, Whose(company=company, partner=partner, letter=letter, complete=True)), company
            ),
        )
        for name, partner, letter in zip(SYSTEMS, partners, "RQ", strict=True)
    )
    return one, other


def companies(draw: st.DrawFn, process: str) -> tuple[Company, Company]:
    """Both companies with random documents of a process, under the same few numbers."""
    one, other = (
        Company(
            name=name,
            documents=documents(_SORTS[process](draw, Whose(company=name, partner=name)), name),
            by_source=draw(st.booleans()),
        )
        for name in COMPANIES
    )
    return one, other


def documents(tree: Mapping[str, Any], company: str) -> tuple[Document, ...]:
    """The documents that a scenario would have, all of one company."""
    text = DocumentsText.model_validate(tree)
    words = everywhere(BUILT_IN, (text,))
    made = [placed.document for placed in written((), text, at=AT - timedelta(days=1), texts=words, place=str)]
    return tuple(
        replace(one, entity=company) if "entity" in {field.name for field in fields(one)} else one  # type: ignore[type-var]
        for one in made
    )


def _payables(draw: st.DrawFn, whose: Whose) -> dict[str, Any]:
    name, vat = _NAMES[whose.partner]
    orders, receipts, invoices = [], [], []
    # Invoices of one day with the same lines may be one invoice twice, which is another check's.
    day = {"date": "2026-03-02"} if whose.complete and whose.letter == "Q" else {}
    for number in NUMBERS:
        price = draw(st.sampled_from(("10.00", "12.00")))
        if whose.complete or draw(st.integers(0, 3)):
            orders.append({"number": number, "supplier": "7", "lines": (f"10: {draw(_lots)} EA GEAR @ {price}",)})
        receipts += _moved(draw, number, "GR")
        for k in range(draw(st.integers(0, 2))):
            line = f"1: {draw(_lots)} EA GEAR @ {price} -> 10"
            invoices.append(
                {"number": f"{whose.letter}-{number}-{k}", "supplier": "7", "order": number, "lines": (line,), **day}
            )
    return {
        "supplier": {"number": "7", "name": name, "vat": vat},
        "order": tuple(orders),
        "receipt": tuple(receipts),
        "invoice": tuple(invoices),
    }


def _moved(draw: st.DrawFn, order: str, prefix: str) -> list[dict[str, Any]]:
    count = draw(st.integers(0, 2))
    return [
        {"number": f"{prefix}-{order}-{k}", "order": order, "lines": (f"10: {draw(_lots)} EA",)} for k in range(count)
    ]


def _order_to_cash(draw: st.DrawFn, whose: Whose) -> dict[str, Any]:
    name, _ = _NAMES[whose.partner]
    orders, shipments, invoices = [], [], []
    for number in NUMBERS:
        price = draw(st.sampled_from(("10.00", "12.00")))
        if whose.complete or draw(st.integers(0, 3)):
            orders.append({"number": number, "customer": "7", "lines": (f"10: {draw(_lots)} EA BOLT @ {price}",)})
        shipments += _moved(draw, number, "SH")
        for k in range(draw(st.integers(0, 2))):
            line = f"1: {draw(_lots)} EA BOLT @ {price} -> 10"
            invoices.append(
                {"number": f"{whose.letter}-{number}-{k}", "customer": "7", "order": number, "lines": (line,)}
            )
    return {
        "customer": {"number": "7", "name": name},
        "sales_order": tuple(orders),
        "shipment": tuple(shipments),
        "customer_invoice": tuple(invoices),
    }


def _billing(draw: st.DrawFn, whose: Whose) -> dict[str, Any]:
    (name, _), company = _NAMES[whose.partner], whose.company
    contracts, usage, bills = [], [], []
    for number in NUMBERS:
        price, used = draw(st.sampled_from(("310.00", "620.00"))), draw(st.sampled_from((100, 200)))
        if whose.complete or draw(st.integers(0, 3)):
            lines = (f"L1: 1 EA TEAM @ {price} monthly", "L2: usage API @ 0.10")
            contracts.append(
                {"number": number, "account": "7", "starts": "2026-03-01", "lines": lines, "entity": company}
            )
        if draw(st.booleans()) and not usage:
            usage.append({"meter": "API", "account": "7", "month": "2026-03", "quantity": used})
        for k in range(draw(st.integers(0, 2))):
            line = draw(
                st.sampled_from((f"1: {number}/L1 2026-03 = {price}", f"1: {number}/L2 2026-03 = {used // 10}.00"))
            )
            bills.append(
                {"number": f"{whose.letter}-{number}-{k}", "account": "7", "lines": (line,), "entity": company}
            )
    return {
        "billing_account": {"number": "7", "name": name, "entity": company, "erp": (f"{company} 10077",)},
        "books": {"entity": company, "periods": ("2026-03", "2026-04")},
        "meter": {"number": "API"},
        "subscription": tuple(contracts),
        "usage": tuple(usage),
        "bill": tuple(bills),
    }


_lots = st.sampled_from((10, 20, 30))
_SORTS = {"payables": _payables, "order_to_cash": _order_to_cash, "subscription_billing": _billing}


Stands = dict[str, tuple[str, tuple[tuple[str, str, Decimal], ...]]]
"""By claim: its verdict, and its allocations by ledger and line, in any book."""


def stands(recorded: Sequence[RecordedDocument[Document]], *, rounds: int = 4) -> Stands:
    """The verdict of every claim once nothing changes any more."""
    by_kind = {kind: pack for pack in packs() for kind in pack.claims}
    policies, index = PolicySet(policies=default_policies()), EvidenceIndex(kinds(), recorded)
    statuses: Stands = {}
    for _ in range(rounds):
        before = dict(statuses)
        for claim in sorted(recorded, key=lambda document: document.key):
            pack = by_kind.get(claim.document.kind)
            if pack is None:
                continue
            verdict = pack.tie_out(
                index.gather(pack, claim, received_at=AT, at=AT, entity=claim.book), policies
            ).verdict
            index.judged(claim.key, Standing(state=verdict.status, allocations=verdict.allocations))
            used = sorted((one.ledger.bare, one.line, one.quantity) for one in verdict.allocations)
            statuses[claim.key] = (verdict.status, tuple(used))
        if statuses == before:
            break
    return statuses


def of(system: str, statuses: Stands) -> Stands:
    """The claims of one system."""
    return {key: value for key, value in statuses.items() if key.startswith(f"{system}/")}


def unsaid(documents: Iterable[Document]) -> list[Document]:
    """The movements among documents, naming no company."""
    kinds = {"receipt", "shipment", "usage_statement"}
    return [replace(one, entity="") for one in documents if one.kind in kinds]  # type: ignore[type-var]
