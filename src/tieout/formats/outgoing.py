"""Our own invoices as EN 16931 requires them: only what the customer may see, in the terms and codes of the standard.

An incoming invoice is written as it was read; one of ours leaves out internal data (the customer's and our own numbers,
our order lines, sites of lines) and states what the standard demands.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, exponent, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import AllowanceCharge, BankAccount, Invoice, InvoiceLine, LineReference, TaxSubtotal
from tieout.trade.payment_ways import CARDS, COLLECTED, CREDITOR

EN_16931: Final = "urn:cen.eu:en16931:2017"
XRECHNUNG: Final = f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
BILLING: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""The Peppol business process of an invoice that is not part of a longer exchange."""
ABSENT: Final = "NA"
"""What Peppol writes where a number is required and there is none."""
_ISO_6523: Final = re.compile(r"[0-9]{4}")
_ADDRESS_SCHEMES: Final = re.compile(r"[0-9]{4}|EM|AN|AQ|AS|AU")
_TAX_SCHEMES: Final = ("vat", "tax")
_VATEX: Final = re.compile(r"VATEX-[A-Z0-9-]+", re.IGNORECASE)
_AT_ZERO: Final = frozenset({"Z", "E", "AE", "K", "G"})
_PACKAGES: Final = {"BX": "XBX", "CS": "XCS", "CT": "XCT", "PF": "XPX"}
_NOWHERE: Final = LineReference()
_TRANSFER: Final = "30"  # UNTDID 4461: what an account without a code stands for
_ONE: Final = Decimal(1)
_NIL: Final = Decimal(0)


def presentable(invoice: Invoice) -> Invoice:
    """An invoice of ours as the customer is to see it; any other unchanged. Amounts do not change.

    Raises `Malformed` where the currency is invalid, or an allowance or charge is in another currency than the invoice.
    """
    if not invoice.is_ours:
        return invoice
    invoice = trimmed(invoice)
    exponent(invoice.currency)
    _refuse_half_a_tax_currency(invoice)
    for entry in invoice.allowances_charges:
        if entry.amount.currency != invoice.currency:
            raise Malformed(
                "{amount} is not in the invoice's currency {currency}",
                where="AllowanceCharge",
                amount=entry.amount,
                currency=invoice.currency,
            )
    lines = tuple(_line(line) for line in invoice.lines)
    profile = invoice.profile or EN_16931
    untaxed = any(row.category == "O" for row in invoice.tax)
    accounted = invoice.totals.accounted if invoice.tax_currency != invoice.currency else None
    only = invoice.tax[0] if len(invoice.tax) == 1 else None
    entries = tuple(_entry(entry, only) for entry in invoice.allowances_charges)
    return replace(
        invoice,
        type_code=invoice.type_code or ("381" if invoice.is_credit else "380"),
        profile=profile,
        process=invoice.process or (BILLING if ":peppol.eu:" in profile or profile == XRECHNUNG else ""),
        supplier=seller(_without_vat(invoice.supplier) if untaxed else invoice.supplier),
        buyer=buyer(_without_vat(invoice.buyer) if untaxed else invoice.buyer),
        payee=payee(invoice),
        tax_representative=None if untaxed else invoice.tax_representative,
        lines=lines,
        allowances_charges=entries,
        tax=tuple(replace(row, percent=_row_rate(row, profile)) for row in invoice.tax),
        totals=replace(invoice.totals, accounted=accounted, **_sums(entries, invoice.currency)),
        due_on=None if invoice.is_credit else invoice.due_on,
        accounts=() if invoice.is_credit or _is_collected(invoice) else invoice.accounts,
        direct_debit=None if invoice.is_credit else invoice.direct_debit,
        card=None if invoice.is_credit else invoice.card,
        despatch_number=invoice.despatch_number or _common(line.despatch.document for line in invoice.lines),
        tax_currency=invoice.tax_currency if accounted else "",
        entity="",
    )


def _is_collected(invoice: Invoice) -> bool:
    """Whether we take the money ourselves: then no account is offered to transfer it to (BR-DE-24-b, BR-DE-25-b)."""
    return bool(invoice.payment_means) and all(code in COLLECTED or code in CARDS for code in invoice.payment_means)


