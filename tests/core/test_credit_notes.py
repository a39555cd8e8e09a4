"""S-20: credit notes are approved by amount, and an invoice is a ledger that they cannot overdraw."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.core.ours import RULING, euros, line, ours, upto
from tieout.app import catalogue
from tieout.core.findings.wording import sentence
from tieout.core.policy.tolerance import Tolerance
from tieout.core.tie_out.dossier import Allocated, RecordedDocument
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money
from tieout.trade.books import Chosen
from tieout.trade.credit_notes import approval, contradictions, issued_allocations, left_of
from tieout.trade.documents import Invoice
from tieout.trade.selling_keys import issued_key

ZERO = Tolerance(state="zero", basis="amount")
INVOICE = ours()


def note(net: str = "100.00", tax: str = "19.00", **more) -> Invoice:
    return ours(
        line("1", net), number="CN-1", tax=tax, kind="customer_credit_note", **({"preceding": ("INV-1",)} | more)
    )


def used(amount: str, claim: str = "x", invoice: str = "INV-1", currency: str = "EUR") -> Allocated:
    return Allocated(
        claim=claim, ledger=issued_key(invoice), line="1", quantity=Decimal(0), amount=Money.of(amount, currency)
    )


@pytest.mark.parametrize(
    ("limit", "held"),
    [
        (upto("119.00"), False),
        (upto("118.99"), True),
        (ZERO, True),
        (Tolerance(state="not_checked", basis="amount"), False),
    ],
)
def test_the_amount_asks_for_approval_at_the_limit(limit: Tolerance, held: bool) -> None:
    findings = list(approval(note(), tolerance=limit, ruling=RULING))
    assert [finding.code for finding in findings] == (["BIL-CM-APPR"] if held else [])
    assert all(finding.releasable and str(finding.at_stake) == "119.00 EUR" for finding in findings)


def reasons(credit_note: Invoice, *allocated: Allocated, invoices: tuple[Invoice, ...] = (INVOICE,)) -> list[str]:
    findings = list(contradictions(credit_note, _chosen(*invoices), allocated, ruling=RULING))
    assert not any(finding.releasable for finding in findings)
    return [sentence(finding, catalogue().codes) for finding in findings]


def test_all_that_was_billed_may_be_taken_back_and_not_a_cent_more() -> None:
    assert reasons(note(), used("100.00")) == []
    assert "100.00 EUR are billed" in reasons(note("100.01"), used("100.00"))[0]
    assert "99.99 EUR are billed" in reasons(note(), used("100.00"), used("-0.01", "y"))[0]


def test_it_needs_one_released_invoice() -> None:
    assert "names no invoice" in reasons(note(preceding=()), used("100.00"))[0]
    assert "names 2 invoices" in reasons(note(preceding=("INV-1", "INV-2")), used("100.00"))[0]
    assert "is not known" in reasons(note(), used("100.00"), invoices=())[0]
    assert "is not released" in reasons(note())[0]
    assert "is not released" in reasons(note(), used("-5.00"))[0]
    assert "is not released" in reasons(note(), used("100.00", invoice="INV-2"))[0]
    assert "is not known" in reasons(note(), used("100.00"), invoices=(note(),))[0]


def test_what_is_left_counts_one_invoice_and_one_currency() -> None:
    several = (used("100.00"), used("-30.00"), used("7.00", invoice="INV-2"), used("9.00", currency="USD"))
    assert left_of(issued_key("inv-1"), several, "EUR") == euros("70.00")


def _chosen(*invoices: Invoice) -> Chosen:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    recorded = (
        RecordedDocument(key=f"x/invoice/{one.number}@1", sha256="", recorded_at=at, document=one) for one in invoices
    )
    return Chosen(book="", own="", evidence=tuple(recorded))


def posted(claim_line: str, net: str, quantity: str | None) -> PostingLine:
    return PostingLine(
        claim_line=claim_line,
        kind="goods",
        net=euros(net),
        tax=euros("0.00"),
        quantity=None if quantity is None else Decimal(quantity),
        unit="EA" if quantity else "",
    )


def test_an_invoice_bills_its_own_ledger_and_a_credit_note_takes_from_the_one_it_names() -> None:
    lines = [posted("1", "60.00", "6"), posted("1", "40.00", "4")]
    (own,) = issued_allocations(INVOICE, _chosen(), lines, {})
    assert (own.ledger, own.line, own.quantity, own.net) == (issued_key("INV-1"), "1", Decimal(10), euros("100.00"))
    (back,) = issued_allocations(note(), _chosen(), [posted("7", "30.00", None)], {"7": "1"})
    assert (back.ledger, back.line, back.quantity, back.net) == (issued_key("INV-1"), "1", Decimal(0), euros("-30.00"))
    assert issued_allocations(note(preceding=()), _chosen(), lines, {}) == ()
