"""S-11, S-21 on the pages: the highest priority first, its reasons in words, and pages of our claims that name what we sell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from tests.support.peek import peek
from tests.web.books import finding, invoice
from tests.web.examples import BRANDT, Examples
from tieout.core.case.asking import ask_draft
from tieout.core.case.commands import Circumstances
from tieout.core.case.legal import allowed_commands
from tieout.core.case.offering import Offers
from tieout.core.case.state import Case as CaseState
from tieout.core.tie_out.follows import Urgency
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money
from tieout.engine.letters import Letters
from tieout.store.models import Case
from tieout.web.asks import asks, form_for
from tieout.web.pressing import pressing
from tieout.web.worksheet import worksheet

ROW = Row(
    claim_line="1", description="Pump", ordered=Decimal(60), received=Decimal(50), accepted=Decimal(40), rejected=Decimal(2)
)  # fmt: skip


def places(page: str, *numbers: str) -> list[str]:
    return sorted(numbers, key=page.index)


@pytest.mark.mission("S-21")
def test_s21_the_most_urgent_first_and_by_due_time_where_asked(browser: Client, examples: Examples) -> None:
    findings = (finding("AP-PRC-OVER", "x", queue="purchasing"),)
    for number, hours, worth in (("U-SOON", 1, 5), ("U-DEAR", 9, 900), ("U-MID", 5, 50)):
        claim = examples.books.claim(invoice(number), "held", findings)
        case = examples.books.case(claim, findings, examples.books.routed("AP-PRC-OVER", "purchasing", hours=hours))
        peek(Case).filter(id=case).update(steady=worth, priority=worth)
    urgent = browser.get("/queue/?text=U-").content.decode()
    assert places(urgent, "U-SOON", "U-MID", "U-DEAR") == ["U-DEAR", "U-MID", "U-SOON"]
    due = browser.get("/queue/?text=U-&by=due").content.decode()
    assert places(due, "U-SOON", "U-MID", "U-DEAR") == ["U-SOON", "U-MID", "U-DEAR"]
    assert "by=due" in due, "the order is kept on the way to a case and back"
    assert browser.get("/queue/?text=U-&by=urgency").content.decode().count("by=urgency") == 0, (
        "its name of release 0.1"
    )
    for by in ("priority", "urgency"):
        assert browser.get(f"/api/cases?by={by}").status_code == 200


@pytest.mark.mission("S-21")
def test_s21_a_discount_counts_until_its_last_day_and_not_after(browser: Client, examples: Examples) -> None:
    findings = (finding("AP-PRC-OVER", "x", queue="purchasing"),)
    cases = {}
    for number in ("V-LOST", "V-LAST", "V-PLAIN"):
        claim = examples.books.claim(invoice(number), "held", findings)
        cases[number] = examples.books.case(
            claim, findings, examples.books.routed("AP-PRC-OVER", "purchasing", hours=4)
        )
    today = examples.books.at.date().toordinal()
    peek(Case).filter(id=cases["V-LOST"]).update(pressing=10**9, last_day=today - 3, priority_on=today - 3)
    peek(Case).filter(id=cases["V-LAST"]).update(pressing=10**6, last_day=today + 5, priority_on=today - 3)
    peek(Case).filter(id=cases["V-PLAIN"]).update(steady=100, priority=100)
    page = browser.get("/queue/?text=V-").content.decode()
    assert places(page, *cases) == ["V-LAST", "V-PLAIN", "V-LOST"]


def test_the_priority_is_explained_in_words() -> None:
    euro = Money.of("1190.00", "EUR")
    ours = Urgency(ours=True, weight=4, amount=euro)
    reasons = pressing(ours, None, on=date(2026, 3, 25)).replace("\u202f", " ").replace("\u00a0", " ")
    assert reasons == (
        "1,190.00 EUR cannot be billed yet. This customer's cases count 4 times in the priority. 7 days are left to bill this month."
    )
    assert "the last day" in pressing(replace(ours, weight=1), None, on=date(2026, 3, 31))
    theirs = Urgency(discount=Money.of("24.00", "EUR"), last_day=date(2026, 3, 5))
    assert pressing(theirs, Money.of("9.00", "EUR"), on=date(2026, 3, 5)).startswith("A discount of 24.00")
    assert "discount" not in pressing(theirs, Money.of("9.00", "EUR"), on=date(2026, 3, 6))
    assert pressing(None, None, on=date(2026, 3, 6)) == ""


@pytest.mark.parametrize(
    ("kind", "heads"),
    [
        ("invoice", ["Ordered", "Received", "Accepted", "Rejected"]),
        ("sales_order", ["Ordered", "Shipped", "Billable", "Returned"]),
        ("billing_invoice", ["Included", "Used", "Accepted", "Rejected"]),
    ],
)
def test_the_columns_say_what_the_rows_are_of(kind: str, heads: list[str]) -> None:
    table = worksheet([ROW], (), kind=kind)
    assert [heading.name for heading in table.headings] == heads


@pytest.mark.parametrize(
    ("order", "verdict", "status", "compared"),
    [("4500017", "ok", "held", True), ("", "ok", "clear", True), ("", "hold", "held", True), ("", "ok", "held", False)],
)
def test_a_line_that_nothing_was_compared_with_does_not_tie_out(
    order: str, verdict: str, status: str, compared: bool
) -> None:
    [line] = worksheet([replace(ROW, order=order, verdict=verdict)], (), status=status).lines
    assert line.compared == compared


def test_a_customer_is_asked_in_words_of_ones_own_and_only_about_what_was_sent(examples: Examples) -> None:
    case = CaseState(id=uuid4(), tenant="t", claim="c", cause="x", opened_at=examples.books.at)
    allowed = Offers(commands=allowed_commands("open", frozenset({"ap_analyst"})))

    def names(side: str, kind: str) -> list[str]:
        return [ask.label for ask in asks(case, allowed, "ana", kept={}, side=side, kind=kind)]

    assert "Ask the supplier" in names("supplier", "invoice")
    assert "Ask the customer" in names("customer", "customer_invoice")
    assert not any(label.startswith("Ask") for label in names("customer", "sales_order"))
    asking = replace(allowed, resolutions=("request_credit_note",))
    labels = [ask.label for ask in asks(case, asking, "ana", kept={}, side="supplier", kind="invoice")]
    assert "Ask the supplier something else" in labels
    assert "Ask the supplier" not in labels
    question = ask_draft(case, None, at=examples.books.at, given=Circumstances(other_side=BRANDT))
    letters = Letters(other=BRANDT, addresses=BRANDT.addresses, drafts={"": question})
    assert form_for("ask_counterparty", case, "ana", {"text": "Why?"}, letters=letters).is_valid()
    assert not form_for("ask_counterparty", case, "ana", {"text": ""}, letters=letters).is_valid()
    assert not question.whole, "no finding says anything"
    as_proposed = {"text": question.text.replace("\n", "\r\n")}
    assert not form_for("ask_counterparty", case, "ana", as_proposed, letters=letters).is_valid(), "it asks nothing"
