"""The documents of the worlds: what is agreed and moved, invoices and credits, each with the facts that the oracle learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.sim.credits.facts import Agreed, Asks, Claim, Moved, Part, Place, Says
from tests.sim.two_worlds import Come
from tieout.app import default_policy, pack_named
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.simulation import ONLY, Simulation
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    Customer,
    CustomerReturn,
    ErpRecord,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    RevenueAccount,
    Shipment,
    ShipmentLine,
    Subscription,
    SubscriptionLine,
    Supplier,
    SupplierReturn,
    TaxSubtotal,
)

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ISSUED = AT.date() - timedelta(days=3)
"""What is billed bears this day; a copy may bear another one that is not in the future."""
GOODS = ("payables", "order_to_cash")
PACKS = (*GOODS, "subscription_billing")
MONTHS = ((date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30)))
TAX = Decimal(19)
NOT_CHECKED = Tolerance(state="not_checked", basis="amount")
_UNITS = {"10": "EA", "20": "KGM"}
_PRODUCTS = {"10": "GEAR", "20": "GREASE"}
_NAMES = {"DE01": "Werk GmbH", "AT01": "Werk Austria GmbH"}
_KINDS = {
    "payables": ("invoice", "credit_note"),
    "order_to_cash": ("customer_invoice", "customer_credit_note"),
    "subscription_billing": ("billing_invoice", "billing_credit_note"),
}
THEM = Party(
    name="Contoso Parts",
    country="DE",
    identifiers=(Identifier(scheme="ours", value="70001"), Identifier(scheme="vat", value="DE100000001")),
)


def us(company: str) -> Party:
    """Our own company."""
    return Party(name=_NAMES[company], country="DE", identifiers=(Identifier(scheme="vat", value="DE811111111"),))


def new_run(pack: str, tolerance: Fraction = Fraction(0)) -> Simulation:
    """An empty run of one process. Prices may be dearer by `tolerance`; our own credit notes need no approval."""
    percent = Decimal(tolerance.numerator * 100) / tolerance.denominator
    limits = Tolerance(state="limits", basis="unit_price", upper=Limit(percent=percent), lower=Limit(percent=percent))
    price = limits if tolerance else Tolerance(state="zero", basis="unit_price")
    rules = {
        "payables": Rules.of(match="3-way", unit_price=price, line_total=replace(price, basis="amount")),
        "order_to_cash": Rules.of(credit_note=NOT_CHECKED, credit="not_checked", unit_price=price),
        "subscription_billing": Rules.of(credit_note=NOT_CHECKED),
    }[pack]
    policy = default_policy(pack)
    layered = replace(policy, layers=(*policy.layers, Layer(when=Facts(), rules=rules)))
    return Simulation((pack_named(pack),), PolicySet(policies=(layered,)), at=AT)


# ---- what is there ---------------------------------------------------------------------------------------------------


def masters(pack: str, companies: Sequence[str]) -> list[Document]:
    """The partner of record, and where we bill subscriptions our company."""
    if pack == "payables":
        ids = tuple(one for one in THEM.identifiers if one.scheme != "ours")
        return [Supplier(number="70001", name=THEM.name, country="DE", identifiers=ids)]
    if pack == "order_to_cash":
        return [Customer(number="70001", name=THEM.name, country="DE", street="Hauptstr. 1", tax_class="domestic")]
    erp = tuple(ErpRecord(entity=company, number="1") for company in companies)
    return [
        Customer(number="C-1", name="Acme", entity=companies[0], erp=erp, tax_class="domestic"),
        *(
            AccountingSetup(
                number=company,
                revenue=(RevenueAccount(account="4400"),),
                tax_classes=("domestic",),
                periods=tuple(date(2026, month, 1) for month in range(1, 7)),
            )
            for company in companies
        ),
    ]


def order(pack: str, agreed: Sequence[Agreed]) -> Come:
    """An order of these lines, in the version that they are of."""
    place, version = agreed[0].place, agreed[0].version
    sold = pack == "order_to_cash"
    lines = tuple(
        OrderLine(
            id=one.place.line,
            quantity=_quantity(one.count, _UNITS[one.place.line]),
            price=_decimal(one.price) / 100,
            product=ProductIds(buyer=_PRODUCTS[one.place.line]),
            tax_category="S",
            tax_percent=TAX,
        )
        for one in agreed
    )
    made = Order(
        kind="sales_order" if sold else "order",
        number=place.order,
        issue_date=AT.date(),
        currency=place.currency,
        supplier=us(place.company) if sold else THEM,
        buyer=THEM if sold else us(place.company),
        lines=lines,
        entity=place.company,
    )
    return Come(document=made, version=str(version), facts=tuple(agreed))


def subscription(agreed: Sequence[Agreed]) -> Come:
    """A contract of a line for each month."""
    made = Subscription(
        number=agreed[0].place.order,
        account="C-1",
        currency="EUR",
        lines=tuple(map(contract_line, agreed)),
        entity=agreed[0].place.company,
        starts_on=MONTHS[0][0],
        ends_on=MONTHS[-1][1],
    )
    moved = tuple(Moved(place=one.place, count=one.count) for one in agreed)  # what is contracted is there to be billed
    return Come(document=made, facts=(*agreed, *moved))


def contract_line(one: Agreed) -> SubscriptionLine:
    """A line for one month; its price is that of its days."""
    first, last = next(days for days in MONTHS if f"L{days[0].month}" == one.place.line)
    price = _decimal(one.price * one.count) / 100
    return SubscriptionLine(
        id=one.place.line, plan="PRO", basis="recurring", price=price, valid_from=first, valid_to=last
    )


def amendment(one: Agreed) -> Come:
    """The price of a month is another one from its first day on."""
    line = contract_line(one)
    assert line.valid_from is not None
    made = Amendment(
        number="AM-1",
        subscription="SUB-1",
        effective_on=line.valid_from,
        lines=(line,),
        signed_at=AT - timedelta(days=3),
    )
    return Come(document=made, facts=(one,))


def moved(pack: str, number: str, place: Place, count: Fraction, *, grams: bool = False) -> Come:
    """Goods come in, or go out where we sell; a negative count comes back. `grams`: what is ordered in kilograms is counted so."""
    facts, grams = (Moved(place=place, count=count),), grams and place.line == "20"
    reference = LineReference(document=place.order, line=place.line)
    quantity = _quantity(abs(count) * (1000 if grams else 1), "GRM" if grams else _UNITS[place.line])
    made: Document
    if count < 0:
        kind = SupplierReturn if pack == "payables" else CustomerReturn
        made = kind(number=number, occurred_at=AT, order=reference, quantity=quantity, entity=place.company)
    elif pack == "payables":
        received = ReceiptLine(id="1", accepted=quantity, order=reference)
        made = Receipt(number=number, occurred_at=AT, order_number=place.order, lines=(received,), entity=place.company)
    else:
        shipped = ShipmentLine(id="1", shipped=quantity, order=reference)
        made = Shipment(
            number=number, occurred_at=AT, lines=(shipped,), order_number=place.order, site="W3", confirmed=True,
            entity=place.company,
        )  # fmt: skip
    return Come(document=made, facts=facts)


def _quantity(count: Fraction, unit: str) -> Quantity:
    return Quantity(_decimal(count), unit)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


# ---- invoices and credits --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How an invoice or credit is written, besides its lines."""

    names: tuple[str, ...] = ()
    says: Says = ""
    type_code: str = ""
    asks: Asks = ""
    prepaid: int = 0
    negative: bool = False
    credit: bool = False
    grams: bool = False
    without_order: bool = False
    on: date = ISSUED
    source: str = ONLY


