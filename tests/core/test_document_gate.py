"""The gate: what is no invoice never passes, a decision holds for what was decided alone, and turning a document round loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ours import AT, RULING, euros, line, ours
from tests.strategies import moneys
from tieout.core.documents.acceptance import Release
from tieout.core.findings.finding import Finding
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.trade.document_gate import asked, of_ours, passed, read_as_posted, signed, stated_total, turned_round, unfit
from tieout.trade.document_types import classify, every_type, treatment_of
from tieout.trade.document_types.of_invoice import is_correction, type_of
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceTotals, Prepayment, TaxSubtotal
from tieout.trade.voucher import voucher

NEGATIVE = ours(line("1", "-100.00", quantity="-10"), kind="credit_note", type_code="381", tax="-19.00")


def release(finding: Finding, resolution: str, **more: object) -> Release:
    made = Release(
        number="R-1",
        claim="c",
        code=finding.code,
        where=finding.where,
        resolution=resolution,
        reason="asked them",
        actor="olga",
        evidence_hash=finding.evidence_hash,
        limit=euros("119.00"),
        granted_at=AT,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def codes(invoice: Invoice) -> list[tuple[str, bool]]:
    return [(finding.code, finding.releasable) for finding in of_ours(invoice, ruling=RULING)]


def test_a_sound_invoice_passes() -> None:
    assert codes(ours(type_code="380")) == codes(ours()) == []
    assert passed(ours(), [], [], AT).is_open


@pytest.mark.parametrize("row", [row for row in every_type() if not row.is_invoice], ids=lambda row: row.code)
def test_what_is_no_invoice_is_held_whatever_its_kind(row) -> None:
    invoice = ours(type_code=row.code, type_list=row.code_list)
    if row.code_list in {"profile", "ZATCA"}:
        profile = "urn:x:reminder:1" if row.name == "reminder" else "urn:x:pro-forma:1"
        nominal = {"388-02": "ZATCA/0200000", "388-nominal": "ZATCA/0101000"}.get(row.code, "")
        invoice = ours(type_code="388", type_list=nominal, profile="" if nominal else profile)
    (finding,) = unfit(invoice, type_of(invoice), ruling=RULING)
    assert finding.code == "DOC-NOTINV"
    assert finding.releasable == row.may_be_invoice == ("confirm_invoice" in finding.resolutions)


@pytest.mark.parametrize(
    ("kind", "code"), [("invoice", "381"), ("credit_note", "380"), ("invoice", "ZZZ"), ("invoice", "9999")]
)
def test_a_code_that_contradicts_the_kind_or_is_in_no_list_is_held(kind: str, code: str) -> None:
    assert codes(ours(kind=kind, type_code=code)) == [("DOC-EINV", True)]


@pytest.mark.parametrize(
    ("resolution", "more", "is_open"),
    [
        ("read_as_credit", {}, True),
        ("accept_variance", {}, False),
        ("read_as_demand", {"code": "DOC-EINV"}, False),
        ("read_as_credit", {"evidence_hash": "other figures"}, False),
        ("read_as_credit", {"limit": euros("118.99")}, False),
        ("read_as_credit", {"limit": Money(119_00, "USD")}, False),
        ("read_as_credit", {"expires_at": AT}, False),
    ],
)
def test_a_decision_is_the_acceptance_by_the_resolution_that_was_chosen(resolution, more, is_open) -> None:
    (finding,) = signed(NEGATIVE, ruling=RULING)
    gate = passed(NEGATIVE, [finding], [release(finding, resolution, **more)], AT)
    assert gate.is_open == is_open
    assert gate.invoice == (turned_round(NEGATIVE) if is_open else NEGATIVE)
    assert gate.decided("DOC-SIGN") == ("read_as_credit" if is_open else "")


def test_a_decision_on_one_credit_note_decides_nothing_of_another() -> None:
    (finding,) = signed(NEGATIVE, ruling=RULING)
    other = replace(NEGATIVE, totals=replace(NEGATIVE.totals, gross=euros("-119.01")))
    (again,) = signed(other, ruling=RULING)
    assert not passed(other, [again], [release(finding, "read_as_credit")], AT).is_open


@pytest.mark.parametrize(
    ("kind", "gross", "held"),
    [
        ("credit_note", "-0.01", True),
        ("credit_note", "0.00", False),
        ("credit_note", "0.01", False),
        ("invoice", "-119.00", False),
        ("customer_credit_note", "-119.00", True),
        ("billing_credit_note", "-119.00", True),
    ],
)
def test_only_a_negative_credit_note_is_in_doubt(kind: str, gross: str, held: bool) -> None:
    invoice = replace(ours(kind=kind), totals=InvoiceTotals(gross=euros(gross)))
    made = list(signed(invoice, ruling=RULING))
    assert bool(made) == held
    assert all(finding.releasable != invoice.is_ours for finding in made), "ours is corrected where it was made"


def test_mixed_signs_go_by_the_total() -> None:
    mixed = ours(line("1", "100.00"), line("2", "-30.00", quantity="-3"), kind="credit_note", tax="13.30")
    assert list(signed(mixed, ruling=RULING)) == []


@pytest.mark.parametrize(
    ("totals", "stated"),
    [
        ({"gross": "-5.00", "net": "9.00", "payable": "9.00"}, "-5.00"),
        ({"net": "-4.00", "lines": "9.00"}, "-4.00"),
        ({"lines": "-3.00"}, "-3.00"),
        ({}, "100.00"),
    ],
)
def test_the_sign_is_that_of_the_gravest_total_stated(totals: dict[str, str], stated: str) -> None:
    invoice = replace(ours(), totals=InvoiceTotals(**{name: euros(amount) for name, amount in totals.items()}))
    assert stated_total(invoice) == euros(stated)
    assert asked(invoice).minor >= 0


@given(st.lists(moneys.filter(lambda money: money.currency == "EUR"), min_size=1, max_size=4))
def test_turned_round_twice_is_the_document_itself(nets: list[Money]) -> None:
    lines = tuple(replace(line(str(k), "1.00"), net=net) for k, net in enumerate(nets))
    row = TaxSubtotal(category="S", percent=None, taxable=nets[0], tax=nets[-1])
    entry = AllowanceCharge(charge=True, amount=nets[0], on=nets[-1])
    made = replace(ours(*lines), tax=(row,), allowances_charges=(entry,))
    once = turned_round(made)
    assert turned_round(once) == made
    assert stated_total(once) == -stated_total(made)
    assert [one.net for one in once.lines] == [-net for net in nets]


def test_what_was_paid_before_is_turned_too() -> None:
    paid = (Prepayment(invoice="A-1", amount=euros("-7.00"), tax=euros("-1.00")), Prepayment(invoice="A-2"))
    assert turned_round(replace(ours(), prepayments=paid)).prepayments == (
        Prepayment(invoice="A-1", amount=euros("7.00"), tax=euros("1.00")),
        Prepayment(invoice="A-2"),
    )


def test_a_price_that_carries_the_sign_is_turned_and_the_quantity_stays() -> None:
    priced = replace(line("1", "-100.00"), price=euros("-10.00").amount)
    (turned,) = turned_round(ours(priced)).lines
    assert (turned.net, turned.price, turned.quantity) == (euros("100.00"), euros("10.00").amount, priced.quantity)


def test_what_is_posted_of_a_credit_note_is_never_negative() -> None:
    assert stated_total(read_as_posted(NEGATIVE)) == euros("119.00")
    assert read_as_posted(ours(line("1", "-100.00"), tax="-19.00")) == ours(line("1", "-100.00"), tax="-19.00")


def test_only_a_correction_has_a_predecessor() -> None:
    assert [code for code in ("380", "384", "471", "383", "") if is_correction(ours(type_code=code))] == ["384", "471"]


def test_a_document_without_a_code_is_what_its_kind_says() -> None:
    assert type_of(ours()).nature == "invoice"  # type: ignore[union-attr]
    assert type_of(ours(kind="credit_note")).credit  # type: ignore[union-attr]
    assert type_of(ours(profile="urn:x:reminder:1")).nature == "request"  # type: ignore[union-attr]
    assert type_of(replace(ours(type_code="02"), supplier=Party(country="MY"))).credit  # type: ignore[union-attr]


def test_every_row_has_its_treatment_in_words() -> None:
    assert all(treatment_of(row) for row in every_type())
    assert classify("") is None


@pytest.mark.parametrize(
    ("invoice", "nature", "payable"),
    [
        (NEGATIVE, "credit_note", "119.00"),
        (ours(type_code="386"), "prepayment", "119.00"),
        (ours(type_code="383"), "debit_note", "119.00"),
        (ours(type_code="ZZZ"), "", "119.00"),
    ],
)
def test_a_voucher_says_what_the_document_is_and_gives_a_credit_without_sign(invoice, nature, payable) -> None:
    content = json.loads(voucher(invoice, (), 1, UUID(int=1)))
    assert (content["nature"], content["invoice_payable"]) == (nature, payable)
