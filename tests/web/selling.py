"""Books of the selling side: shipments, customers and invoices of ours, some late for every sort of reason, and one spike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from tests.support.peek import peek
from tests.web.books import EUR, Books, finding
from tieout.app import taxonomy
from tieout.core.case.events import Assigned, CaseResolved
from tieout.core.claim.events import Posted, PostingRequested
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.store import models
from tieout.trade.documents import (
    Amendment,
    Customer,
    DeliveryProof,
    DeliveryProofLine,
    ErpRecord,
    HourRange,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Shipment,
    ShipmentLine,
    Subscription,
    SubscriptionLine,
    TaxSubtotal,
    UsageStatement,
)

US = Party(
    name="Nordlicht Distribution GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE811907980"),)
)
THEM = Party(name="Bergmann Handel AG", country="DE", identifiers=(Identifier(scheme="ours", value="C-2001"),))


def sales_order(number: str = "SO-4711") -> Order:
    """100 pumps, complete only."""
    return Order(
        kind="sales_order", number=number, issue_date=date(2026, 11, 2), currency=EUR, supplier=US, buyer=THEM, site="W3",
        terms="30 days net", incoterm="DAP", customer_order="PO-9-2211", billing_rule="complete_only", proof_required=True,
        lines=(
            OrderLine(id="10", quantity=Quantity.of(100, "EA"), price=Decimal("120.00"), net=Money.of(12000, EUR),
                      product=ProductIds(seller="PUMP-8", buyer="77-1"), description="Circulation pump 8 m", site="W3",
                      due_on=date(2026, 11, 20)),
        ),
    )  # fmt: skip


def shipment(number: str = "SH-1", *, order: str = "SO-4711", at: datetime | None = None, site: str = "W3") -> Shipment:
    """60 of 100."""
    return Shipment(
        number=number, occurred_at=at or datetime(2026, 11, 18, 14, tzinfo=UTC), order_number=order, site=site, carrier="Speedwell",
        arrives_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        lines=(ShipmentLine(id="1", picked=Quantity.of(62, "EA"), shipped=Quantity.of(60, "EA"),
                            order=LineReference(document=order, line="10"), description="Circulation pump 8 m"),),
    )  # fmt: skip


def documents() -> tuple[Document, ...]:
    """One of each main kind of document of the selling side."""
    proof = DeliveryProof(
        number="POD-1", shipment="SH-1", occurred_at=datetime(2026, 11, 20, 9, tzinfo=UTC), order_number="SO-4711", signed_by="K. Berg",
        lines=(DeliveryProofLine(id="1", delivered=Quantity.of(58, "EA"), difference=Quantity.of(2, "EA"), reason="damaged",
                                 order=LineReference(document="SO-4711", line="10")),),
    )  # fmt: skip
    customer = Customer(
        number="C-2001", name="Bergmann Handel AG", country="DE", identifiers=(Identifier(scheme="vat", value="DE136695976"),),
        street="Hafenstr. 12", city="Kiel", postcode="24103", entity="DE01",
        erp=(ErpRecord(entity="DE01", number="20011"), ErpRecord(entity="FR01")),
        tax_class="domestic", terms="30 days net", billing_rule="complete_only", reference_required=True, proof_required=True,
        channel="peppol", address="0204:991-33333-33", tier="A", segment="retail",
    )  # fmt: skip
    lines = (
        SubscriptionLine(id="1", plan="Team", basis="recurring", price=Decimal("49.00"), unit="SEAT", quantity=Decimal(120),
                         discount_percent=Decimal(15), discount_approved_by="v.president"),
        SubscriptionLine(id="2", plan="Calls", basis="usage", price=Decimal("0.40"), price_per=Decimal(1000), unit="CALL",
                         meter="api-calls", included=Decimal(500000)),
        SubscriptionLine(id="3", plan="Go-live", basis="milestone", price=Decimal("18000.00"), interval="once", milestone="MS-7"),
    )  # fmt: skip
    subscription = Subscription(
        number="SUB-88", account="AC-31", currency=EUR, lines=lines, customer=THEM, entity="DE01", starts_on=date(2026, 1, 1),
        together=True, grace_hours=24, quote="Q-5521", approved_by="v.president", approved_on=date(2025, 12, 18),
    )  # fmt: skip
    amendment = Amendment(
        number="AM-9", subscription="SUB-88", effective_on=date(2026, 11, 1), lines=(replace(lines[0], quantity=Decimal(150)),),
        ended=("3",), signed_at=datetime(2026, 10, 28, 10, tzinfo=UTC), approved_by="v.president", reason="30 further seats",
        systems=("billing", "tax", "erp", "intercompany"), entity="FR01", counterpart="IE01", intercompany=Decimal(30),
        value=Money.of("17640.00", EUR),
    )  # fmt: skip
    usage = UsageStatement(
        number="api-calls/AC-31/2026-10", meter="api-calls", account="AC-31", period_from=date(2026, 10, 1),
        period_to=date(2026, 10, 31), quantity=Decimal(1700250), unit="CALL", events=81044, hours=744,
        missing=(HourRange(first=412, last=414), HourRange(first=700, last=743)), gaps=("s-7719",), late=12, corrected=3,
        unmatched=Decimal(40), last_event_at=datetime(2026, 10, 30, 3, 59, tzinfo=UTC),
        history=tuple(Decimal(consumption) for consumption in (1210000, 1344000, 1290500, 1415000, 1502000, 1588000)),
    )  # fmt: skip
    return (sales_order(), shipment(), proof, customer, subscription, amendment, usage)


def invoice(
    number: str, *, net: int = 7200, kind: str = "customer_invoice", site: str = "W3", **changes: object
) -> Invoice:
    """60 pumps at 120.00."""
    line = InvoiceLine(
        id="1", net=Money.of(net, EUR), quantity=Quantity.of(60, "EA"), price=Decimal("120.00"), site=site,
        order=LineReference(document="SO-4711", line="10"), description="Circulation pump 8 m", tax_category="S", tax_percent=Decimal(19),
    )  # fmt: skip
    tax = Money.of(Decimal(net) * 19 / 100, EUR)
    gross = Money.of(net, EUR) + tax
    values: dict[str, object] = {
        "kind": kind, "number": number, "issue_date": date(2026, 11, 20), "currency": EUR, "supplier": US, "buyer": THEM,
        "lines": (line,), "order_number": "SO-4711", "customer_order": "PO-9-2211", "buyer_reference": "04011000-1234",
        "totals": InvoiceTotals(lines=Money.of(net, EUR), net=Money.of(net, EUR), tax=tax, gross=gross, payable=gross),
        "tax": (TaxSubtotal(category="S", percent=Decimal(19), taxable=Money.of(net, EUR), tax=tax),), "entity": "DE01",
    }  # fmt: skip
    return Invoice(**{**values, **changes})  # type: ignore[arg-type]


def run_invoice(number: str = "BR-2026-10-31") -> Invoice:
    """Of a billing run: seats, usage, a milestone."""
    month = {"period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31)}

    def line(
        id_: str, basis: str, words: str, net: str, quantity: int, unit: str, price: str, **changes: object
    ) -> InvoiceLine:
        return InvoiceLine(
            id=id_, net=Money.of(net, EUR), quantity=Quantity.of(quantity, unit), price=Decimal(price), basis=basis,
            order=LineReference(document="SUB-88", line=id_), description=words, tax_category="S", tax_percent=Decimal(19), **changes,
        )  # type: ignore[arg-type]  # fmt: skip

    return replace(
        invoice(number, kind="billing_invoice", site=""),
        order_number="SUB-88", customer_order="", run="2026-10", lines=(
            line("1", "recurring", "Team, 120 seats", "4998.00", 120, "SEAT", "41.65", **month),
            replace(line("2", "usage", "Calls beyond 500,000", "480.10", 1200250, "CALL", "0.40", **month), price_per=Decimal(1000)),
            line("3", "milestone", "Go-live", "18000.00", 1, "EA", "18000.00", milestone="MS-7"),
        ),
    )  # fmt: skip


@dataclass
class Selling:
    """Ids of what the tenant holds."""

    books: Books
    documents: dict[str, UUID]
    ruled: UUID
    late: UUID
    claim: UUID


def released(books: Books, claim: UUID, at: datetime) -> None:
    """All of it went out."""
    action = uuid4()
    money = Money.of(1, EUR)
    seq = peek(models.Event).filter(tenant=books.tenant, stream=claim).count()
    asked = PostingRequested(
        at=at, action_id=action, part=1, lines=(), net=money, tax=money, final=True, verdict_sha="ab" * 32
    )
    for k, event in enumerate((asked, Posted(at=at, action_id=action, ref="9"))):
        from tieout.formats import canonical_json

        books.position += 1
        peek(models.Event).create(
            tenant=books.tenant, stream=claim, seq=seq + k + 1, type=type(event).__name__, version=1,
            payload=canonical_json.encode(event), prev_hash="", hash="", at=at, actor="system", position=books.position,
        )  # fmt: skip


def fill(tenant: str) -> Selling:
    """Thirty days of invoices, and a carrier that fell silent this morning at W3."""
    books = Books(tenant=tenant)
    now = books.at
    ids = {document.kind: books.document_id(document) for document in documents()}
    ids["billing_invoice"] = peek(models.Claim).get(id=books.claim(run_invoice(), "waiting", rows=())).document
    customer = "test/customer/C-2001@1"
    ruled = late = claim = UUID(int=0)
    reasons = {"W1": "AR-TAX-DIFF", "W2": "AR-SHP-QTY", "W3": "AR-SHP-NOEVENT"}
    for day in range(30, 0, -2):
        for n, (site, usual) in enumerate(reasons.items()):
            code = {"W1": "AR-SHP-NOEVENT", "W3": "AR-TAX-DIFF"}.get(site, usual) if day % 4 else usual
            books.at = now - timedelta(days=day, hours=n)
            number = f"R-{day:02d}{n}"
            books.document_id(shipment(f"SH-{number}", at=books.at - timedelta(hours=2), site=site))
            kept = (f"test/shipment/SH-{number}@1", customer)
            findings = (_finding(code, "policy" if day % 14 == 0 else ""),) if (day // 2 + n) % 3 else ()
            claim = books.claim(
                invoice(number, net=1000 + 90 * day, site=site), "posted", findings, rows=(), inputs=kept
            )
            length = timedelta(hours=2 + day % 9 * (n + 1))
            if findings:
                end = CaseResolved(at=books.at + length, by="world", resolution="evidence", touches=day // 2 % 2)
                acted = (Assigned(at=books.at + length / 2, actor="ana", assignee="ana"),) if day // 2 % 2 else ()
                books.case(claim, findings, books.routed(findings[0].code, findings[0].queue, hours=8), *acted, end)
            released(books, claim, books.at + (length if findings else timedelta(hours=1)))
    for k in range(14):
        books.at = now - timedelta(minutes=4 + 9 * k)
        books.document_id(shipment(f"SH-N{k}", at=books.at - timedelta(hours=3)))
        waits = (_finding("AR-CUST-RULE" if k == 0 else "AR-SHP-NOEVENT"),)
        inputs = (f"test/shipment/SH-N{k}@1", customer)
        claim = books.claim(invoice(f"R-N{k}", net=4000 + k), "waiting", waits, rows=(), inputs=inputs)
        case = books.case(claim, waits, books.routed(waits[0].code, waits[0].queue, hours=6))
        ruled, late = (case, late) if k == 0 else (ruled, case)
    books.at = now
    return Selling(books=books, documents=ids, ruled=ruled, late=late, claim=claim)


def _finding(code: str, why: str = "") -> Finding:
    code = "AR-CUST-RULE" if why else code
    words = {
        "AR-CUST-RULE": "The customer's rule requires waiting until 2 Dec 2026: 40 of 100 EA are not shipped yet.",
        "AR-SHP-NOEVENT": "Shipped 60 EA, and no event of the carrier since 18 Nov 2026 14:00.",
        "AR-TAX-DIFF": "Tax of 1368.00 EUR, recalculated 1349.00 EUR.",
        "AR-SHP-QTY": "Ordered 62 EA, shipped 60 EA: 2 EA.",
    }
    queues = {"AR-CUST-RULE": "system-wait", "AR-TAX-DIFF": "tax"}
    stage = "wait" if code in {"AR-CUST-RULE", "AR-SHP-NOEVENT"} else "hold"
    made = finding(code, words[code], queue=queues.get(code, "warehouse"), stage=stage, stake="7200.00")
    return replace(made, resolutions=taxonomy()[code].resolutions)
