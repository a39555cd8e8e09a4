"""Order to cash where it is about money: credit, tax, disputes, prices found wrong after release, credit notes, numbers given twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.access import granted
from tieout.app import catalogue, default_policy, pack_named
from tieout.core.case.commands import Resolve
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import sentence
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import (
    AllowanceCharge,
    Booking,
    ContractLine,
    CreditStanding,
    Customer,
    DeliveryAnswer,
    Dispute,
    Invoice,
    InvoiceLine,
    LineReference,
    Order,
    OrderLine,
    PriceList,
    ProductIds,
    Rebate,
    Shipment,
    ShipmentLine,
)
from tieout.trade.own_totals import totals_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = AT.date()
NORD = Customer(
    number="70001", name="Nord AG", country="DE", street="Weg 1", tax_class="domestic", tier="A", segment="trade"
)
BUYER = Party(name="Nord AG", identifiers=(Identifier(scheme="ours", value="70001"),))
BOLT = ProductIds(seller="BOLT", buyer="BOLT")
UNCHECKED = Rules.of(credit="not_checked")
CHECKED = Rules.of(credit="checked", credit_exclusions=(), overdue_days_max=30)
FREELY = Rules.of(credit="not_checked", credit_note=Tolerance(state="not_checked", basis="amount"))


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def run_with(rules: Rules = UNCHECKED, *documents: Document, customer: Customer = NORD, **order: Any) -> Simulation:
    company = default_policy("order_to_cash")
    layered = replace(company, layers=(*company.layers, Layer(when=Facts(), rules=rules)))
    made = Simulation((pack_named("order_to_cash"),), PolicySet(policies=(layered,)), at=AT)
    for document in (customer, sold(**order), SHIPPED, *documents):
        made.receive(document)
    return made


def sold(**more: Any) -> Order:
    line = OrderLine(
        id="10",
        quantity=Quantity.of(100, "EA"),
        price=Decimal(10),
        product=BOLT,
        tax_category="S",
        tax_percent=Decimal(19),
    )
    order = Order(
        kind="sales_order",
        number="SO-1",
        issue_date=TODAY,
        currency="EUR",
        supplier=Party(name="Us"),
        buyer=BUYER,
        lines=(line,),
    )
    return replace(order, **more)


SHIPPED = Shipment(
    number="SH-1",
    occurred_at=AT,
    order_number="SO-1",
    lines=(ShipmentLine(id="10", shipped=Quantity.of(100, "EA"), order=LineReference(document="SO-1", line="10")),),
)


def billed(quantity: str = "100", price: str = "10", *, id_: str = "1", off: str = "") -> InvoiceLine:
    gross = Money.rounded(Decimal(quantity) * Decimal(price), "EUR")
    allowance = (AllowanceCharge(charge=False, amount=euros(off)),) if off else ()
    return InvoiceLine(
        id=id_,
        net=gross - euros(off or 0),
        quantity=Quantity.of(quantity, "EA"),
        price=Decimal(price),
        order=LineReference(document="SO-1", line="10"),
        product=BOLT,
        tax_category="S",
        tax_percent=Decimal(19),
        allowances_charges=allowance,
    )


def our_invoice(*lines: InvoiceLine, number: str = "INV-1", kind: Any = "customer_invoice", **more: Any) -> Invoice:
    rows, totals = totals_of(lines or (billed(),), "EUR")
    return Invoice(
        kind=kind,
        number=number,
        issue_date=TODAY,
        currency="EUR",
        supplier=Party(name="Us"),
        buyer=BUYER,
        lines=lines or (billed(),),
        tax=rows,
        totals=totals,
        order_number="SO-1",
        **more,
    )


def credit_note(*lines: InvoiceLine, number: str = "CN-1") -> Invoice:
    return our_invoice(*lines, number=number, kind="customer_credit_note", preceding=("INV-1",))


def credit_status(**more: Any) -> CreditStanding:
    values = {"limit": euros(2000), "receivables": euros(0)} | more
    return CreditStanding(number="70001", as_of=AT, **values)


def findings_of(made: Simulation, number: str = "INV-1", stage: str = "") -> list[Finding]:
    filed = next(finding for finding in made.claims.values() if finding.state.number == number)
    assert filed.last is not None
    return [
        finding
        for finding in filed.last.verdict.findings
        if finding.stage == stage or (not stage and finding.stage != "note")
    ]


def codes(made: Simulation, number: str = "INV-1", stage: str = "") -> list[str]:
    return [finding.code for finding in findings_of(made, number, stage)]


def status(made: Simulation, number: str = "INV-1") -> str:
    return next(filed.state.status for filed in made.claims.values() if filed.state.number == number)


# What the credit system says: S-22


@pytest.mark.mission("S-22")
@pytest.mark.parametrize(("owed", "held"), [("810.00", False), ("810.01", True)])
def test_s22_the_exposure_at_the_limit(owed: str, held: bool) -> None:
    made = run_with(CHECKED, credit_status(receivables=euros(owed)), our_invoice())
    assert codes(made) == (["CRD-LIMIT"] if held else [])


@pytest.mark.mission("S-22")
@pytest.mark.parametrize(("owed", "held"), [("870.00", False), ("870.01", True)])
def test_s22_policy_may_allow_three_percent_over_the_limit(owed: str, held: bool) -> None:
    three = Tolerance(state="limits", basis="amount", upper=Limit(percent=Decimal(3)))
    made = run_with(CHECKED.with_values(credit_limit=three), credit_status(receivables=euros(owed)), our_invoice())
    assert codes(made) == (["CRD-LIMIT"] if held else [])


@pytest.mark.mission("S-22")
@pytest.mark.parametrize(("days", "held"), [(30, False), (31, True)])
def test_s22_days_overdue_at_the_limit(days: int, held: bool) -> None:
    made = run_with(CHECKED, credit_status(overdue_days=days, overdue=euros(1)), our_invoice())
    assert codes(made) == (["CRD-OVERDUE"] if held else [])


def test_nothing_overdue_is_not_overdue_however_old_it_was() -> None:
    assert codes(run_with(CHECKED, credit_status(overdue_days=90, overdue=euros(0)), our_invoice())) == []


def test_what_is_billed_is_no_longer_on_order_where_the_credit_status_counts_the_order() -> None:
    counted = credit_status(receivables=euros(0), on_order=euros(2000))
    assert codes(run_with(CHECKED, counted, our_invoice())) == []
    earlier = replace(counted, as_of=AT - timedelta(days=1))
    (over,) = findings_of(run_with(CHECKED, earlier, our_invoice()))
    assert (over.code, over.actual) == ("CRD-LIMIT", "3190.00 EUR")


@pytest.mark.parametrize(
    ("more", "stage"),
    [
        ({"limit": None}, "hold"),
        ({"review_on": TODAY}, ""),
        ({"review_on": TODAY - timedelta(days=1)}, "note"),
        ({"limit": Money.of(5000, "USD")}, "hold"),
    ],
)
def test_a_review_is_a_note_until_no_limit_is_left_to_go_by(more: dict[str, Any], stage: str) -> None:
    made = run_with(CHECKED, credit_status(**more), our_invoice())
    assert [
        finding.stage for finding in findings_of(made) + findings_of(made, stage="note") if finding.code == "CRD-REVIEW"
    ] == ([stage] if stage else [])


def test_who_says_nothing_of_a_customer_lets_nothing_out() -> None:
    made = run_with(CHECKED, our_invoice())
    assert codes(made) == ["CRD-REVIEW"]
    made.receive(credit_status())
    assert status(made) == "posted"


OVER = credit_status(receivables=euros(5000))


@pytest.mark.parametrize(
    ("rules", "more", "trace"),
    [
        (("prepaid", "segment:trade"), {}, "prepaid: no; segment:trade: excludes it"),
        (("segment:TRADE", "prepaid"), {}, "segment:TRADE: excludes it"),
        (("prepaid",), {"terms": "Prepaid"}, "prepaid: excludes it"),
        (("below:1190.01 EUR",), {}, "below:1190.01 EUR: excludes it"),
        (
            ("below:9999 KWD", "below:9999", "prepaid"),
            {"terms": "Prepaid"},
            "below:9999 KWD: no; below:9999: no; prepaid: excludes it",
        ),
        (("category:spare", "below:9999 EUR"), {}, "category:spare: no; below:9999 EUR: excludes it"),
    ],
)
def test_the_first_rule_that_holds_excludes_and_all_that_were_tried_are_shown(
    rules: tuple[str, ...], more: dict[str, Any], trace: str
) -> None:
    made = run_with(CHECKED.with_values(credit_exclusions=rules), OVER, our_invoice(**more))
    (note,) = findings_of(made, stage="note")
    assert (note.code, status(made)) == ("CRD-LIMIT", "posted")
    assert sentence(note, catalogue().codes).endswith(f"Exclusions tried in this order: {trace}.")


@pytest.mark.parametrize(
    "terms", ["Freight prepaid, 60 days net", "carriage prepaid", "not in advance", "10 % in advance, net 30"]
)
def test_terms_that_give_credit_free_nobody_from_the_check(terms: str) -> None:
    (over,) = findings_of(run_with(CHECKED.with_values(credit_exclusions=("prepaid",)), OVER, our_invoice(terms=terms)))
    assert (over.code, over.stage) == ("CRD-LIMIT", "hold")


@pytest.mark.parametrize("rules", [("prepaid", "below:1190.00", "segment:public", "category:spare"), ("below:x",)])
def test_rules_that_do_not_hold_are_shown_too(rules: tuple[str, ...]) -> None:
    (over,) = findings_of(run_with(CHECKED.with_values(credit_exclusions=rules), OVER, our_invoice()))
    assert "; ".join(f"{rule}: no" for rule in rules) in sentence(over, catalogue().codes)


def test_goods_of_a_category_are_excluded_only_when_all_of_them_are() -> None:
    rules = CHECKED.with_values(credit_exclusions=("category:spare",))
    line = sold().lines[0]
    assert codes(run_with(rules, OVER, our_invoice(), lines=(replace(line, category="spare"),))) == []
    assert codes(run_with(rules, OVER, our_invoice(), lines=(replace(line, category="other"),))) == ["CRD-LIMIT"]


def test_credit_is_no_matter_once_the_invoice_is_out_or_gives_money_back() -> None:
    made = run_with(CHECKED, credit_status(), our_invoice())
    made.receive(replace(OVER, as_of=AT), version="2")
    assert (codes(made), status(made)) == ([], "posted")
    made.receive(credit_note(billed("1")))
    assert codes(made, "CN-1") == ["BIL-CM-APPR"]


# Disputes, refusals, bookings


def dispute(**more: Any) -> Dispute:
    values = {"reason": "quality", "line": "1"} | more
    return Dispute(number="D-1", invoice="INV-1", opened_at=AT, **values)


@pytest.mark.parametrize(("more", "out"), [({"quantity": Decimal(20)}, 80), ({"amount": euros(5)}, 0), ({}, 0)])
def test_only_what_is_disputed_is_held_where_a_quantity_says_how_much(more: dict[str, Any], out: int) -> None:
    made = run_with(UNCHECKED.with_values(posting="split"), dispute(**more), our_invoice())
    filed = made.claims["scenario/customer_invoice/INV-1"]
    assert filed.last is not None
    assert (
        sum(
            allocation.quantity
            for allocation in filed.last.verdict.allocations
            if allocation.ledger.bare == "sales-order/SO-1"
        )
        == out
    )
    assert filed.last.rows[0].disputed == more.get("quantity")


def test_two_disputes_of_one_line_add_up_to_no_more_than_the_line() -> None:
    second = replace(dispute(quantity=Decimal(90)), number="D-2")
    made = run_with(UNCHECKED, dispute(quantity=Decimal(20)), second, our_invoice())
    filed = made.claims["scenario/customer_invoice/INV-1"]
    assert filed.last is not None
    assert filed.last.rows[0].disputed == 100
    made.receive(replace(second, quantity=None, state="open"), version="2")
    assert filed.last.rows[0].disputed is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_answer_of_a_portal_counts_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    answers = [
        DeliveryAnswer(
            number=f"A-{k}", invoice="INV-1", state=state, occurred_at=AT + timedelta(hours=k), reason="no PO number"
        )  # type: ignore[arg-type]
        for k, state in enumerate(("rejected", "accepted", "rejected"))
    ]
    made = run_with(UNCHECKED, our_invoice(), *[answers[k] for k in order])
    assert codes(made) == ["AR-DLV-REJ"]
    made.receive(DeliveryAnswer(number="A-9", invoice="inv-1", state="accepted", occurred_at=AT + timedelta(hours=9)))
    assert codes(made) == []


def test_an_invoice_missing_in_the_general_ledger_waits_a_business_day_and_is_then_held() -> None:
    made = run_with(
        UNCHECKED, our_invoice(), Booking(number="B-1", invoice="INV-1", state="not_booked", occurred_at=AT)
    )
    assert [finding.stage for finding in findings_of(made)] == ["wait"]
    made.advance(AT + timedelta(days=1, minutes=-1))
    assert [finding.stage for finding in findings_of(made)] == ["wait"]
    made.advance(AT + timedelta(days=1))
    assert [finding.stage for finding in findings_of(made)] == ["hold"]


# The audit after release (S-20)


def rebate(percent: str, **more: Any) -> Rebate:
    values = {"number": "RB-1", "customer": "70001", "percent": Decimal(percent), "approved_by": "sales"} | more
    return Rebate(agreed_on=TODAY, **values)


def prices(price: str, number: str = "PL-1") -> PriceList:
    line = ContractLine(product=BOLT, price=Decimal(price), unit="EA")
    return PriceList(
        number=number, currency="EUR", lines=(line,), customer="70001", approved_by="sales", approved_on=TODAY
    )


def proposed(made: Simulation) -> dict[str, Invoice]:
    documents = [
        filed.recorded.document for filed in made.claims.values() if filed.state.kind == "customer_credit_note"
    ]
    return {note.number: note for note in documents if isinstance(note, Invoice)}


@pytest.mark.mission("S-20")
def test_s20_a_rebate_after_the_fact_is_given_back_to_the_cent_once() -> None:
    made = run_with(UNCHECKED, our_invoice(), rebate("3.337"))
    (wrong,) = findings_of(made)
    assert (wrong.expected, wrong.variance, dict(wrong.numbers)["rule"]) == ("966.63 EUR", "33.37 EUR", "rebate RB-1")
    note = proposed(made)["INV-1-PRC-1"]
    assert (note.totals.net, note.totals.tax, note.totals.payable) == (euros("33.37"), euros("6.34"), euros("39.71"))
    assert (note.preceding, note.lines[0].quantity, note.lines[0].order.line) == (("INV-1",), None, "")
    made.receive(rebate("3.337"), version="2")
    assert list(proposed(made)) == ["INV-1-PRC-1"]


@pytest.mark.parametrize(
    ("price", "held"), [("9.9999", False), ("9.9998", True), ("10.0001", False), ("10.0002", True)]
)
def test_a_cent_of_a_line_is_rounding_and_no_price_error(price: str, held: bool) -> None:
    made = run_with(UNCHECKED, our_invoice(), prices(price))
    assert codes(made) == (["AR-PRC-POST"] if held else [])


def test_what_was_billed_too_cheap_is_reported_and_no_credit_note_follows() -> None:
    made = run_with(UNCHECKED, our_invoice(), prices("12"))
    (wrong,) = findings_of(made)
    assert (wrong.variance, dict(wrong.numbers)["rule"], proposed(made)) == ("-200.00 EUR", "price list PL-1", {})


def test_it_is_within_what_policy_allows() -> None:
    two = Tolerance(
        state="limits", basis="unit_price", upper=Limit(percent=Decimal(2)), lower=Limit(percent=Decimal(2))
    )
    assert codes(run_with(UNCHECKED.with_values(unit_price=two), our_invoice(), prices("9.81"))) == []
    assert codes(run_with(UNCHECKED.with_values(unit_price=two), our_invoice(), prices("9.80"))) == ["AR-PRC-POST"]


def test_returns_make_the_difference_smaller_and_money_given_back_ends_it() -> None:
    made = run_with(FREELY, our_invoice(), credit_note(billed("40")))
    made.receive(rebate("5"))
    assert {number: str(note.totals.net) for number, note in proposed(made).items()} == {
        "CN-1": "400.00 EUR", "INV-1-PRC-1": "30.00 EUR",
    }  # fmt: skip
    assert (codes(made), status(made, "INV-1-PRC-1")) == ([], "posted")
    made.receive(rebate("7"), version="2")
    assert str(proposed(made)["INV-1-PRC-2"].totals.net) == "12.00 EUR"
    assert codes(made) == []


def test_the_same_documents_in_any_order_give_the_same_credit_note() -> None:
    notes = set()
    for order in permutations((our_invoice(), rebate("5"), prices("10"))):
        made = run_with(UNCHECKED)
        for document in order:
            made.receive(document)
        if not codes(made) or "AR-PRC-POST" not in codes(made):
            continue  # the rebate was there before the invoice: nothing was found after its release
        notes.add(repr(proposed(made)["INV-1-PRC-1"]))
    assert len(notes) == 1


def test_a_rebate_that_changes_before_approval_changes_the_one_credit_note() -> None:
    made = run_with(UNCHECKED, our_invoice(), rebate("5"))
    made.receive(rebate("6"), version="2")
    living = [filed for filed in made.claims.values() if filed.state.number == "INV-1-PRC-1" and not filed.state.over]
    assert [str(filed.recorded.document.totals.net) for filed in living] == ["60.00 EUR"]  # type: ignore[union-attr]


def test_a_difference_that_goes_away_before_the_approval_takes_its_draft_along_and_may_come_again() -> None:
    made = run_with(UNCHECKED, our_invoice(), rebate("5"))
    assert status(made, "INV-1-PRC-1") == "held"
    made.receive(rebate("0"), version="2")
    living = made.claims["scenario/customer_credit_note/INV-1-PRC-1"]
    assert (living.state.status, str(living.recorded.document.totals.payable)) == ("clear", "0.00 EUR")  # type: ignore[union-attr]
    assert len(made.target.booked) == 1, "nothing of it goes out"
    made.receive(rebate("6"), version="3")
    living = made.claims["scenario/customer_credit_note/INV-1-PRC-1"]
    assert (living.state.status, str(living.recorded.document.totals.net)) == ("held", "60.00 EUR")  # type: ignore[union-attr]


def test_a_settlement_that_is_taken_back_before_the_approval_takes_its_draft_along() -> None:
    made = run_with(UNCHECKED, our_invoice(), dispute(amount=euros(100), state="settled"))
    made.receive(dispute(amount=euros(100), state="open"), version="2")
    living = made.claims["scenario/customer_credit_note/INV-1-D-1"]
    assert (living.state.status, str(living.recorded.document.totals.payable)) == ("clear", "0.00 EUR")  # type: ignore[union-attr]
    free = run_with(FREELY, our_invoice(), dispute(amount=euros(100), state="settled"))
    free.receive(dispute(amount=euros(100), state="open"), version="2")
    assert (status(free, "INV-1-D-1"), len(free.target.booked)) == ("posted", 2)


def test_a_dispute_settled_by_an_amount_is_credited_on_its_line_and_leaves_the_price_audit_alone() -> None:
    made = run_with(FREELY, our_invoice(), dispute(amount=euros(100), state="settled"))
    assert (status(made, "INV-1-D-1"), str(proposed(made)["INV-1-D-1"].totals.payable)) == ("posted", "119.00 EUR")
    made.receive(rebate("5"))
    assert str(proposed(made)["INV-1-PRC-1"].totals.net) == "50.00 EUR"
    assert codes(made) == []


@pytest.mark.parametrize(
    "more", [{"state": "open", "amount": euros(10)}, {"state": "settled"}, {"state": "withdrawn", "amount": euros(10)}]
)
def test_other_disputes_are_not_credited(more: dict[str, Any]) -> None:
    assert proposed(run_with(FREELY, our_invoice(), dispute(**more))) == {}


def test_a_dispute_of_the_whole_invoice_is_spread_over_its_rates_of_tax() -> None:
    line = sold().lines[0]
    seven = replace(line, id="20", tax_percent=Decimal(7))
    two = replace(billed("50", id_="2"), order=LineReference(document="SO-1", line="20"), tax_percent=Decimal(7))
    made = run_with(FREELY, lines=(line, seven))
    made.receive(replace(SHIPPED, number="SH-2", lines=(replace(SHIPPED.lines[0], order=two.order),)))
    made.receive(our_invoice(billed(), two))
    made.receive(dispute(line="", amount=euros("10.01"), state="settled"))
    note = proposed(made)["INV-1-D-1"]
    assert [(str(row.net), row.tax_percent) for row in note.lines] == [("6.67 EUR", 19), ("3.34 EUR", 7)]
    assert status(made, "INV-1-D-1") == "posted"


def test_a_rebate_that_was_taken_off_to_the_cent_is_no_price_error() -> None:
    made = run_with(UNCHECKED, rebate("3"), lines=(replace(sold().lines[0], price=Decimal("9.99")),))
    made.receive(our_invoice(billed("7", "9.99", off="2.10")))
    assert (codes(made), status(made)) == ([], "posted")
    made.receive(rebate("3"), version="2")
    assert codes(made) == []
    made.receive(rebate("4"), version="3")
    assert [finding.variance for finding in findings_of(made)] == ["0.70 EUR"]


def test_a_rebate_taken_off_the_whole_invoice_counts_against_its_lines() -> None:
    made = run_with(UNCHECKED)
    whole = our_invoice()
    off = AllowanceCharge(charge=False, amount=euros(30), reason="rebate", tax_category="S", tax_percent=Decimal(19))
    totals = replace(
        whole.totals,
        allowances=euros(30),
        net=euros(970),
        tax=euros("184.30"),
        gross=euros("1154.30"),
        payable=euros("1154.30"),
    )
    row = replace(whole.tax[0], taxable=euros(970), tax=euros("184.30"))
    made.receive(replace(whole, allowances_charges=(off,), totals=totals, tax=(row,)))
    made.receive(rebate("3"))
    assert codes(made) == []
    made.receive(rebate("4"), version="2")
    assert [finding.variance for finding in findings_of(made)] == ["10.00 EUR"]


def test_a_price_accepted_before_the_release_is_no_error_after_it() -> None:
    made = run_with(UNCHECKED, our_invoice())
    accepted = Release(
        number="R-1", claim="scenario/customer_invoice/INV-1@1", code="AR-PRC-OVR", where="1", resolution="approve", reason="agreed",
        actor="olga", evidence_hash="x", limit=euros(100), granted_at=AT,
    )  # fmt: skip
    made.receive(accepted)
    made.receive(prices("9"))
    assert (codes(made), proposed(made)) == ([], {})


# Credit notes and numbers


@settings(max_examples=15, deadline=None)
@given(
    notes=st.lists(
        st.tuples(st.integers(1, 70), st.sampled_from(["goods", "money"]), st.integers(1, 12)), min_size=1, max_size=4
    ),
    early=st.integers(0, 4),
)
def test_no_credit_notes_in_any_order_take_back_more_than_was_billed(
    notes: list[tuple[int, str, int]], early: int
) -> None:
    made = run_with(FREELY)
    documents: list[Document] = []
    for k, (quantity, sort, price) in enumerate(notes):
        line = billed(str(quantity), str(price))
        if sort == "money":
            line = replace(line, quantity=None, price=None, order=LineReference(document="SO-1"))
        documents.append(credit_note(line, number=f"CN-{k}"))
    documents.insert(min(early, len(documents)), our_invoice())
    for document in documents:
        made.receive(document)
    used = [allocation for filed in made.claims.values() if filed.last for allocation in filed.last.verdict.allocations]
    assert sum(allocation.net.minor for allocation in used if allocation.ledger.kind == "issued") >= 0
    assert sum(allocation.quantity for allocation in used if allocation.ledger.bare == "sales-order/SO-1") >= 0
    out = [job.action.claim for job in made.jobs.values() if job.action.kind == "post_voucher" and not job.withdrawn]
    assert len(out) == len(set(out)), "a credit note went out twice"


def test_two_credit_notes_together_take_back_no_more_than_was_billed() -> None:
    made = run_with(FREELY, our_invoice(), credit_note(billed("60")))
    made.receive(credit_note(billed("41"), number="CN-2"))
    assert (status(made, "CN-1"), status(made, "CN-2")) == ("posted", "held")
    assert [finding.releasable for finding in findings_of(made, "CN-2")] == [False, False]
    made.receive(credit_note(billed("40"), number="CN-3"))
    assert status(made, "CN-3") == "posted"


def test_a_credit_note_of_goods_gives_its_quantity_back_and_one_of_money_does_not() -> None:
    made = run_with(FREELY, our_invoice(), credit_note(billed("10")))
    money = replace(billed("5"), quantity=None, price=None, order=LineReference(document="SO-1"))
    made.receive(credit_note(money, number="CN-2"))
    used = {
        filed.state.number: [
            str(allocation.quantity)
            for allocation in filed.last.verdict.allocations
            if allocation.ledger.bare == "sales-order/SO-1"
        ]
        for filed in made.claims.values()
        if filed.last
    }
    assert used == {"SO-1": [], "INV-1": ["100"], "CN-1": ["-10"], "CN-2": []}
    assert status(made, "CN-2") == "posted"


def test_goods_of_no_order_line_are_not_taken_back() -> None:
    odd = replace(
        billed("1"), order=LineReference(document="SO-1", line="99"), product=ProductIds(seller="X", buyer="X")
    )
    made = run_with(FREELY, our_invoice(), credit_note(odd))
    assert "of no line of a sales order" in sentence(findings_of(made, "CN-1")[0], catalogue().codes)


def test_the_first_invoice_of_a_number_counts_and_the_second_goes_out_when_the_first_is_gone() -> None:
    made = run_with(UNCHECKED, our_invoice(billed("101")), our_invoice(billed("50"), number="INV-01"))
    made.advance(AT + timedelta(hours=1))
    made.receive(our_invoice(billed("40"), number="INV 1"))
    assert codes(made, "INV 1") == ["BIL-SANE"]
    assert codes(made) == ["AR-SHP-QTY", "BIL-SANE"], "one piece was never ordered; fifty are billed by INV-01"
    assert status(made, "INV-01") == "posted"
    clerk = Scope(tenant="scenario", actor="ann", grants=granted("ar_analyst"))
    away = Resolve(resolution="reject_to_supplier", note="numbered wrongly")
    made.command("scenario/customer_invoice/INV-1", "shipment", away, clerk)
    assert (codes(made, "INV 1"), status(made, "INV 1")) == ([], "posted")
    assert {job.action.kind for job in made.jobs.values()} == {"post_voucher"}, "the customer is notified of nothing"


def test_a_credit_note_may_bear_the_number_of_an_invoice() -> None:
    made = run_with(FREELY, our_invoice(), credit_note(billed("1"), number="INV-1"))
    note = made.claims["scenario/customer_credit_note/INV-1"]
    assert note.state.status == "posted"


def test_days_are_those_of_the_documents_and_not_of_the_moment() -> None:
    made = run_with(UNCHECKED, our_invoice())
    made.advance(AT + timedelta(days=40))
    made.receive(rebate("5"))
    assert proposed(made)["INV-1-PRC-1"].issue_date == date(2026, 3, 2)
