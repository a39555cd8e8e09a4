"""Canonical JSON from third parties: lenient about notation, strict about names, every error with its place."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.strategies import any_document
from tests.support.reading import read
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.formats.json_documents import FORMAT

ORDER = {
    "kind": "order", "number": "4500012", "issue_date": "2026-05-03", "currency": "EUR", "supplier": {"name": "Acme"},
    "buyer": {}, "lines": [{"id": "10", "quantity": "5 EA", "price": "4.00"}],
}  # fmt: skip


def order(**changes):
    return {**ORDER, **changes}


def line(**changes):
    return order(lines=[{**ORDER["lines"][0], **changes}])


def readings(content):
    return read(content if isinstance(content, bytes) else json.dumps(content).encode(), name="f.json")


def wrong(content):
    (reading,) = readings(content)
    assert reading.document.kind == "unreadable"
    assert reading.remarks[0].code == "DOC-UNREAD"
    return reading.document


@settings(max_examples=60, deadline=None)
@given(any_document)
def test_what_is_written_is_deterministic_and_read_by_us(document):
    content = FORMAT.write(document)
    assert FORMAT.write(document) == content
    assert readings(content)[0].format == "canonical-json"


def test_a_document_comes_back_as_it_was_written():
    (reading,) = readings(ORDER)
    (again,) = readings(FORMAT.write(reading.document))
    assert again.document == reading.document
    assert reading.document.lines[0].quantity == Quantity(Decimal(5), "EA")


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        ("net", {"amount": "20.00", "currency": "EUR"}, Money(2000, "EUR")),
        ("net", {"amount": 20, "currency": "EUR"}, Money(2000, "EUR")),
        ("net", "20 EUR", Money(2000, "EUR")),
        ("quantity", {"value": 5.5, "unit": "PCE"}, Quantity(Decimal("5.5"), "EA")),
        ("price", 0.1, Decimal("0.1")),
        ("price", 4, Decimal(4)),
        ("price_unit", "kg", "KGM"),
    ],
)
def test_values_may_be_written_in_several_forms(field, value, meant):
    (reading,) = readings(line(**{field: value}))
    assert getattr(reading.document.lines[0], field) == meant


def test_no_number_becomes_a_binary_float():
    content = (
        json.dumps(line(price="@")).replace('"@"', "0.1000000000000000055511151231257827021181583404541015625").encode()
    )
    assert (
        str(readings(content)[0].document.lines[0].price) == "0.1000000000000000055511151231257827021181583404541015625"
    )


@pytest.mark.parametrize(
    ("content", "where", "reason", "remedy"),
    [
        (line(qty="5 EA"), "$.lines[0].qty", "there is no field 'qty' here", "OrderLine has id, quantity"),
        (line(prise="5"), "$.lines[0].prise", "there is no field 'prise' here", "did you mean 'price'?"),
        (line(quantity="5"), "$.lines[0].quantity", "is not a quantity with a unit", 'write it as "1200 EA"'),
        (line(quantity=5), "$.lines[0].quantity", "5 is not a quantity with a unit", 'write it as "5 EA"'),
        (line(net="5.001 EUR"), "$.lines[0].net", "more decimals than EUR allows", ""),
        (line(net="5.00 USD"), "$.lines[0].net", "not in the document's currency EUR", "one currency per document"),
        (line(price_per="0"), "$.lines[0].price_per", "a price cannot be for 0", "price per hundred"),
        (line(price="NaN"), "$.lines[0].price", "NaN is no usable number", ""),
        (order(number=1), "$.number", "expected text, found a whole number", ""),
        (order(issue_date="3.5.2026"), "$.issue_date", "not a date", '"2026-05-03"'),
        (order(status="done"), "$.status", "'done' is not allowed here", "use unreleased, open, closed, cancelled"),
        (order(currency="euro"), "$.currency", "'euro' is not an ISO 4217 currency", "EUR"),
        (order(lines=[ORDER["lines"][0]] * 2), "$.lines[1].id", "line '10' appears twice", "its own id"),
        ({"kind": "ordre"}, "$.kind", "'ordre' is not a kind of document", "order"),
        ({"kind": "unreadable", "number": "", "reason": ""}, "$.kind", "is not a kind of document", "order"),
        ({"number": "1"}, "$.kind", "names no kind of document", "order"),
        ({"kind": "order"}, "", "'number' is missing", "add 'number'"),
        ([], "", "the list is empty", ""),
        (b'{"kind": "order",', "line 1, column 18", "not JSON", ""),
        (b'{"kind": "order", "kind": "order"}', "", "'kind' appears twice", "keep one"),
        (b'{"kind": NaN}', "", "NaN is not a number", ""),
        (b"[" * 100_000, "", "nested too deep", ""),
        (b'{"kind": "\xff"}', "", "not UTF-8", "save it as UTF-8"),
        (b'{"kind": "x", "a": ' + b"9" * 5000 + b"}", "", "not JSON", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_path_and_what_helps(content, where, reason, remedy):
    document = wrong(content)
    assert document.where == where
    assert reason in document.reason
    assert remedy in document.remedy


def test_an_instant_needs_its_zone():
    receipt = {"kind": "receipt", "number": "1", "occurred_at": "2026-05-04T08:30:00", "lines": []}
    refused = wrong(receipt)
    assert (refused.reason, refused.remedy) == (
        "'2026-05-04T08:30:00' has no time zone",
        "write it as 2026-05-04T08:30:00Z",
    )
    assert readings({**receipt, "occurred_at": "2026-05-04T08:30:00+02:00"})[0].document.kind == "receipt"


def test_an_implausible_instant_is_refused_and_a_day_that_means_never_is_not():
    receipt = {"kind": "receipt", "number": "1", "occurred_at": "9999-12-31T23:59:59Z", "lines": []}
    assert "no plausible date" in wrong(receipt).reason
    assert "no plausible date" in wrong({**receipt, "occurred_at": "0001-01-01T00:00:00Z"}).reason
    never = order(lines=[{**ORDER["lines"][0], "due_on": "9999-12-31"}])
    assert readings(json.dumps(never).encode())[0].document.kind == "order"


def test_a_list_and_a_file_of_lines_read_what_can_be_read():
    for content in (
        json.dumps([ORDER, {}, ORDER]).encode(),
        b"\n".join(json.dumps(one).encode() for one in (ORDER, {}, ORDER)),
    ):
        assert [(one.part, one.document.kind) for one in readings(content)] == [
            (1, "order"),
            (2, "unreadable"),
            (3, "order"),
        ]
    first, broken, last = readings(json.dumps(ORDER).encode() + b'\n{"kind":\n' + json.dumps(ORDER).encode())
    assert (first.document.kind, last.document.kind) == ("order", "order")
    assert broken.document.where == "line 2, column 9"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_common_encodings_are_read(encoding):
    (reading,) = readings(json.dumps(order(number="Bäcker-1"), ensure_ascii=False).encode(encoding))
    assert reading.document.number == "Bäcker-1"


def test_the_tax_for_the_books_is_stated_in_the_currency_of_the_tax():
    """BT-111: the one amount in another currency than the document's; in a third one, or without a tax currency, it is refused."""
    bill = {
        "kind": "customer_invoice", "number": "INV-6", "issue_date": "2026-03-02", "currency": "CHF", "tax_currency": "EUR",
        "supplier": {}, "buyer": {}, "lines": [], "totals": {"tax": "19.00 CHF", "accounted": "20.31 EUR"},
    }  # fmt: skip
    (reading,) = readings(bill)
    assert reading.document.totals.accounted == Money(2031, "EUR")
    for changed in ({"tax_currency": "USD"}, {"tax_currency": ""}):
        assert wrong(bill | changed).where == "$.totals.accounted"
