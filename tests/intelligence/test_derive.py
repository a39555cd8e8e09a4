"""Facts come from events and documents, not from a status column."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.intelligence.made import AT
from tieout.app import taxonomy
from tieout.core.case.events import (
    Assigned,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseRouted,
    FindingBrief,
    FindingsChanged,
)
from tieout.core.claim.events import ClaimReceived, ClaimTiedOut, Posted, PostingRefused, PostingRequested, Superseded
from tieout.core.findings.finding import Finding
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.intelligence.derive import about, case_fact, claim_fact
from tieout.intelligence.facts import About, CaseFact
from tieout.trade.documents import (
    Customer,
    CustomerReturn,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    Shipment,
    Subscription,
)

ID = UUID(int=1)
NET = Money.of(1000, "EUR")


def after(hours: int) -> object:
    return AT + timedelta(hours=hours)


def lived(*more: object) -> CaseFact:
    brief = FindingBrief(code="AR-SHP-NOEVENT", where="1", stage="wait", queue="warehouse")
    events = [
        CaseOpened(at=AT, case_id=ID, tenant="t", claim="k", cause="shipment"),
        FindingsChanged(at=AT, findings=(brief,), at_stake=NET),
        routed("AR-SHP-NOEVENT", "warehouse", 0),
        *more,
    ]
    made = case_fact("c", events, About(), "k", taxonomy())  # type: ignore[arg-type]
    assert made is not None
    return made


def routed(code: str, queue: str, hours: int) -> CaseRouted:
    at = AT + timedelta(hours=hours)
    return CaseRouted(at=at, code=code, queue=queue, home=queue, sla="4 bh", due_at=at + timedelta(hours=4), ladder=())


def test_a_case_that_changes_its_code_is_two_stretches() -> None:
    fact = lived(
        routed("AR-SHP-QTY", "warehouse", 6),
        CaseResolved(at=AT + timedelta(hours=10), by="world", resolution="evidence", touches=0),
    )
    assert [
        (stretch.code, stretch.source, stretch.until - stretch.since) for stretch in fact.stretches if stretch.until
    ] == [
        ("AR-SHP-NOEVENT", "carrier feed", timedelta(hours=6)),
        ("AR-SHP-QTY", "warehouse", timedelta(hours=4)),
    ]
    assert (fact.closed_at, fact.ended_by, fact.due_at) == (after(10), "world", after(10))


def test_between_its_end_and_its_reopening_nothing_was_delayed() -> None:
    fact = lived(
        CaseResolved(at=AT + timedelta(hours=1), by="world", resolution="evidence", touches=0),
        CaseReopened(at=AT + timedelta(hours=9), reason="came back"),
        Assigned(at=AT + timedelta(hours=9), actor="ana", assignee="ana"),
    )
    assert [(stretch.since, stretch.until) for stretch in fact.stretches] == [(AT, after(1)), (after(9), None)]
    assert (fact.closed_at, fact.reopened, fact.touches, fact.ended_by) == (None, 1, 1, "")


def invoice(kind: str = "customer_invoice", **more: object) -> Invoice:
    line = InvoiceLine(id="1", net=NET)
    return Invoice(
        kind=kind, number="R1", issue_date=AT.date(), currency="EUR", supplier=Party(name="We"), buyer=Party(name="Nord"),
        lines=(line,), totals=InvoiceTotals(net=NET, payable=Money.of(1190, "EUR")), **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_the_documents_say_where_and_when() -> None:
    parts = [
        Shipment(number=f"S{k}", occurred_at=AT + timedelta(hours=k), lines=(), site="W3", carrier="Speedy")
        for k in (1, 2)
    ]
    picked = Shipment(number="S3", occurred_at=AT + timedelta(hours=9), lines=(), confirmed=False)
    derived = about(
        invoice(), [*parts, picked, Customer(number="1", name="Nord", segment="retail")], process="order_to_cash"
    )
    assert (derived.site, derived.feed, derived.segment, derived.party, derived.amount) == (
        "W3",
        "Speedy",
        "retail",
        "Nord",
        NET,
    )
    assert derived.shipped_at == derived.billable_at == after(2), "the last shipment: before it, not all could go out"


def test_a_watched_document_has_a_party_too() -> None:
    order = Order(
        kind="sales_order", number="4711", issue_date=None, currency="EUR", supplier=Party(name="We"), buyer=Party(name="Nord"),
        lines=(), site="W3", net=NET,
    )  # fmt: skip
    derived = about(order, [], process="order_to_cash")
    assert (derived.party, derived.site, derived.amount, derived.kind) == ("Nord", "W3", NET, "sales_order")
    sold = about(Subscription(number="S", account="AC-1", currency="EUR", lines=(), entity="FR01"), [], process="p")
    assert (sold.party, sold.entity) == ("AC-1", "FR01")


@pytest.mark.mission("KPI-21")
def test_a_credit_for_goods_that_came_back_is_no_error_of_ours_kpi_21() -> None:
    credit = invoice("customer_credit_note", preceding=("R0",))
    back = CustomerReturn(
        number="B", occurred_at=AT, order=LineReference(document="1", line="1"), quantity=Quantity.of(1, "EA")
    )
    assert about(credit, [], process="p").for_error
    assert about(credit, [], process="p").credits == ("R0",)
    assert not about(credit, [back], process="p").for_error
    assert not about(invoice(preceding=("R0",)), [], process="p").credits


def test_released_is_when_the_last_part_was_booked() -> None:
    first, last = uuid4(), uuid4()

    def asked(action: UUID, part: int, *, final: bool) -> PostingRequested:
        return PostingRequested(
            at=AT, action_id=action, part=part, lines=(), net=NET, tax=NET, final=final, verdict_sha=""
        )

    events = [
        ClaimReceived(at=AT, claim_id=ID, tenant="t", key="k", kind="customer_invoice", number="R1"),
        ClaimTiedOut(at=AT, verdict_sha="", status="waiting"),
        asked(first, 1, final=False),
        Posted(at=AT + timedelta(hours=1), action_id=first, ref="A"),
        asked(last, 2, final=True),
        PostingRefused(at=AT + timedelta(hours=2), action_id=last, reason="period closed"),
    ]
    assert claim_fact("1", events, About(), ()).released_at is None
    events.append(Posted(at=AT + timedelta(hours=5), action_id=last, ref="B"))
    fact = claim_fact("1", events, About(), ())
    assert (fact.released_at, fact.asked, fact.refused, fact.waited, fact.over) == (after(5), 2, 1, True, False)
    assert claim_fact("1", [*events, Superseded(at=AT, successor="k2")], About(), ()).over


def test_what_could_have_been_billed_is_read_from_the_verdict() -> None:
    received = ClaimReceived(at=AT, claim_id=ID, tenant="t", key="k", kind="sales_order", number="4711")
    leak = Finding(
        code="BIL-LEAK",
        where="1",
        stage="note",
        queue="",
        cause="leak",
        at_stake=Money.of(70, "EUR"),
    )
    assert claim_fact("1", [received], About(), (), [leak, leak]).unbilled == Money.of(140, "EUR")
