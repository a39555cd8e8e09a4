"""The bounds themselves: at the limit a document is taken, one beyond it is refused with the place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

import pytest

from tests.engine import samples
from tieout.app import kinds
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.engine.bounds import AMOUNT_MAX, NAME_BYTES_MAX, short, text_kept
from tieout.engine.prepare import Prepared, prepared
from tieout.formats import canonical_json
from tieout.trade.documents.invoice import BankAccount


def line(**changes: object) -> Document:
    """An invoice whose line differs."""
    invoice = samples.invoice()
    return replace(invoice, lines=(replace(invoice.lines[0], **changes),))  # type: ignore[arg-type]


def day(year: int) -> Document:
    return replace(samples.receipt(), occurred_at=datetime(year, 6, 1, tzinfo=UTC))


TAKEN = {
    "amount": line(net=Money(AMOUNT_MAX, "EUR")),
    "negative amount": line(net=Money(-AMOUNT_MAX, "EUR")),
    "price": line(price=Decimal("9" * 18)),
    "decimals": line(price=Decimal("0." + "9" * 30)),
    "quantity": line(quantity=Quantity(Decimal("-" + "9" * 18), "EA")),
    "number": samples.invoice("é" * (NAME_BYTES_MAX // 2 - 40)),
    "description": line(description="d" * 50_000),
    "notes": replace(samples.invoice(), notes=("n" * 50_000,)),
    "year": day(1900),
    "last year": day(8999),
    "a long number of a bank account": replace(samples.invoice(), buyer_reference="9" * 40),
}
BEYOND = {
    "lines[0].net": line(net=Money(AMOUNT_MAX + 1, "EUR")),
    "lines[0].price": line(price=Decimal("1" + "0" * 18)),
    "lines[0].tax_percent": line(tax_percent=Decimal("0." + "9" * 31)),
    "lines[0].quantity": line(quantity=Quantity(Decimal("1e18"), "EA")),
    "number": samples.invoice("é" * (NAME_BYTES_MAX // 2 + 1)),
    "order_number": replace(samples.invoice(), order_number="x" * (NAME_BYTES_MAX + 1)),
    "occurred_at": day(1899),
    "buyer_reference": replace(samples.invoice(), buyer_reference="9" * (NAME_BYTES_MAX + 1)),
}


def of(document: Document) -> Prepared:
    return prepared(kinds(), Reading(document=document, format="test"))


@pytest.mark.parametrize("name", TAKEN)
def test_at_its_limit_a_document_is_taken(name: str) -> None:
    assert not of(TAKEN[name]).unreadable


@pytest.mark.parametrize("place", BEYOND)
def test_beyond_its_limit_it_is_refused_with_the_place(place: str) -> None:
    made = of(BEYOND[place])
    assert made.unreadable
    refusal = canonical_json.decode_as(Unreadable, made.body)
    assert refusal.where == f"document 1, {place}"
    assert refusal.remedy
    assert len(made.number) <= 200


def test_two_long_names_that_differ_are_never_one() -> None:
    long = "x" * 5000
    assert short(long, 400) != short(f"{long}y", 400)
    assert len(short("é" * 5000, 400).encode()) <= 400
    assert short("é" * 200, 400) == "é" * 200
    one, other = Key("", "order", f"{long}1"), Key("", "order", f"{long}2")
    assert one != other
    assert len(one.bare) < 420
    assert Key.parse(str(one)) == one
    assert Key("", "order", "x" * 400).number == "x" * 400
    assert text_kept("a\0b\ud800") == "a\ufffdb\ufffd"
    assert text_kept("Größe") == "Größe"


@pytest.mark.parametrize("currency", ["EUR", "JPY", "BHD", "CLF"])  # two decimals, none, three, four
@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_beyond_64_bits_is_refused_in_every_currency(currency: str, sign: int) -> None:
    assert not of(line(net=Money(sign * AMOUNT_MAX, currency))).unreadable
    assert of(line(net=Money(sign * (AMOUNT_MAX + 1), currency))).unreadable


def test_an_account_number_is_no_large_number() -> None:
    """A document with an IBAN is not looked through field by field."""
    paid_to = replace(samples.invoice(), accounts=(BankAccount(number="DE89370400440532013000"),))
    with patch("tieout.engine.bounds._inside", side_effect=AssertionError("every field was looked at")):
        assert not of(paid_to).unreadable
