"""Payables at its edges: invoices that leave figures out, taxes of every sort, odd currencies, splits to the cent, identities, dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.app import default_policy, pack_named
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, Policy, PolicySet, Rules, in_force
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Conversion, Quantity
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderCharge,
    OrderLine,
    Product,
    ProductIds,
    Receipt,
    ReceiptLine,
    Supplier,
    TaxSubtotal,
)
from tieout.trade.facts import with_partner

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = AT.date()
VAT = Identifier(scheme="vat", value="DE812345678")
KESSLER = Supplier(
    number="70012", name="Kessler GmbH", identifiers=(VAT, Identifier(scheme="0088", value="4012345000009"))
)
PARTY = Party(name="Kessler GmbH", identifiers=(VAT,))
WHOLE = TaxSubtotal(category="S", percent=Decimal(19), taxable=Money(100_00, "EUR"), tax=Money(19_00, "EUR"))
TWO_WAY = Rules.of(match="2-way")


def run_with(rules: Rules = TWO_WAY, *more: Policy) -> Simulation:
    company = default_policy()
    layered = replace(company, layers=(*company.layers, Layer(when=Facts(), rules=rules)))
    made = Simulation((pack_named("payables"),), PolicySet(policies=(layered, *more)), at=AT)
    made.receive(KESSLER)
    return made


def order(*lines: OrderLine, number: str = "PO-1", currency: str = "EUR", **more: Any) -> Order:
    all_lines = lines or (ordered("10", 100, "10.00"),)
    return replace(
        Order(number=number, issue_date=TODAY, currency=currency, supplier=PARTY, buyer=Party(), lines=all_lines),
        **more,
    )


def ordered(id_: str, quantity: int, price: str, *, tax: str | None = "19", unit: str = "EA") -> OrderLine:
    rate = None if tax is None else Decimal(tax)
    return OrderLine(id=id_, quantity=Quantity(Decimal(quantity), unit), price=Decimal(price), tax_percent=rate)


def billed(
    id_: str,
    quantity: str,
    price: str,
    *,
    tax: str | None = "19",
    currency: str = "EUR",
    category: str = "S",
    **more: Any,
) -> InvoiceLine:
    return replace(
        InvoiceLine(
            id=id_,
            net=Money.rounded(Decimal(quantity) * Decimal(price), currency),
            quantity=Quantity(Decimal(quantity), "EA"),
            price=Decimal(price),
            order=LineReference(document="PO-1", line=f"{id_}0"),
            tax_category=category,
            tax_percent=None if tax is None else Decimal(tax),
        ),
        **more,
    )


def invoice(*lines: InvoiceLine, extras: Iterable[AllowanceCharge] = (), currency: str = "EUR", **more: Any) -> Invoice:
    """With a breakdown by rate and all totals, as a careful supplier writes it; what differs is given."""
    extras = tuple(extras)
    sums: dict[tuple[str, Decimal | None], int] = {}
    for line in lines:
        key = (line.tax_category, line.tax_percent)
        sums[key] = sums.get(key, 0) + line.net.minor
    for entry in extras:
        key = (entry.tax_category, entry.tax_percent)
        sums[key] = sums.get(key, 0) + (entry.amount.minor if entry.charge else -entry.amount.minor)
    rows = tuple(
        TaxSubtotal(
            category=category,
            percent=percent,
            taxable=Money(minor, currency),
            tax=Money.rounded(Money(minor, currency).amount * (percent or 0) / 100, currency),
        )
        for (category, percent), minor in sums.items()
    )
    of_lines = total((line.net for line in lines), currency)
    charges = total((entry.amount for entry in extras if entry.charge), currency)
    allowances = total((entry.amount for entry in extras if not entry.charge), currency)
    net, tax = of_lines + charges - allowances, total((row.tax for row in rows), currency)
    made = Invoice(
        kind="invoice", number="R-1", issue_date=TODAY, currency=currency, supplier=PARTY, buyer=Party(), lines=lines,
        tax=rows, allowances_charges=extras, order_number="PO-1",
        totals=InvoiceTotals(lines=of_lines, charges=charges, allowances=allowances, net=net, tax=tax, gross=net + tax, payable=net + tax),
    )  # fmt: skip
    return replace(made, **more)


def entry(amount: str, *, charge: bool, currency: str = "EUR", tax: str | None = "19") -> AllowanceCharge:
    rate = None if tax is None else Decimal(tax)
    category = "" if tax is None else "S"
    return AllowanceCharge(
        charge=charge, amount=Money.of(amount, currency), reason="freight", tax_category=category, tax_percent=rate
    )


def verdict_of(made: Simulation, number: str = "R-1") -> Verdict:
    filed = next(filed for filed in made.claims.values() if filed.state.number == number)
    assert filed.last is not None
    return filed.last.verdict


def codes(made: Simulation, number: str = "R-1") -> list[str]:
    return [finding.code for finding in verdict_of(made, number).findings if finding.stage != "note"]


def judged(document: Invoice, *orders: Order, rules: Rules = TWO_WAY) -> Simulation:
    made = run_with(rules)
    for bought in orders or (order(),):
        made.receive(bought)
    made.receive(document)
    return made


def booked(made: Simulation) -> list[dict[str, Any]]:
    return [job.voucher for job in made.target.booked.values() if job.action.kind == "post_voucher"]


# ---- figures that are left out ---------------------------------------------------------------------------------------


def test_an_invoice_of_totals_only_is_not_paid_as_a_rounding_difference() -> None:
    sums = InvoiceTotals(
        net=Money(100_00, "EUR"), tax=Money(19_00, "EUR"), gross=Money(119_00, "EUR"), payable=Money(119_00, "EUR")
    )
    made = judged(invoice(totals=sums, tax=(WHOLE,)))
    assert codes(made) == ["AP-LINE-XTRA"]
    assert booked(made) == []


def test_an_invoice_of_totals_only_that_needs_no_order_is_posted_as_what_it_is() -> None:
    sums = InvoiceTotals(
        net=Money(100_00, "EUR"), tax=Money(19_00, "EUR"), gross=Money(119_00, "EUR"), payable=Money(119_00, "EUR")
    )
    made = judged(invoice(totals=sums, tax=(WHOLE,), order_number=""), rules=TWO_WAY.with_values(order_required=False))
    assert codes(made) == []
    assert [(voucher["net"], voucher["tax"], voucher["lines"][0]["kind"]) for voucher in booked(made)] == [
        ("100.00", "19.00", "goods")
    ]


def test_a_line_without_a_quantity_is_held() -> None:
    bare = replace(billed("1", "10", "10.00"), quantity=None, price=None)
    assert codes(judged(invoice(bare))) == ["AP-UOM"]


def test_two_lines_of_one_id_are_held_as_they_cannot_be_distinguished() -> None:
    assert codes(judged(invoice(billed("1", "10", "10.00"), billed("1", "10", "10.00")))) == ["DOC-EINV"]


@pytest.mark.parametrize("left_out", [("lines",), ("lines", "net"), ("lines", "net", "tax"), ("lines", "gross")])
def test_leaving_a_total_out_hides_no_contradiction(left_out: tuple[str, ...]) -> None:
    document = invoice(billed("1", "10", "10.00"))
    more = Money(1, "EUR")
    sums = replace(
        document.totals,
        net=Money(150_00, "EUR"),
        gross=Money(169_00, "EUR"),
        payable=Money(169_00, "EUR") + more - more,
    )
    made = judged(replace(document, totals=replace(sums, **dict.fromkeys(left_out))))
    assert "DOC-EINV" in codes(made)
    assert booked(made) == []


def test_a_rounding_of_five_hundred_is_not_explained() -> None:
    document = invoice(billed("1", "10", "10.00"))
    sums = replace(document.totals, rounding=Money(500_00, "EUR"), payable=Money(619_00, "EUR"))
    assert codes(judged(replace(document, totals=sums))) == ["AP-PAY-SUM"]


def test_cents_of_rounding_are_posted_as_such_and_prepaid_money_is_not_subtracted_from_the_cost() -> None:
    document = invoice(billed("1", "10", "10.01"))
    sums = replace(
        document.totals,
        rounding=Money(-12, "EUR"),
        prepaid=Money(50_00, "EUR"),
        payable=Money(119_12 - 12 - 50_00, "EUR"),
    )
    made = judged(replace(document, totals=sums), order(ordered("10", 100, "10.01")))
    (voucher,) = booked(made)
    assert (voucher["gross"], voucher["invoice_payable"]) == ("119.00", "69.00")
    assert [line["kind"] for line in voucher["lines"]] == ["goods", "rounding"]


def test_a_negative_allowance_is_a_charge() -> None:
    made = judged(invoice(billed("1", "10", "10.00"), extras=[entry("-30.00", charge=False)]))
    assert codes(made) == ["AP-FRT-UNPL"]


# ---- tax ---------------------------------------------------------------------------------------------------------------


def test_reverse_charge_and_several_rates_tie_out() -> None:
    free = judged(
        invoice(billed("1", "10", "10.00", tax=None, category="AE")), order(ordered("10", 100, "10.00", tax=None))
    )
    assert codes(free) == []
    mixed = judged(
        invoice(
            billed("1", "10", "10.00"),
            billed("2", "10", "5.55", tax="7"),
            billed("3", "1", "1.00", tax="0", category="Z"),
        ),
        order(ordered("10", 100, "10.00"), ordered("20", 100, "5.55", tax="7"), ordered("30", 1, "1.00", tax="0")),
    )
    assert codes(mixed) == []
    (voucher,) = booked(mixed)
    assert [line["tax"] for line in voucher["lines"]] == ["19.00", "3.89", "0.00"]


def test_tax_that_no_rate_explains_is_held() -> None:
    document = invoice(billed("1", "10", "10.00", tax=None, category=""))
    sums = replace(document.totals, tax=Money(99_00, "EUR"), gross=Money(199_00, "EUR"), payable=Money(199_00, "EUR"))
    made = judged(replace(document, tax=(), totals=sums), order(ordered("10", 100, "10.00", tax=None)))
    assert codes(made) == ["AP-TAX-VAR"]


def test_a_breakdown_over_more_than_the_lines_is_held_though_the_lines_have_no_rate() -> None:
    document = invoice(billed("1", "10", "10.00", tax=None, category=""))
    row = TaxSubtotal(category="S", percent=Decimal(19), taxable=Money(1000_00, "EUR"), tax=Money(190_00, "EUR"))
    sums = replace(document.totals, tax=row.tax, gross=Money(290_00, "EUR"), payable=Money(290_00, "EUR"))
    made = judged(replace(document, tax=(row,), totals=sums), order(ordered("10", 100, "10.00", tax=None)))
    assert codes(made) == ["AP-TAX-VAR"]


def test_lines_without_a_rate_take_the_only_one_of_the_breakdown() -> None:
    document = invoice(
        billed("1", "10", "10.00", tax=None, category=""), extras=[entry("5.00", charge=False, tax=None)]
    )
    row = TaxSubtotal(category="S", percent=Decimal(19), taxable=Money(95_00, "EUR"), tax=Money(18_05, "EUR"))
    sums = replace(document.totals, tax=row.tax, gross=Money(113_05, "EUR"), payable=Money(113_05, "EUR"))
    made = judged(replace(document, tax=(row,), totals=sums), order(ordered("10", 100, "10.00", tax=None)))
    assert codes(made) == []


@pytest.mark.parametrize(("currency", "price", "gross"), [("JPY", "1234", "14685"), ("BHD", "1.234", "14.685")])
def test_yen_and_dinars(currency: str, price: str, gross: str) -> None:
    made = judged(
        invoice(billed("1", "10", price, currency=currency), currency=currency),
        order(ordered("10", 100, price), currency=currency),
    )
    assert codes(made) == []
    assert booked(made)[0]["gross"] == gross


# ---- posting in parts --------------------------------------------------------------------------------------------------

_line = st.tuples(
    st.integers(1, 500), st.decimals(Decimal("0.01"), Decimal("999.99"), places=2), st.sampled_from(["0", "7", "19"])
)


@given(
    st.lists(_line, min_size=1, max_size=4),
    st.lists(st.lists(st.integers(0, 500), min_size=4, max_size=4), max_size=4),
    st.sampled_from(["account", "by_value"]),
    st.booleans(),
)
def test_all_parts_together_are_the_invoice_to_the_cent(
    lines: list[tuple[int, Decimal, str]], receipts: list[list[int]], freight: str, same_line: bool
) -> None:
    """Over random receipts; two invoice lines may stand on one order line. Tax and freight included."""
    split = Rules.of(match="3-way", posting="split", freight_posting=freight)  # type: ignore[arg-type]
    made = run_with(split)
    on = [f"{1 if same_line else k}0" for k in range(1, len(lines) + 1)]
    price, rate = lines[0][1], lines[0][2]
    agreed = [(quantity, price if same_line else unit, rate if same_line else tax) for quantity, unit, tax in lines]
    in_all: dict[str, int] = {}
    for id_, (quantity, _, _) in zip(on, agreed, strict=True):
        in_all[id_] = in_all.get(id_, 0) + quantity
    of = {id_: (str(unit), tax) for id_, (_, unit, tax) in zip(on, agreed, strict=True)}
    planned = (OrderCharge(kind="freight", amount=Money(33_33, "EUR")),)
    made.receive(order(*(ordered(id_, in_all[id_], of[id_][0], tax=of[id_][1]) for id_ in in_all), charges=planned))
    document = invoice(
        *(
            billed(str(k), str(quantity), str(unit), tax=tax, order=LineReference(document="PO-1", line=on[k - 1]))
            for k, (quantity, unit, tax) in enumerate(agreed, 1)
        ),
        extras=[entry("33.33", charge=True), entry("0.07", charge=False)],
    )
    made.receive(document)
    left = dict(in_all)
    for number, quantities in enumerate([*receipts, [10_000] * 4]):
        come = {id_: min(left[id_], quantity) for id_, quantity in zip(in_all, quantities, strict=False)}
        for id_, quantity in come.items():
            left[id_] -= quantity
        made.receive(_receipt(f"GR-{number}", come))
        assert sum(Decimal(voucher["gross"]) for voucher in booked(made)) <= document.totals.gross.amount  # type: ignore[union-attr]
    assert codes(made) == []
    for name, stated in (("net", document.totals.net), ("tax", document.totals.tax), ("gross", document.totals.gross)):
        assert stated is not None
        assert sum(Decimal(voucher[name]) for voucher in booked(made)) == stated.amount


def _receipt(number: str, come: dict[str, int]) -> Receipt:
    lines = tuple(
        ReceiptLine(id=id_, accepted=Quantity(Decimal(quantity), "EA"), order=LineReference(document="PO-1", line=id_))
        for id_, quantity in come.items()
    )
    return Receipt(number=number, occurred_at=AT, order_number="PO-1", lines=lines)


def test_a_charge_inside_a_line_is_not_posted_in_part_while_it_is_open() -> None:
    inner = (entry("7.00", charge=True),)
    line = billed("1", "10", "10.00", net=Money(107_00, "EUR"), allowances_charges=inner)
    made = judged(invoice(line), rules=TWO_WAY.with_values(posting="split"))
    assert codes(made) == ["AP-FRT-UNPL"]
    assert booked(made) == []


def test_a_charge_inside_a_line_counts_against_the_plan_of_the_next_invoice() -> None:
    inner = (entry("7.00", charge=True),)
    line = billed("1", "10", "10.00", net=Money(107_00, "EUR"), allowances_charges=inner)
    made = judged(invoice(line), order(charges=(OrderCharge(kind="freight", amount=Money(7_00, "EUR")),)))
    made.receive(invoice(line, number="R-2"))
    assert (codes(made), codes(made, "R-2")) == ([], ["AP-FRT-VAR"])


@given(st.integers(2, 13), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_pieces_of_cartons_add_up_to_cartons(size: int, pieces: list[int]) -> None:
    """Sevenths of a carton have no decimal: billed and credited piece by piece, nothing is found too many or too few."""
    made = run_with(TWO_WAY.with_values(line_total=Tolerance(state="not_checked", basis="cumulative_value")))
    fill = -sum(pieces) % size
    pieces = [*pieces, fill] if fill else pieces
    whole = sum(pieces) // size
    carton = Conversion(unit="CT", into="EA", factor=Fraction(size))
    made.receive(Product(number="CUP", ids=ProductIds(buyer="CUP"), conversions=(carton,)))
    on = replace(ordered("10", whole, str(size), unit="CT"), product=ProductIds(buyer="CUP"))
    made.receive(order(on))
    for k, count in enumerate(pieces):
        made.receive(invoice(billed("1", str(count), "1.00"), number=f"R-{k}"))
        assert codes(made, f"R-{k}") == []
    for k, count in enumerate(pieces):
        made.receive(invoice(billed("1", str(count), "1.00"), number=f"C-{k}", kind="credit_note"))
        assert codes(made, f"C-{k}") == []


# ---- who, and when -----------------------------------------------------------------------------------------------------


def test_the_same_invoice_under_another_identifier_of_the_supplier_is_a_duplicate() -> None:
    made = judged(invoice(billed("1", "10", "10.00")))
    gln = Party(name="Kessler Group", identifiers=(Identifier(scheme="0088", value="4012345000009"),))
    made.receive(invoice(billed("1", "10", "10.00"), number="R 1", supplier=gln))
    assert codes(made, "R 1") == ["AP-DUP-CERT"]


def test_a_supplier_of_our_supplier_s_name_with_another_vat_id_is_not_in_the_supplier_master() -> None:
    third_party = Party(name="Kessler GmbH", identifiers=(Identifier(scheme="vat", value="DE999999999"),))
    made = judged(invoice(billed("1", "10", "10.00"), supplier=third_party))
    assert sorted(codes(made)) == ["AP-PO-INVALID", "MD-VEND-BLOCK"]


def test_a_policy_version_counts_in_numbers() -> None:
    nine, ten = (
        Policy(name="p", version=version, effective_from=date(2026, 1, 1), layers=()) for version in ("9", "10")
    )
    assert in_force([ten, nine], TODAY) == in_force([nine, ten], TODAY) == [ten]


def test_the_policy_that_is_in_force_on_the_day_of_judgement_speaks() -> None:
    """The invoice comes under one version and its receipt under the next: judged anew, it cites the next."""
    company = default_policy()
    begins = TODAY + timedelta(days=1)
    strict = Tolerance(state="limits", basis="quantity", upper=Limit(absolute=Decimal(5)))
    later = replace(
        company,
        version="2",
        effective_from=begins,
        layers=(*company.layers, Layer(when=Facts(), rules=Rules.of(match="3-way", quantity=strict))),
    )
    made = run_with(Rules.of(match="3-way"), later)
    made.receive(order())
    made.receive(_receipt("GR-1", {"10": 90}))
    made.receive(invoice(billed("1", "100", "10.00")))
    assert codes(made) == ["AP-QTY-REC"]
    made.advance(AT + timedelta(days=1))
    made.receive(_receipt("GR-2", {"10": 5}))
    assert codes(made) == []
    assert verdict_of(made).policies == (later.label,)


def test_the_layer_of_the_supplier_speaks_after_category_and_site_whatever_their_order() -> None:
    choices = [
        (with_partner(Facts(), supplier="70012"), "none"),
        (with_partner(Facts(site="W1"), category="steel"), "2-way"),
        (Facts(site="W1"), "3-way"),
    ]
    layers = tuple(Layer(when=when, rules=Rules.of(match=match)) for when, match in choices)  # type: ignore[arg-type]
    facts = with_partner(Facts(site="W1"), supplier="70012", category="steel")
    of_nobody = with_partner(Facts(site="W1"), category="steel")
    for turned in (layers, layers[::-1]):
        set_ = PolicySet(policies=(Policy(name="p", version="1", effective_from=date(2000, 1, 1), layers=turned),))
        assert set_.ruling(facts, TODAY).rules.values["match"] == "none"
        assert set_.ruling(of_nobody, TODAY).rules.values["match"] == "2-way"
        assert set_.ruling(Facts(site="W1"), TODAY).rules.values["match"] == "3-way"