def trimmed(value: Any) -> Any:
    """A value without blanks around any of its texts, and without texts that are nothing else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, tuple):
        return tuple(one for one in map(trimmed, value) if one != "")
    if isinstance(value, Money | Quantity) or not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{field.name: trimmed(getattr(value, field.name)) for field in fields(value)})


def _refuse_half_a_tax_currency(invoice: Invoice) -> None:
    if reason := without_tax_amount(invoice):
        raise Malformed("the tax in {currency} is not stated", where="totals.accounted", currency=reason)


def without_tax_amount(invoice: Invoice) -> str:
    """The currency of the tax accounting where the invoice states no tax in it; "" where nothing is missing."""
    stated, currency = invoice.totals.accounted, invoice.tax_currency
    other = currency not in {"", invoice.currency}
    return currency if other and (stated is None or stated.currency != currency) else ""


def payee(invoice: Invoice) -> Party | None:
    """Who is to be paid where that is not the seller: its name and one identifier, no more."""
    party = invoice.payee
    if party is None or party.name == invoice.supplier.name:
        return None
    ids = [one for one in party.identifiers if one.scheme not in _TAX_SCHEMES and one.scheme != "ours"]
    creditor = [one for one in ids if one.scheme == CREDITOR]
    named = [one for one in ids if one.scheme != CREDITOR][:1]
    schemed = (one if _ISO_6523.fullmatch(one.scheme) else _bare(one) for one in named)
    return Party(name=party.name, identifiers=(*creditor[:1], *schemed))


def _without_vat(party: Party) -> Party:
    """A party to an invoice that is outside the scope of VAT: its VAT id may not be named, so another one identifies it."""
    kept = [one for one in party.identifiers if one.scheme != "vat"]
    others = [one for one in kept if one.scheme not in _TAX_SCHEMES]
    copies = others if len(others) == 1 and _ISO_6523.fullmatch(others[0].scheme) else []
    return replace(party, identifiers=(*copies, *kept))


def _row_rate(row: TaxSubtotal, profile: str) -> Decimal | None:
    """The rate in the breakdown; German rules, in Peppol too, want one also where there is none (BR-DE-14, DE-R-014)."""
    rate = _rate(row.category, row.percent)
    return _NIL if rate is None and row.category == "O" and profile != EN_16931 else rate


def _common(numbers: Iterable[str]) -> str:
    distinct = set(numbers)
    return distinct.pop() if len(distinct) == 1 else ""


def seller(party: Party) -> Party:
    """The seller: without the number that another party's ERP gives us, the electronic address last."""
    return _addressed(replace(party, identifiers=tuple(one for one in party.identifiers if one.scheme != "ours")))


def buyer(party: Party) -> Party:
    """The customer: their number in our ERP is an identifier without a scheme; of tax numbers only the VAT id is written."""
    kept = tuple(
        replace(one, scheme="") if one.scheme == "ours" else one for one in party.identifiers if one.scheme != "tax"
    )
    whole = _addressed(replace(party, identifiers=kept))
    last = whole.identifiers[-1:]
    plain = [one for one in whole.identifiers if one.scheme != "vat" and (one,) != last]
    further = plain[
        1:
    ]  # the standard has room for one identifier of the buyer beside tax number and electronic address
    return replace(whole, identifiers=tuple(one for one in whole.identifiers if one not in further))


def _addressed(party: Party) -> Party:
    """Identifiers in the order that writers expect: plain ones, tax numbers, the electronic address if there is one."""
    taxes = [one for one in party.identifiers if one.scheme in _TAX_SCHEMES]
    plain = [one for one in party.identifiers if one.scheme not in _TAX_SCHEMES]
    fit = [one for one in plain if _ADDRESS_SCHEMES.fullmatch(one.scheme)]
    last = party.identifiers[-1:]
    endpoint = [last[0] if last and last[0] in fit else fit[0]] if fit else []
    # given twice, it identifies the party too
    rest = [one for one in plain if one not in endpoint or plain.count(one) > 1]
    # a creditor's number for direct debits has its own scheme; any other scheme is no ISO 6523 code and is left out
    schemed = (one if _ISO_6523.fullmatch(one.scheme) or one.scheme == CREDITOR else _bare(one) for one in rest)
    return replace(party, identifiers=(*dict.fromkeys(schemed), *taxes, *endpoint))


def _bare(one: Identifier) -> Identifier:
    return Identifier(scheme="", value=one.value)


def _line(line: InvoiceLine) -> InvoiceLine:
    quantity = line.quantity or Quantity(_ONE, "EA")
    price, per = line.price, line.price_per
    if price is None or line.quantity is None:
        price, per = line.net.amount, quantity.value or _ONE
    if per < 0 or price < 0:  # no price is negative: a credit is a negative quantity
        turned = price < 0 < per
        price, per = abs(price), abs(per)
        quantity = Quantity(-quantity.value, quantity.unit) if turned else quantity
    return replace(
        line,
        quantity=Quantity(quantity.value, _PACKAGES.get(quantity.unit, quantity.unit)),
        price=price,
        price_per=per,
        description=line.description or line.product.seller or line.product.buyer or line.product.standard,
        order=_NOWHERE,
        despatch=_NOWHERE,
        receipt=_NOWHERE,
        site="",
        tax_percent=_rate(line.tax_category, line.tax_percent),
        allowances_charges=tuple(
            replace(_named(entry), tax_category="", tax_percent=None) for entry in line.allowances_charges
        ),
    )


