"""The storage codec: the same value gives the same bytes, and the bytes give the value back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import documents
from tieout import app
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Clock
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.quantity import Conversion, Quantity
from tieout.formats.canonical_json import decode, decode_as, encode, fingerprint
from tieout.trade.keys import movement_key


@pytest.mark.parametrize("kind", sorted(app.kinds()))
def test_every_kind_of_document_comes_back_as_it_was(kind):
    # sentences within sentences grow beyond what one example may draw: those draws are given up, and counted as filtered
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(documents(kind))
    def comes_back(document):
        content = encode(document)
        again = decode(app.kinds(), kind, content)
        assert again == document
        assert encode(again) == content

    comes_back()


def test_the_wire_forms_are_the_published_ones():
    assert encode(Money(1234, "EUR")) == b'"12.34 EUR"'
    assert (
        encode([Money(-5, "EUR"), Money(7, "JPY"), Money(-1234567, "BHD")]) == b'["-0.05 EUR","7 JPY","-1234.567 BHD"]'
    )
    assert encode(Quantity(Decimal(5), "EA")) == b'"5 EA"'
    assert encode(Decimal("10.80")) == b'"10.80"'
    assert encode(Fraction(7, 12)) == b'"7/12"'
    assert encode(datetime(2026, 5, 3, 10, 2, tzinfo=UTC)) == b'"2026-05-03T10:02:00Z"'
    assert encode({"b": 1, "a": frozenset({"z", "y"})}) == b'{"a":["y","z"],"b":1}'


@given(st.builds(Money, st.integers(), st.sampled_from(["EUR", "JPY", "BHD", "CLF"])))
def test_money_is_written_as_its_own_text(money):
    assert encode(money).decode() == f'"{money}"'


def test_other_values_of_the_kernel_come_back():
    price = Tolerance(state="limits", basis="unit_price", upper=Limit(percent=Decimal(2), absolute=Decimal("5.00")))
    finding = Finding(
        code="AP-QTY-INSP", where="1", stage="wait", queue="receiving/WMS-4", cause="quantity",
        at_stake=Money(50000, "EUR"), numbers=(("billed", "1200 EA"),), sla=Clock(amount=48, unit="bh"),
        awaited=(Awaited(key=movement_key("4500012"), until=datetime(2026, 5, 5, tzinfo=UTC)),),
    )  # fmt: skip
    verdict = Verdict(
        status="waiting", findings=(finding,), allocations=(), postable=(), awaited=finding.awaited, policies=(),
        inputs=(("a", "b"),), code_version="1",
    )  # fmt: skip
    conversion = Conversion(unit="BX", into="EA", factor=Fraction(37, 3))
    for value in (price, finding, verdict, conversion):
        assert decode_as(type(value), encode(value)) == value


def test_what_is_not_canonical_is_refused_with_its_place():
    with pytest.raises(Malformed, match="'bill' is not a kind of document"):
        decode(app.kinds(), "bill", b"{}")
    with pytest.raises(Malformed, match="number"):
        decode(app.kinds(), "order", b'{"kind":"order"}')
    content = encode(Money(1, "EUR"))
    with pytest.raises(Malformed, match="not a canonical Money"):
        decode_as(Money, content.replace(b"EUR", b"QQQ"))
    with pytest.raises(Malformed):
        decode_as(Quantity, b'"many EA"')
    with pytest.raises(Malformed):
        decode_as(Quantity, b"5")


def test_a_fingerprint_is_sha256_in_hexadecimal():
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
