"""A look-up key: its text without a book is what was stored before there were books; with one it names the company."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.tie_out.key import former_ledger, is_by_name, same_ledger
from tieout.core.tie_out.verdict import Allocation, Verdict
from tieout.core.values.key import ANY, NOWHERE, Key
from tieout.core.values.money import Money
from tieout.formats import canonical_json
from tieout.trade.keys import order_key
from tieout.trade.selling_keys import billed_key, sales_order_key

words = st.text(max_size=8)


@given(words, st.from_regex(r"[a-z-]{1,8}", fullmatch=True), words, words)
def test_a_key_is_read_back_from_its_text_whatever_book_number_and_system_are(
    book: str, kind: str, number: str, system: str
) -> None:
    key = Key(book, kind, number, system)
    for read in (Key.parse(str(key)), pickle.loads(pickle.dumps(key))):  # our own bytes
        assert (read.book, read.kind, read.number, read.system) == (book, kind, number, system)
        assert read.bare == key.bare == Key(book, kind, number).bare
    assert canonical_json.decode_as(Key, canonical_json.encode(key)) == key
    assert key.in_book("DE01").of_system("") == Key("DE01", kind, number)


def test_a_ledger_without_a_system_counts_against_every_systems() -> None:
    """What was used up while one system alone had the number may be any system's: better twice than never."""
    one, other, before = (Key("DE01", "order", "1", system) for system in ("sap1", "sap2", ""))
    assert (str(one), str(before)) == ("order@DE01@sap1/1", "order@DE01/1")
    assert str(Key(ANY, "order", "1", "sap1")) == "order@@sap1/1"
    assert same_ledger(one, one)
    assert not same_ledger(one, other)
    assert same_ledger(one, before)
    assert same_ledger(before, other)
    assert not same_ledger(one, Key("AT01", "order", "1", "sap1"))


def test_a_text_of_the_release_before_is_a_key_that_asks_in_every_book() -> None:
    key = Key.parse("supplier/vat/DE123")
    assert (key.book, key.kind, key.number) == (ANY, "supplier", "vat/DE123")
    assert str(Key("DE/01", "order", "45/12")) == "order@DE%2F01/45/12"
    assert (Key("DE01", "order", "4500012").bare, Key(ANY, "order", "4500012").bare) == ("order/4500012",) * 2
    assert Key.parse("") == NOWHERE


def test_a_question_goes_to_its_book_and_to_what_names_none() -> None:
    assert [order_key("1", "DE01").meets(book) for book in ("DE01", "AT01", "")] == [True, False, True]
    assert all(order_key("1").meets(book) for book in ("DE01", "AT01", ""))
    with pytest.raises(AttributeError):
        order_key("1").book = "AT01"


def test_a_ledger_without_a_book_counts_against_every_companys() -> None:
    assert not same_ledger(order_key("1", "DE01"), order_key("1", "AT01"))
    assert same_ledger(order_key("1", "DE01"), former_ledger("1"))
    assert same_ledger(former_ledger("sales-order/1"), sales_order_key("1", "AT01"))
    assert not same_ledger(order_key("1"), sales_order_key("1"))
    assert billed_key(sales_order_key("1", "DE01")).bare == "billed/sales-order/1"
    assert is_by_name(Key("DE01", "duplicate", "invoice/name/CONTOSO/1"))
    assert not is_by_name(Key(ANY, "duplicate", "customer/1"))


def test_a_verdict_of_the_release_before_is_read_with_ledgers_for_its_orders() -> None:
    now = Verdict(
        status="clear",
        findings=(),
        allocations=(
            Allocation(
                claim_line="1", ledger=former_ledger("45/12"), line="10", quantity=Decimal(2), unit="EA", net=_euros(4)
            ),
            Allocation(
                claim_line="1",
                ledger=former_ledger("issued/INV1"),
                line="1",
                quantity=Decimal(2),
                unit="EA",
                net=_euros(4),
            ),
        ),
        postable=(),
        awaited=(),
        policies=(),
        inputs=(),
        code_version="payables-2",
    )
    text = canonical_json.encode(now)
    before = text.replace(b'"ledger":"order/45/12"', b'"order":"45/12"').replace(
        b'"ledger":"issued', b'"order":"issued'
    )
    assert before != text
    assert canonical_json.decode_as(Verdict, before) == canonical_json.decode_as(Verdict, text)


def _euros(amount: int) -> Money:
    return Money.of(amount, "EUR")