def _rate(category: str, percent: Decimal | None) -> Decimal | None:
    if category == "O":
        return None
    return _NIL if category in _AT_ZERO and percent is None else percent


def _entry(entry: AllowanceCharge, only: TaxSubtotal | None) -> AllowanceCharge:
    """An allowance or charge of the document, with its tax category."""
    category, percent = entry.tax_category, entry.tax_percent
    if not category and only is not None:
        category, percent = only.category, only.percent
    return replace(_named(entry), tax_category=category, tax_percent=_rate(category, percent))


def _named(entry: AllowanceCharge) -> AllowanceCharge:
    reason = entry.reason or ("" if entry.reason_code else "Charge" if entry.charge else "Allowance")
    return replace(entry, reason=reason)


def _sums(entries: Iterable[AllowanceCharge], currency: str) -> dict[str, Money | None]:
    entries = tuple(entries)
    charges = [entry.amount for entry in entries if entry.charge]
    allowances = [entry.amount for entry in entries if not entry.charge]
    return {
        "charges": total(charges, currency) if charges else None,
        "allowances": total(allowances, currency) if allowances else None,
    }


def period(invoice: Invoice) -> tuple[date | None, date | None]:
    """The billing period of the whole invoice: its own, on ours from the first day of any line to the last; else None."""
    if not invoice.is_ours:
        return invoice.period_from, invoice.period_to
    first = [line.period_from for line in invoice.lines if line.period_from is not None]
    last = [line.period_to for line in invoice.lines if line.period_to is not None]
    return min(first, default=None), max(last, default=None)


def orders(invoice: Invoice) -> tuple[str, str]:
    """The customer's order number (BT-13) and the seller's (BT-14): on an incoming invoice the latter is not known."""
    return (invoice.customer_order, invoice.order_number) if invoice.is_ours else (invoice.order_number, "")


def destination(invoice: Invoice) -> str:
    """The country of delivery (BT-80), on ours where the tax depends on it: a supply to another member state."""
    return invoice.deliver_to or _destination(invoice)


def _destination(invoice: Invoice) -> str:
    return invoice.buyer.country if invoice.is_ours and any(row.category == "K" for row in invoice.tax) else ""


def destination_place(invoice: Invoice) -> tuple[str, str]:
    """City and postcode of delivery (BT-77, BT-78), on ours: the customer's own, where goods go to its country."""
    is_buyers = invoice.is_ours and destination(invoice) == invoice.buyer.country
    return (invoice.buyer.city, invoice.buyer.postcode) if is_buyers else ("", "")


def ways_to_pay(invoice: Invoice, *, default: str) -> tuple[tuple[tuple[str, BankAccount], ...], tuple[str, ...]]:
    """Each account with the code (UNTDID 4461) that it is written with, and further codes; `default` where there is neither."""
    codes = invoice.payment_means or (_TRANSFER,)
    last = len(codes) - 1
    pairs = tuple((codes[min(k, last)], account) for k, account in enumerate(invoice.accounts))
    further = invoice.payment_means[len(pairs) :]
    return pairs, further or (() if pairs or not default else (default,))


def has_details(invoice: Invoice) -> bool:
    """Whether it says more of a way of payment than its code: a card, or a mandate."""
    return invoice.card is not None or invoice.direct_debit is not None


def means_of_details(invoice: Invoice, codes: Sequence[str]) -> tuple[int | None, int | None]:
    """Which means of payment, counted from 0, the card and the mandate belong to: the first of their sort, else the first of all."""

    def place(stated: object, sort: Container[str]) -> int | None:
        return None if stated is None else next((k for k, code in enumerate(codes) if code in sort), 0)

    return place(invoice.card, CARDS), place(invoice.direct_debit, COLLECTED)


def exemption(reason: str) -> tuple[str, str]:
    """An exemption's reason as code (VATEX …) and text: one of them is ""."""
    return (reason.upper(), "") if _VATEX.fullmatch(reason) else ("", reason)


def remittance(invoice: Invoice) -> str:
    """The payment reference (BT-83): the number of an invoice of ours, "" for other documents."""
    return invoice.number if invoice.is_ours and not invoice.is_credit else ""
