"""The text of the readable invoice without its layout: plain rows, in English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.formats.bank_account import grouped, is_iban
from tieout.formats.outgoing import exemption, orders, period, remittance
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine, TaxSubtotal
from tieout.wording import figures

# Units in plain words; others are shown as their code.
_UNITS: Final = {
    "EA": "pcs", "KGM": "kg", "GRM": "g", "TNE": "t", "MTR": "m", "CMT": "cm", "MMT": "mm", "LTR": "l", "HUR": "h",
    "DAY": "d", "MON": "mo", "ANN": "y", "BX": "boxes", "XBX": "boxes", "CS": "cases", "XCS": "cases",
    "CT": "cartons", "XCT": "cartons", "PF": "pallets", "XPX": "pallets", "DZN": "dozen",
}  # fmt: skip
_CATEGORIES: Final = {
    "S": "VAT", "Z": "Zero rated", "E": "Exempt", "AE": "Reverse charge", "K": "Intra-Community supply",
    "G": "Export outside the EU", "O": "Not subject to VAT",
}  # fmt: skip


def day(on: date | None) -> str:
    """A date that cannot be misread: 4 May 2026."""
    return "" if on is None else figures.day_in_full(on)


def days(first: date | None, last: date | None) -> str:
    """A period; only one end where the other is not known."""
    if first is not None and last is not None:
        if first == last:
            return day(first)
        shared = (first.year, first.month) == (last.year, last.month)
        return f"{first.day if shared else day(first)} – {day(last)}"
    return f"from {day(first)}" if first else f"until {day(last)}" if last else ""


def figure(money: Money | None) -> str:
    """An amount without its currency, with grouped thousands."""
    return "" if money is None else figures.bare(money)


def number(value: Decimal) -> str:
    """A plain number, with grouped thousands."""
    return figures.number(value)


def quantity(value: Quantity | None) -> str:
    """A quantity with its unit in plain words."""
    return "" if value is None else f"{number(value.value)} {_UNITS.get(value.unit, value.unit)}"


def price(line: InvoiceLine) -> str:
    """The price with at least the currency's decimals, and the quantity it is for unless that is 1."""
    if line.price is None:
        return ""
    return figures.price(line.price, per=line.price_per)


def title(invoice: Invoice) -> str:
    """The kind of document, and its number."""
    return f"{'Credit note' if invoice.is_credit else 'Invoice'} {invoice.number}"


def introduction(invoice: Invoice) -> list[str]:
    """The text between title and lines: which invoices a credit note credits."""
    return [f"We credit you for invoice {', '.join(invoice.preceding)}:"] if invoice.preceding else []


def sender(party: Party) -> list[str]:
    """The seller's address, below the name."""
    place = " ".join(filter(None, (party.postcode, party.city)))
    return [" · ".join(filter(None, (party.street, place, party.country)))] if party.street or place else []


def address(party: Party) -> list[str]:
    """The address as on a letter."""
    place = " ".join(filter(None, (party.postcode, party.city)))
    return [row for row in (party.name, party.street, place, party.country) if row]


def facts(invoice: Invoice) -> list[tuple[str, str]]:
    """The facts of the invoice, name and value."""
    theirs, ours = orders(invoice)
    rows = [
        ("Date", day(invoice.issue_date)),
        ("Due", day(invoice.due_on)),
        ("Delivered", day(invoice.delivered_on)),
        ("Service period", days(*period(invoice))),
        ("Customer number", next((one.value for one in invoice.buyer.identifiers if one.scheme in {"", "ours"}), "")),
        ("Your VAT id", invoice.buyer.vat_id),
        ("Your order", theirs),
        ("Your reference", invoice.buyer_reference),
        ("Our order", ours),
        ("Despatch advice", invoice.despatch_number),
        ("Contract", invoice.contract_number),
    ]
    return [(name, value) for name, value in rows if value]


def description(line: InvoiceLine) -> tuple[str, str]:
    """What a line is for, and in small print what helps to identify it."""
    ids = [
        f"our no. {line.product.seller}" if line.product.seller else "",
        f"your no. {line.product.buyer}" if line.product.buyer else "",
        f"order line {line.order.line}" if line.order.line else "",
        days(line.period_from, line.period_to),
    ]
    return line.description, " · ".join(filter(None, ids))


def entry(one: AllowanceCharge, currency: str) -> str:
    """An allowance or charge in words, with its percentage where it has one."""
    named = one.reason or ("Charge" if one.charge else "Allowance")
    of = f" of {figure(one.on)} {currency}" if one.on is not None else ""
    return f"{named} ({number(one.percent)} %{of})" if one.percent is not None else named


def rate(category: str, percent: Decimal | None) -> str:
    """A tax rate as shown on a line."""
    return f"{number(percent)} %" if percent else (category or "")


def tax_name(row: TaxSubtotal) -> str:
    """A row of the tax table in words."""
    named = _CATEGORIES.get(row.category, row.category or "Tax")
    return f"{named} {number(row.percent)} %" if row.percent else named


def reasons(invoice: Invoice) -> list[str]:
    """Why no tax is charged, unless the category's name already says it."""
    categories = {_CATEGORIES.get(row.category, "").casefold() for row in invoice.tax}
    given = [
        part for row in invoice.tax for part in exemption(row.exemption) if part and part.casefold() not in categories
    ]
    return [f"No VAT is charged: {reason}" for reason in dict.fromkeys(given)]


def request(invoice: Invoice) -> str:
    """The request to the customer."""
    payable = invoice.totals.payable
    if payable is None:
        return ""
    amount = f"{figure(payable)} {payable.currency}"
    if invoice.is_credit:
        return f"We owe you {amount}. It is offset against open invoices, or paid to you."
    if payable.minor <= 0:
        return "Nothing is left to pay."
    return f"Please pay {amount}" + (f" by {day(invoice.due_on)}." if invoice.due_on else ".")


def payment(invoice: Invoice) -> list[tuple[str, str]]:
    """How to pay: terms, account, and payment reference."""
    rows = [("Terms", "" if invoice.is_credit else invoice.terms)]
    for account in () if invoice.is_credit else invoice.accounts:
        rows += [
            ("Account holder", account.holder),
            ("IBAN" if is_iban(account.number) else "Account", grouped(account.number)),
            ("BIC", account.bic),
        ]
    rows.append(("Payment reference", remittance(invoice) if invoice.accounts else ""))
    return [(name, value) for name, value in rows if value]


def closing(invoice: Invoice) -> list[str]:
    """The closing text."""
    return list(invoice.notes)


def imprint(invoice: Invoice) -> list[str]:
    """Two short rows about the seller for the footer of every page."""
    party = invoice.supplier
    place = " ".join(filter(None, (party.postcode, party.city)))
    first = " · ".join(filter(None, (party.name, party.street, place, party.country)))
    vat = f"VAT id {party.vat_id}" if party.vat_id else ""
    return [first, " · ".join(filter(None, (vat, party.contact, party.phone, party.email)))]
