"""A tenant with something on every page: documents, a claim with its verdict, cases in each state, as rows of the store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from tests.support.peek import peek
from tieout.app import kinds
from tieout.core.case.events import (
    Assigned,
    CaseEvent,
    CaseOpened,
    CaseResolved,
    CaseRouted,
    FindingBrief,
    FindingsChanged,
    WaitStarted,
)
from tieout.core.case.evolve import evolve
from tieout.core.case.state import Case
from tieout.core.claim import evolve as claim
from tieout.core.claim.events import ClaimReceived, ClaimTiedOut
from tieout.core.documents.kind import Document
from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.tie_out.verdict import Verdict
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.event import Event
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats import canonical_json
from tieout.store import models
from tieout.trade.documents import (
    BankAccount,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    TaxSubtotal,
)
from tieout.trade.keys import movement_key, published

EUR = "EUR"
_CLAIMS = frozenset(kind.name for kind in kinds().values() if kind.role == "claim")


def seller(name: str) -> Party:
    """A supplier."""
    return Party(name=name, country="DE", identifiers=(Identifier(scheme="vat", value="DE811907980"),))


BUYER = Party(name="Nordlicht Distribution GmbH", country="DE")


def order(number: str = "4500017", supplier: str = "Brandt Fasteners GmbH") -> Order:
    """1,200 screws at 10.00, and brackets."""
    ids = ProductIds(buyer="M-1007", seller="BF-88")
    return Order(
        number=number,
        issue_date=date(2026, 11, 2),
        currency=EUR,
        supplier=seller(supplier),
        buyer=BUYER,
        terms="30 days net",
        incoterm="DAP",
        site="WMS-4",
        lines=(
            OrderLine(id="1", quantity=Quantity.of(1200, "EA"), price=Decimal("10.00"), net=Money.of(12000, EUR),
                      product=ids, description="Hex bolt M8 × 40, zinc", site="WMS-4", due_on=date(2026, 11, 16)),
            OrderLine(id="2", quantity=Quantity.of(40, "BX"), price=Decimal("18.5"), net=Money.of(740, EUR),
                      description="Washer DIN 125, box of 500", site="WMS-4"),
        ),
    )  # fmt: skip


def receipt(number: str = "GR-90211", *, order: str = "4500017") -> Receipt:
    """1,150 accepted, 50 in inspection."""
    return Receipt(
        number=number,
        occurred_at=datetime(2026, 11, 16, 9, 40, tzinfo=UTC),
        order_number=order,
        site="WMS-4",
        lines=(
            ReceiptLine(id="1", accepted=Quantity.of(1150, "EA"), in_inspection=Quantity.of(50, "EA"),
                        order=LineReference(document=order, line="1"), lot="IL-77"),
            ReceiptLine(id="2", accepted=Quantity.of(40, "BX"), order=LineReference(document=order, line="2")),
        ),
    )  # fmt: skip


def invoice(
    number: str = "INV-2026-1187", supplier: str = "Brandt Fasteners GmbH", *, order: str = "4500017"
) -> Invoice:
    """1,200 at 10.00 and 40 boxes at 18.50, 19 % VAT."""
    return Invoice(
        kind="invoice",
        type_code="380",
        number=number,
        issue_date=date(2026, 11, 17),
        due_on=date(2026, 12, 17),
        currency=EUR,
        supplier=seller(supplier),
        buyer=BUYER,
        order_number=order,
        terms="30 days net",
        accounts=(BankAccount(number="DE89370400440532013000"),),
        lines=(
            InvoiceLine(id="1", net=Money.of(12000, EUR), quantity=Quantity.of(1200, "EA"), price=Decimal("10.00"),
                        order=LineReference(document=order, line="1"), description="Hex bolt M8 × 40, zinc",
                        tax_category="S", tax_percent=Decimal(19)),
            InvoiceLine(id="2", net=Money.of(740, EUR), quantity=Quantity.of(40, "BX"), price=Decimal("18.50"),
                        order=LineReference(document=order, line="2"), description="Washer DIN 125, box of 500",
                        tax_category="S", tax_percent=Decimal(19)),
        ),
        totals=InvoiceTotals(lines=Money.of(12740, EUR), net=Money.of(12740, EUR), tax=Money.of("2420.60", EUR),
                             gross=Money.of("15160.60", EUR), payable=Money.of("15160.60", EUR)),
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=Money.of(12740, EUR), tax=Money.of("2420.60", EUR)),),
    )  # fmt: skip


ROWS = (
    Row(claim_line="1", description="Hex bolt M8 × 40, zinc", order="4500017", order_line="1", matched_by="order line",
        unit="EA", site="WMS-4", ordered=Decimal(1200), received=Decimal(1200), in_inspection=Decimal(50),
        accepted=Decimal(1150), rejected=Decimal(0), billed_before=Decimal(0), billed=Decimal(1200), price=Decimal("10.00"),
        price_expected=Decimal("10.00"), price_source="order", variance=Decimal(50), limit="0", net=Money.of(12000, EUR),
        codes=("AP-QTY-INSP",), verdict="wait"),
    Row(claim_line="2", description="Washer DIN 125, box of 500", order="4500017", order_line="2", matched_by="order line",
        unit="BX", site="WMS-4", ordered=Decimal(40), received=Decimal(40), in_inspection=Decimal(0), accepted=Decimal(40),
        rejected=Decimal(0), billed_before=Decimal(0), billed=Decimal(40), price=Decimal("18.50"),
        price_expected=Decimal("18.50"), price_source="order", variance=Decimal(0), limit="0", net=Money.of(740, EUR)),
)  # fmt: skip


@dataclass
class Books:
    """What a tenant holds, written straight into the store's tables; `at` is its present."""

    tenant: str
    entity: str = "DE01"
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    position: int = 0

    def document_id(self, document: Document, *, content: bytes = b"", name: str = "") -> UUID:
        """A document with its look-up keys, and the bytes that it was read from."""
        id_, body = uuid4(), canonical_json.encode(document)
        kind, number = document.kind, getattr(document, "number", "")
        key = f"test/{kind}/{number}"
        supplier = getattr(document, "counterparty", None) or getattr(document, "supplier", None)
        totals = getattr(document, "totals", None)
        source_file = self._source_file(content, name or f"{number}.xml", key) if content else None
        peek(models.Document).create(
            tenant=self.tenant, id=id_, kind=kind, key=key, version="1", number=number,
            entity=self.entity if kind in _CLAIMS else "", book=self.entity if kind in _CLAIMS else "",
            counterparty=supplier.name if supplier else "", currency=getattr(document, "currency", ""),
            net=None, tax=None, payable=totals.payable.minor if totals and totals.payable else None,
            issue_date=getattr(document, "issue_date", None), sha256=canonical_json.fingerprint(body), body=body,
            format="ubl-2.1", source_file=source_file, part=1, remarks=None, recorded_at=self.at, superseded_at=None,
        )  # fmt: skip
        for k, key_of in enumerate(published(document)):
            self.position += 1
            peek(models.Lookup).create(tenant=self.tenant, key=key_of.bare, document=id_, id=uuid4().int % 10**12 + k)
        return id_

    def _source_file(self, content: bytes, name: str, key: str) -> UUID:
        made = peek(models.SourceFile).create(
            tenant=self.tenant, id=uuid4(), sha256=canonical_json.fingerprint(content), system="test", source_kind="file",
            external_id=key, version="1", stated=False, name=name, media_type="", size=len(content), content=content,
            received_at=self.at, entity="",
        )  # fmt: skip
        return made.id

    def claim(
        self, document: Invoice, status: claim.ClaimStatus, findings: tuple[Finding, ...] = (), *, content: bytes = b"",
        name: str = "", rows: tuple[Row, ...] = ROWS, inputs: tuple[str, ...] = (),
    ) -> UUID:  # fmt: skip
        """A claim with one verdict."""
        recorded, id_ = self.document_id(document, content=content, name=name), uuid4()
        key = f"test/{document.kind}/{document.number}"
        received = ClaimReceived(
            at=self.at, claim_id=id_, tenant=self.tenant, key=f"{key}@1", kind=document.kind, number=document.number,
            entity=self.entity,
        )  # fmt: skip
        verdict_status = "waiting" if status == "waiting" else "held" if status == "held" else "clear"
        verdict = Verdict(
            status=verdict_status, findings=findings, allocations=(), postable=(),
            awaited=tuple(awaited for finding in findings for awaited in finding.awaited),
            policies=("standard@2026-01",), inputs=tuple((key, "0" * 64) for key in inputs), code_version="0.1.0",
        )  # fmt: skip
        tied = ClaimTiedOut(
            at=self.at, verdict_sha="ab" * 32, status=verdict_status, codes=tuple(finding.code for finding in findings)
        )
        state = replace(claim.evolve(claim.receive(received), tied), status=status)
        payable = document.totals.payable
        peek(models.Claim).create(
            tenant=self.tenant, id=id_, key=f"{key}@1", kind=document.kind, document=recorded, sha256="0" * 64,
            number=document.number, entity=self.entity, counterparty=document.counterparty.name, currency=document.currency,
            payable=payable.minor if payable else None, issue_date=document.issue_date, received_at=self.at,
            status=status, dirty=False, due_at=None, verdict_seq=1, verdict_sha256="ab" * 32, seq=2, head="",
            state=canonical_json.encode(state), changed_at=self.at,
        )  # fmt: skip
        peek(models.Verdict).create(
            tenant=self.tenant, claim=id_, seq=1, status=verdict_status, sha256="ab" * 32, body=canonical_json.encode(verdict),
            rows=canonical_json.encode(rows), facts=b"{}", looked_up=b"[]", code_version="0.1.0", at=self.at,
        )  # fmt: skip
        self.happened(id_, (received, tied))
        return id_

    def case(self, claim_id: UUID, findings: tuple[Finding, ...], *more: CaseEvent) -> UUID:
        """A case of a claim's findings; `more` happens after it was opened and routed."""
        owner = peek(models.Claim).get(tenant=self.tenant, id=claim_id)
        first = findings[0]
        id_ = uuid4()
        briefs = tuple(
            FindingBrief(code=finding.code, where=finding.where, stage=finding.stage, queue=finding.queue, evidence_hash="cafe",
                         at_stake=finding.at_stake, expected=finding.expected, actual=finding.actual, variance=finding.variance,
                         limit=finding.limit, numbers=finding.numbers, resolutions=finding.resolutions)
            for finding in findings
        )  # fmt: skip
        events: tuple[CaseEvent, ...] = (
            CaseOpened(at=self.at, case_id=id_, tenant=self.tenant, claim=owner.key, cause=first.cause),
            FindingsChanged(at=self.at, findings=briefs, at_stake=first.at_stake),
            *more,
        )
        state: Case | None = None
        for event in events:
            state = evolve(state, event)
        assert state is not None
        peek(models.Case).create(
            tenant=self.tenant, id=id_, claim=claim_id, cause=first.cause, code=state.code or first.code,
            status=state.state, queue=state.queue, actor=state.assignee, entity=self.entity, counterparty=owner.counterparty,
            number=owner.number, at_stake=first.at_stake.minor if first.at_stake else None, currency=EUR,
            opened_at=self.at, due_at=state.due_at, closed_at=state.resolved_at,
            wait_until=None if state.ended else state.wait_until, seq=len(events), head="",
            state=canonical_json.encode(state),
        )  # fmt: skip
        self.happened(id_, events)
        return id_

    def happened(self, stream: UUID, events: tuple[Event, ...], *, after: int = 0) -> None:
        """Events of a stream, that has so many already."""
        for k, event in enumerate(events, start=after):
            self.position += 1
            peek(models.Event).create(
                tenant=self.tenant, stream=stream, seq=k + 1, type=type(event).__name__, version=1,
                payload=canonical_json.encode(event), prev_hash="", hash="", at=event.at, actor=event.actor,
                position=self.position,
            )  # fmt: skip

    def routed(self, code: str, queue: str, *, hours: int) -> CaseRouted:
        """To a queue, due in some hours (negative: overdue)."""
        due = self.at + timedelta(hours=hours)
        return CaseRouted(at=self.at, code=code, queue=queue, home=queue, sla="1 bd", due_at=due, ladder=(due,))

    def waiting(self, code: str, *, hours: int) -> WaitStarted:
        """For evidence, some hours."""
        return WaitStarted(at=self.at, code=code, until=self.at + timedelta(hours=hours), keys=("movement/4500017",))

    def taken(self, by: str) -> Assigned:
        """By a person."""
        return Assigned(at=self.at, actor=by, assignee=by)

    def cleared(self) -> CaseResolved:
        """By the evidence."""
        return CaseResolved(at=self.at, by="world", resolution="evidence", touches=0)


def finding(
    code: str, message: str, *, queue: str, stage: Stage = "hold", where: str = "1", stake: str = "500.00",
    waits: datetime | None = None, **numbers: str,
) -> Finding:  # fmt: skip
    """A finding; `message` is the reason that codes with a {reason} name."""
    return Finding(
        code=code, where=where, stage=stage, queue=queue, cause=code,
        numbers=(("reason", message), ("in_inspection", numbers.get("variance", ""))),
        at_stake=Money.of(stake, EUR), resolutions=("request_credit_note", "short_pay", "amend_order", "accept_variance"),
        awaited=(Awaited(key=movement_key("4500017"), until=waits),) if waits else (), **numbers,
    )  # fmt: skip
