"""The faults of made-up deals: each changes one deal so that it raises one code, as it happens in practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money, extend, total
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.draw import Draw
from tieout.trade.documents import (
    AllowanceCharge,
    BankAccount,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    ProductIds,
    Receipt,
    Supplier,
    TaxSubtotal,
)

RATE: Final = Decimal(19)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One deal: the order, its receipts, the invoice, and the code that its fault should raise ("" if it is clean).

    `later` are documents that arrive after the invoice and clear it; `again` is the same invoice with its number written
    differently.
    """

    order: Order
    documents: tuple[Document, ...]
    invoice: Invoice
    fault: str = ""
    later: tuple[Document, ...] = ()
    again: Invoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How a deal is changed. `contract`: only suppliers with a contract can have it."""

    apply: Callable[[Deal, Draw, date], Deal] | None = None
    contract: bool = False


def invoice_for(order: Order, supplier: Supplier, *, number: str, on: date, buyer: Party) -> Invoice:
    """The invoice of a whole order, as the supplier would write it."""
    lines = tuple(
        InvoiceLine(
            id=str(n + 1),
            net=extend(line.price or Decimal(0), line.quantity.value, per=line.price_per, currency=order.currency),
            quantity=line.quantity,
            price=line.price,
            order=LineReference(line=line.id),
            product=line.product,
            description=line.description,
            tax_category="S",
            tax_percent=RATE,
        )
        for n, line in enumerate(order.lines)
    )
    return totalled(
        Invoice(
            kind="invoice",
            number=number,
            issue_date=on - timedelta(days=1),
            due_on=on + timedelta(days=29),
            currency=order.currency,
            supplier=order.supplier,
            buyer=buyer,
            lines=lines,
            totals=InvoiceTotals(),
            type_code="380",
            order_number=order.number,
            accounts=tuple(BankAccount(number=account.number) for account in supplier.accounts),
            terms=order.terms,
        )
    )


def totalled(invoice: Invoice) -> Invoice:
    """The invoice with the totals and the tax breakdown that follow from its lines and charges."""
    currency = invoice.currency
    of_lines = total((line.net for line in invoice.lines), currency)
    charges = total((charge.amount for charge in invoice.allowances_charges if charge.charge), currency)
    net = of_lines + charges
    tax = Money.rounded(net.amount * RATE / 100, currency)
    totals = InvoiceTotals(
        lines=of_lines, charges=charges or None, net=net, tax=tax, gross=net + tax, payable=net + tax
    )
    return replace(invoice, totals=totals, tax=(TaxSubtotal(category="S", percent=RATE, taxable=net, tax=tax),))


def _line(deal: Deal, k: int, **changes: object) -> Deal:
    """The deal with one invoice line changed and its amount and totals recalculated."""
    lines = list(deal.invoice.lines)
    changed = replace(lines[k], **changes)  # type: ignore[arg-type]
    price, quantity = changed.price or Decimal(0), changed.quantity
    net = extend(
        price, quantity.value if quantity else Decimal(1), per=changed.price_per, currency=deal.invoice.currency
    )
    lines[k] = replace(changed, net=net)
    return replace(deal, invoice=totalled(replace(deal.invoice, lines=tuple(lines))))


def _invoice(deal: Deal, **changes: object) -> Deal:
    return replace(deal, invoice=totalled(replace(deal.invoice, **changes)))  # type: ignore[arg-type]


def _receipt_of(deal: Deal) -> Receipt:
    receipt = deal.documents[0]
    assert isinstance(receipt, Receipt), "a deal begins with its receipt"
    return receipt


def _received(deal: Deal, k: int, **changes: object) -> Deal:
    receipt = _receipt_of(deal)
    lines = list(receipt.lines)
    lines[k] = replace(lines[k], **changes)  # type: ignore[arg-type]
    return replace(deal, documents=(replace(receipt, lines=tuple(lines)), *deal.documents[1:]))


def _price_over(deal: Deal, draw: Draw, _on: date) -> Deal:
    price = (deal.invoice.lines[-1].price or Decimal(1)) * Decimal(100 + draw.between(4, 9)) / 100
    return _line(deal, -1, price=price.quantize(Decimal("0.01")) + Decimal("0.02"))


def _price_under(deal: Deal, _draw: Draw, _on: date) -> Deal:
    price = (deal.invoice.lines[-1].price or Decimal(1)) * Decimal(80) / 100
    return _line(deal, -1, price=price.quantize(Decimal("0.01")))


def _unit_basis(deal: Deal, _draw: Draw, _on: date) -> Deal:
    price = (deal.invoice.lines[-1].price or Decimal(1)) * 100
    return _line(deal, -1, price=price)


def _over_ordered(deal: Deal, draw: Draw, _on: date) -> Deal:
    quantity = deal.invoice.lines[0].quantity or Quantity(Decimal(1), "EA")
    return _line(deal, 0, quantity=Quantity(quantity.value + draw.between(1, 20), quantity.unit))


def _not_received(deal: Deal, _draw: Draw, _on: date) -> Deal:
    return replace(deal, documents=(), later=deal.documents)


def _early(deal: Deal, _draw: Draw, on: date) -> Deal:
    order = deal.order
    advice = DespatchAdvice(
        number=f"ASN-{order.number}",
        issue_date=on,
        supplier=order.supplier,
        buyer=order.buyer,
        order_number=order.number,
        arrives_at=datetime.combine(on + timedelta(days=2), time(12), tzinfo=UTC),
        lines=tuple(
            DespatchLine(id=line.id, quantity=line.quantity, order=LineReference(document=order.number, line=line.id))
            for line in order.lines
        ),
    )
    return replace(deal, documents=(advice,), later=deal.documents)


def _short(deal: Deal, _draw: Draw, _on: date) -> Deal:
    ordered = deal.order.lines[0].quantity
    short = Quantity(max(Decimal(1), ordered.value - max(Decimal(1), ordered.value // 10)), ordered.unit)
    return _received(deal, 0, accepted=short)


def _inspected(deal: Deal, _draw: Draw, _on: date) -> Deal:
    ordered = deal.order.lines[0].quantity
    part = max(Decimal(1), ordered.value // 20)
    return _received(
        deal,
        0,
        accepted=Quantity(ordered.value - part, ordered.unit),
        in_inspection=Quantity(part, ordered.unit),
        lot=f"IL-{deal.order.number}",
    )


def _rejected(deal: Deal, _draw: Draw, _on: date) -> Deal:
    ordered = deal.order.lines[0].quantity
    part = max(Decimal(1), ordered.value // 20)
    return _received(
        deal, 0, accepted=Quantity(ordered.value - part, ordered.unit), rejected=Quantity(part, ordered.unit)
    )


def _unsynchronised(deal: Deal, _draw: Draw, on: date) -> Deal:
    receipt = _receipt_of(deal)
    at = datetime.combine(on, time(6, 30), tzinfo=UTC)
    confirmed = replace(receipt, number=f"WMS-{receipt.number}", origin="confirmation", occurred_at=at)
    return replace(deal, documents=(confirmed,), later=deal.documents)


def _freight(deal: Deal, draw: Draw, _on: date) -> Deal:
    charge = AllowanceCharge(
        charge=True,
        amount=Money(draw.between(2500, 64000), deal.invoice.currency),
        reason="Freight",
        tax_category="S",
        tax_percent=RATE,
    )
    return _invoice(deal, allowances_charges=(charge,))


def _extra_line(deal: Deal, _draw: Draw, _on: date) -> Deal:
    extra = InvoiceLine(
        id=str(len(deal.invoice.lines) + 1),
        net=Money(4900, deal.invoice.currency),
        quantity=Quantity(Decimal(1), "EA"),
        price=Decimal(49),
        product=ProductIds(seller="SERVICE-1"),
        description="Calibration certificate",
        tax_category="S",
        tax_percent=RATE,
    )
    return _invoice(deal, lines=(*deal.invoice.lines, extra))


def _no_order(deal: Deal, _draw: Draw, _on: date) -> Deal:
    lines = tuple(replace(line, order=LineReference()) for line in deal.invoice.lines)
    return _invoice(deal, order_number="", lines=lines)


def _unknown_order(deal: Deal, _draw: Draw, _on: date) -> Deal:
    return _invoice(deal, order_number=f"9{deal.order.number}")


def _unit(deal: Deal, _draw: Draw, _on: date) -> Deal:
    quantity = deal.invoice.lines[0].quantity or Quantity(Decimal(1), "EA")
    return _line(deal, 0, quantity=Quantity(quantity.value, "KGM"))


def _bank(deal: Deal, draw: Draw, _on: date) -> Deal:
    return _invoice(deal, accounts=(BankAccount(number=f"LT{draw.below(10**9):09d}{draw.below(10**9):09d}"),))


def _terms(deal: Deal, _draw: Draw, _on: date) -> Deal:
    return _invoice(deal, terms="net 7")


def _old(deal: Deal, _draw: Draw, on: date) -> Deal:
    return _invoice(deal, issue_date=on - timedelta(days=500))


def _twice(deal: Deal, _draw: Draw, _on: date) -> Deal:
    return replace(deal, again=replace(deal.invoice, number=deal.invoice.number.replace("-", " ")))


def _tax(deal: Deal, _draw: Draw, _on: date) -> Deal:
    lines = tuple(replace(line, tax_percent=Decimal(7)) for line in deal.order.lines)
    return replace(deal, order=replace(deal.order, lines=lines))


def _currency(deal: Deal, _draw: Draw, _on: date) -> Deal:
    return replace(deal, order=replace(deal.order, currency="USD"))


def _wrong_total(deal: Deal, _draw: Draw, _on: date) -> Deal:
    totals = deal.invoice.totals
    assert totals.net is not None, "a made-up invoice has its totals"
    assert totals.tax is not None, "a made-up invoice has its tax"
    wrong = replace(totals, gross=totals.net + totals.tax + Money(100, deal.invoice.currency))
    return replace(deal, invoice=replace(deal.invoice, totals=wrong))


def _stale(deal: Deal, _draw: Draw, _on: date) -> Deal:
    """The order has an old price: the first two goods of a contract supplier have a newer one in the contract."""
    lines = list(deal.invoice.lines)
    bent = deal
    for k, line in enumerate(lines):
        if line.product.buyer.endswith(("00", "01")):
            price = ((line.price or Decimal(1)) * Decimal("1.08")).quantize(Decimal("0.01"))
            bent = _line(bent, k, price=price)
    return bent


FAULTS: Final[dict[str, Fault]] = {
    "AP-QTY-INSP": Fault(apply=_inspected),
    "AP-QTY-NOREC": Fault(apply=_not_received),
    "AP-PRC-OVER": Fault(apply=_price_over),
    "AP-QTY-REC": Fault(apply=_short),
    "AP-GR-EARLY": Fault(apply=_early),
    "AP-FRT-UNPL": Fault(apply=_freight),
    "INT-GR-LAG": Fault(apply=_unsynchronised),
    "AP-PRC-STALEPO": Fault(apply=_stale, contract=True),
    "AP-LINE-XTRA": Fault(apply=_extra_line),
    "AP-DUP-CERT": Fault(apply=_twice),
    "AP-QTY-ORD": Fault(apply=_over_ordered),
    "AP-PO-MISSING": Fault(apply=_no_order),
    "MD-BANK-CHG": Fault(apply=_bank),
    "AP-QUAL-REJ": Fault(apply=_rejected),
    "AP-PO-INVALID": Fault(apply=_unknown_order),
    "AP-TAX-VAR": Fault(apply=_tax),
    "AP-UOM": Fault(apply=_unit),
    "AP-PRC-UNDER": Fault(apply=_price_under),
    "AP-TERMS": Fault(apply=_terms),
    "DOC-EINV": Fault(apply=_wrong_total),
    "AP-PRC-UNITBASIS": Fault(apply=_unit_basis),
    "AP-CUR": Fault(apply=_currency),
    "AP-DATE": Fault(apply=_old),
}