def claim(pack: str, number: str, parts: Sequence[Part], how: Written = Written()) -> Come:
    """The invoice or credit note of these lines. `negative`: its amounts are, so that it is the other of the two."""
    turned = how.negative and how.asks != "negative"  # an invoice of negative amounts gives back
    kind = _KINDS[pack][how.credit and not turned]
    sign = -1 if how.negative else 1
    lines = tuple(_line(pack, k, part, how, sign) for k, part in enumerate(parts, 1))
    currency = parts[0].currency
    net = sum((line.net for line in lines[1:]), lines[0].net)
    tax = net.percent(TAX)
    gross = net + tax
    place, bought = parts[0].place, pack == "payables"
    made = Invoice(
        kind=kind,  # type: ignore[arg-type]
        number=number,
        issue_date=how.on,
        currency=currency,
        supplier=THEM if bought else us(place.company),
        buyer=us(place.company) if bought else THEM if pack == "order_to_cash" else Party(name="Acme"),
        lines=lines,
        tax=(TaxSubtotal(category="S", percent=TAX, taxable=net, tax=tax),),
        totals=InvoiceTotals(
            lines=net,
            net=net,
            tax=tax,
            gross=gross,
            prepaid=Money(how.prepaid, currency) if how.prepaid else None,
            payable=gross - Money(how.prepaid, currency),
        ),
        type_code=how.type_code or ("381" if kind.endswith("credit_note") else "380"),
        order_number=place.order if pack in GOODS and not how.without_order else "",
        preceding=how.names,
        gives_back=how.says,
        entity=place.company,
    )
    fact = Claim(
        id=f"{how.source}/{kind}/{number}", number=number, parts=tuple(parts), gross=abs(gross).minor, credit=how.credit,
        names=how.names, says=how.says, asks=how.asks, prepaid=how.prepaid,
    )  # fmt: skip
    return Come(document=made, source=how.source, facts=(fact,))


def _line(pack: str, k: int, part: Part, how: Written, sign: int) -> InvoiceLine:
    net = Money(part.net * sign, part.currency)
    line: dict[str, Any] = {"id": str(k), "net": net, "tax_category": "S", "tax_percent": TAX}
    place = part.place
    if pack in GOODS:
        grams = how.grams and place.line == "20"
        count, unit = (part.count * 1000, "GRM") if grams else (part.count, _UNITS[place.line])
        line["quantity"] = _quantity(count * sign, unit)
        line["price"] = _decimal(Fraction(part.net, 100) / count)
        line["product"] = ProductIds(buyer=_PRODUCTS[place.line])
        if not how.without_order:
            line["order"] = LineReference(document=place.order, line=place.line)
    else:
        line["order"] = LineReference(document=place.order, line=place.line)
        line["period_from"], line["period_to"] = part.days()[0], part.days()[-1]
    return InvoiceLine(**line)


def copy_of(come: Come, number: str, *, on: date | None = None, source: str = ONLY, last: bool = True) -> Come:
    """The same document once more, its number written otherwise, a day or so later, or by another way."""
    first, document = come.facts[0], come.document
    assert isinstance(first, Claim)
    assert isinstance(document, Invoice)
    made = replace(document, number=number, issue_date=on or document.issue_date)
    fact = replace(first, id=f"{source}/{document.kind}/{number}", number=number, twin=first.twin or first.id)
    return Come(document=made, source=source, last=last, facts=(fact,))
