"""The ledger is a fold: the order of the documents does not matter, and nothing is dropped silently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Allocated
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity, factor_between
from tieout.trade.documents import (
    DespatchAdvice,
    DespatchLine,
    InspectionResult,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    SupplierReturn,
)
from tieout.trade.keys import order_key
from tieout.trade.ledger import LedgerLine, ledger_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINE = LineReference(document="PO", line="10")


def order() -> Order:
    return Order(
        number="PO",
        issue_date=None,
        currency="EUR",
        supplier=Party(),
        buyer=Party(),
        lines=(OrderLine(id="10", quantity=Quantity.parse("1200 EA"), product=ProductIds(buyer="B")),),
    )


def fold(*documents: Document, allocated: tuple[Allocated, ...] = ()) -> LedgerLine:
    ledger = ledger_of([order()], documents, allocated, factor=_factor)
    return ledger.lines["PO", "10"]


def _factor(line: OrderLine, unit: str) -> Fraction | None:
    return factor_between(unit, line.quantity.unit)


def receipt(
    number: str, accepted: str, *, inspected: str = "", rejected: str = "", lot: str = "", wms: bool = False
) -> Receipt:
    return Receipt(
        number=number,
        occurred_at=AT,
        order_number="PO",
        origin="confirmation" if wms else "record",
        lines=(
            ReceiptLine(
                id="1",
                accepted=Quantity.parse(accepted),
                in_inspection=Quantity.parse(inspected) if inspected else None,
                rejected=Quantity.parse(rejected) if rejected else None,
                order=LINE,
                lot=lot,
            ),
        ),
    )


def decision(
    number: str, accepted: str, rejected: str, *, lot: str = "L", line: LineReference = LINE
) -> InspectionResult:
    return InspectionResult(
        number=number, lot=lot, order=line, accepted=Quantity.parse(accepted), rejected=Quantity.parse(rejected)
    )


def test_the_anchor() -> None:
    before = fold(receipt("1", "1150 EA", inspected="50 EA", lot="L"))
    assert (before.received, before.accepted, before.in_inspection) == (1200, 1150, 50)
    after = fold(receipt("1", "1150 EA", inspected="50 EA", lot="L"), decision("2", "45 EA", "5 EA"))
    assert (after.received, after.accepted, after.in_inspection, after.rejected) == (1200, 1195, 0, 5)


def test_a_decision_before_its_receipt_counts_for_nothing_until_then() -> None:
    early = fold(decision("2", "50 EA", "0 EA"))
    assert (early.accepted, early.in_inspection, early.received) == (0, 0, 0)


def test_a_decision_finds_its_line_by_the_lot() -> None:
    by_lot = LineReference(document="PO")
    assert (
        fold(receipt("1", "0 EA", inspected="50 EA", lot="L"), decision("2", "50 EA", "0 EA", line=by_lot)).accepted
        == 50
    )


def test_reversals_and_returns_take_away() -> None:
    sent = SupplierReturn(number="R", occurred_at=AT, order=LINE, quantity=Quantity.parse("30 EA"))
    ledger = fold(receipt("1", "100 EA"), receipt("2", "-10 EA"), sent)
    assert (ledger.accepted, ledger.returned, ledger.received) == (60, 30, 60)


def test_what_is_confirmed_and_not_recorded() -> None:
    ledger = fold(receipt("W", "80 EA", wms=True), receipt("1", "30 EA"))
    assert (ledger.unsynchronised, ledger.confirmed_at, ledger.received) == (50, AT, 30)
    assert fold(receipt("W", "80 EA", wms=True), receipt("1", "80 EA")).unsynchronised == 0


def test_what_is_on_its_way() -> None:
    advice = DespatchAdvice(
        number="A",
        issue_date=None,
        supplier=Party(),
        buyer=Party(),
        order_number="PO",
        arrives_at=AT + timedelta(days=2),
        lines=(DespatchLine(id="1", quantity=Quantity.parse("100 EA"), order=LINE),),
    )
    assert fold(advice).in_transit == 100
    assert fold(advice, receipt("1", "60 EA")).in_transit == 40
    assert fold(advice, receipt("1", "120 EA")).in_transit == 0


def test_other_units_are_converted_and_unknown_ones_are_reported() -> None:
    assert fold(receipt("1", "10 DZN")).accepted == 120
    ledger = ledger_of([order()], [receipt("1", "10 BX")], (), factor=_factor)
    assert ledger.lines["PO", "10"].accepted == 0
    assert ledger.unplaced == ("1: no conversion from BX to EA",)


def test_a_receipt_for_a_missing_line_is_reported() -> None:
    unplaced = Receipt(
        number="S",
        occurred_at=AT,
        order_number="PO",
        lines=(ReceiptLine(id="1", accepted=Quantity.parse("1 EA"), order=LineReference(document="PO", line="99")),),
    )
    assert "S line 1" in ledger_of([order()], [unplaced], (), factor=_factor).unplaced[0]


def test_what_other_claims_used_up() -> None:
    used = (
        Allocated(claim="a", ledger=order_key("PO"), line="10", quantity=Decimal(60), amount=Money(60000, "EUR")),
        Allocated(claim="b", ledger=order_key("PO"), line="10", quantity=Decimal(-10), amount=Money(-10000, "EUR")),
        Allocated(claim="c", ledger=order_key("other"), line="10", quantity=Decimal(99), amount=Money(1, "EUR")),
    )
    assert (fold(allocated=used).billed, fold(allocated=used).billed_minor) == (50, 50000)


UP_TO_9 = st.integers(0, 9)
UP_TO_50 = st.integers(0, 50)
RECEIPTS = st.builds(
    lambda n, a, i: receipt(f"G{n}", f"{a} EA", inspected=f"{i} EA", lot="L"), UP_TO_9, st.integers(-50, 200), UP_TO_50
)
DECISIONS = st.builds(lambda n, a, r: decision(f"D{n}", f"{a} EA", f"{r} EA"), UP_TO_9, UP_TO_50, UP_TO_50)
CONFIRMATIONS = st.builds(lambda n, a: receipt(f"W{n}", f"{a} EA", wms=True), UP_TO_9, st.integers(0, 200))
DOCUMENTS = st.lists(st.one_of(RECEIPTS, DECISIONS, CONFIRMATIONS), max_size=8)


@given(DOCUMENTS, st.randoms())
def test_any_order_gives_the_same_ledger(documents: list[Document], chance: object) -> None:
    shuffled = list(documents)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(*documents) == fold(*shuffled)


@given(DOCUMENTS)
def test_inspection_is_never_negative_and_nothing_appears_from_nowhere(documents: list[Document]) -> None:
    ledger = fold(*documents)
    assert ledger.in_inspection >= 0
    came = sum(
        line.accepted.value + (line.in_inspection.value if line.in_inspection else 0)
        for document in documents
        if isinstance(document, Receipt) and document.origin == "record"
        for line in document.lines
    )
    assert ledger.received == came
