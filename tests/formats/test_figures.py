"""Figures in digits and exact: no exponent is ever shown or written, and no amount passes through a float in any reader."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reading import read
from tieout.app import kinds
from tieout.core.values.money import Money, decimal_of, in_digits
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity, plain
from tieout.core.values.sentence import Sentence
from tieout.formats import canonical_json, ubl
from tieout.formats.agreed_shape import opened
from tieout.formats.cii.write import write as as_cii
from tieout.formats.csv_writing import write_table
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, Order, OrderLine
from tieout.wording import figures

SOURCES = Path(__file__).resolve().parents[2] / "src" / "tieout"
numbers = st.decimals("-1E20", "1E20", allow_nan=False, allow_infinity=False) | st.builds(
    lambda digits, power: Decimal(digits).scaleb(power), st.integers(-999, 999), st.integers(-9, 9)
)


TREE = {
    "kind": "order", "number": "1", "issue_date": None, "currency": "EUR", "supplier": {}, "buyer": {},
    "lines": [{"id": "1", "quantity": "3 EA", "price": "PRICE"}],
}  # fmt: skip


def _order(value: Decimal) -> Order:
    line = OrderLine(id="1", quantity=Quantity(abs(value), "EA"), price=value)
    return Order(
        number="PO-1",
        issue_date=date(2026, 1, 2),
        currency="EUR",
        supplier=Party(name="K"),
        buyer=Party(),
        lines=(line,),
    )


@given(numbers)
def test_no_figure_is_shown_with_an_exponent(value: Decimal) -> None:
    shown = [
        str(Quantity(value, "EA")), plain(value), figures.number(value), figures.quantity(Quantity(value, "EA")), figures.price(value),
        Sentence("it is {value}", value=value), str(decimal_of(value)) if value.as_tuple().exponent >= -6 else "",
    ]  # fmt: skip
    assert not [text for text in shown if "E+" in text or "E-" in text or "e" in text.removeprefix("it is")]


@given(numbers)
def test_canonical_json_has_digits_alone_and_gives_the_same_value(value: Decimal) -> None:
    order = _order(value)
    content = canonical_json.encode(order)
    assert b"E+" not in content
    assert b"E-" not in content
    assert canonical_json.decode(kinds(), "order", content) == order
    assert canonical_json.encode(canonical_json.decode(kinds(), "order", content)) == content


def test_text_that_looks_like_a_figure_stays_as_it_is() -> None:
    noted = replace(_order(Decimal("1E+2")), terms="1E+2")
    content = canonical_json.encode(noted)
    assert b'"terms":"1E+2"' in content
    assert b'"price":"100"' in content


@given(numbers)
def test_every_form_of_ours_writes_digits(value: Decimal) -> None:
    amount = Money(1, "EUR")
    line = InvoiceLine(
        id="1",
        net=amount,
        quantity=Quantity(value, "EA"),
        price=abs(value),
        tax_category="S",
        tax_percent=Decimal("1E+1"),
    )
    invoice = Invoice(
        kind="invoice", number="1", issue_date=date(2026, 1, 2), currency="EUR", supplier=Party(name="K"), buyer=Party(), lines=(line,),
        totals=InvoiceTotals(lines=amount, net=amount, tax=Money(0, "EUR"), gross=amount, payable=amount), type_code="380",
    )  # fmt: skip
    for content in (ubl.write(invoice), as_cii(invoice), write_table([_order(value)])):
        assert not [row for row in content.decode().split(">") if "E+" in row or "E-" in row]


@pytest.mark.parametrize("text", ["1E+2", "1e2", "1E2", "100"])
def test_an_exponent_that_is_read_is_a_number_in_digits(text: str) -> None:
    assert str(decimal_of(text)) == "100"
    assert str(in_digits(Decimal(text))) == "100"
    (reading,) = read(json.dumps(TREE).replace('"PRICE"', text).encode())
    assert isinstance(reading.document, Order)
    assert str(reading.document.lines[0].price) == "100"


# ---- nothing passes through a float ----

EXACT = ("0.30000000000000004", "0.1", "12345678901234567.89", "999999999999999.99", "0.07", "1.005")
"""Prices that a float would change or round."""


@pytest.mark.parametrize("price", EXACT)
def test_a_price_survives_every_reader_digit_by_digit(price: str) -> None:
    as_number = json.dumps(TREE).replace('"PRICE"', price).encode()
    as_text = json.dumps(TREE).replace("PRICE", price).encode()
    as_csv = f"order,line,quantity,unit,price,currency,supplier_name\n1,1,3.00,EA,{price},EUR,K\n".encode()
    as_ubl = ubl.write(_order(Decimal(price)))
    for content in (as_number, as_text, as_csv, as_ubl):
        (reading,) = read(content)
        assert isinstance(reading.document, Order), reading
        assert reading.document.lines[0].price == Decimal(price)
    assert opened(f'{{"amount": {price}}}'.encode()) == {"amount": Decimal(price)}


@pytest.mark.parametrize("amount", ["90071992547409.93", "0.07", "12345678901234.57"])
def test_an_amount_of_17_digits_survives_cii_and_money(amount: str) -> None:
    money = Money.of(amount, "EUR")
    line = InvoiceLine(id="1", net=money, quantity=Quantity(Decimal(1), "EA"), price=Decimal(amount))
    invoice = Invoice(
        kind="invoice", number="1", issue_date=date(2026, 1, 2), currency="EUR", supplier=Party(name="K"), buyer=Party(), lines=(line,),
        totals=InvoiceTotals(lines=money, net=money, tax=Money(0, "EUR"), gross=money, payable=money), type_code="380",
    )  # fmt: skip
    for content in (
        ubl.write(invoice),
        as_cii(invoice),
        canonical_json.encode(invoice),
    ):
        (reading,) = read(content)
        assert isinstance(reading.document, Invoice)
        assert str(reading.document.totals.payable) == f"{amount} EUR"


def test_no_reader_and_no_rule_calls_float() -> None:
    rooms = ("core", "trade", "formats", "packs", "metering/core", "metering/formats", "connectors", "scenario")
    calls = [
        f"{path.relative_to(SOURCES)}:{node.lineno}"
        for room in rooms
        for path in sorted((SOURCES / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert calls == []


def test_every_json_reader_says_what_becomes_of_fractions() -> None:
    """`json.loads` and `msgspec.json.decode` make floats unless they are told otherwise; the few that read no amount are named."""
    without_amounts = set(
        """formats/acknowledgement.py formats/signed_webhook.py formats/canonical_json.py connectors/voucher_folder/importer.py
        connectors/contract/payloads.py connectors/contract/samples.py
        connectors/invoice_folder/document.py core/outbox/payload.py core/audit/records.py core/case/erasing.py trade/issued.py
        metering/formats/cutting.py""".split()
    )  # payloads of our own have their amounts as text
    bare = {
        str(path.relative_to(SOURCES))
        for room in ("formats", "connectors", "metering/formats", "trade", "packs", "core")
        for path in sorted((SOURCES / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) in {"json.loads", "json.load", "msgspec.json.decode", "yaml.safe_load"}
        and not {word.arg for word in node.keywords} & {"parse_float", "float_hook"}
    }
    assert bare <= without_amounts, bare - without_amounts
