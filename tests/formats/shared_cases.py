"""The handed-in files that came out wrong, what each is checked against, and what is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file, what it is checked against, and what is right: clear with what it posts, or not clear with one of `codes`.

    `codes` empty: any code that holds it will do. `net` and `tax` are what a clear one posts in all, with the currency.
    `credit`: it is read as a credit note; it may be held, and if it is clear it takes back `net` and `tax`.
    """

    file: str
    order: str
    receipt: str
    earlier: str = ""
    clear: bool = False
    credit: bool = False
    codes: frozenset[str] = frozenset()
    net: str = ""
    tax: str = ""


def _held(file: str, order: str, receipt: str, *codes: str, earlier: str = "") -> Case:
    return Case(file=file, order=order, receipt=receipt, earlier=earlier, codes=frozenset(codes))


def _clear(file: str, order: str, receipt: str, net: str, tax: str) -> Case:
    return Case(file=file, order=order, receipt=receipt, clear=True, net=net, tax=tax)


def _credit(file: str, order: str, receipt: str, net: str, tax: str, *, earlier: str) -> Case:
    return Case(file=file, order=order, receipt=receipt, earlier=earlier, credit=True, net=net, tax=tax)


_20, _R20, _B0 = "order-20.json", "receipt-20.csv", "earlier-B-0.xml"
_10, _R10 = "order-10.json", "receipt-10.csv"

CASES = (
    _credit("myinvois-credit-note-02.xml", _20, _R20, "1000.00 EUR", "210.00 EUR", earlier=_B0),
    _credit("cii-503-prepayment-credit-note.xml", _20, _R20, "1000.00 EUR", "210.00 EUR", earlier=_B0),
    _held("ubl-credit-note-negative.xml", _20, _R20, earlier=_B0),
    _held("ubl-negative-prepaid.xml", _10, _R10),
    _held("xrechnung-extension-payable-without-third-party.xml", _10, _R10),
    _held("full-price-against-discounted-ubl-order.xml", "order-ubl-line-allowance.xml", _R10, "AP-PRC-OVER"),
    _clear("right-price-against-discounted-ubl-order.xml", "order-ubl-line-allowance.xml", _R10, "900.00 EUR", "189.00 EUR"),
    _held("two-papers-one-number.pdf", _20, _R20),
    _held("ehf-reminder-in-an-invoice-root.xml", _20, _R20, "DOC-NOTINV", earlier=_B0),
    _held("ubl-type-71-request-for-payment.xml", _20, _R20, "DOC-NOTINV", earlier=_B0),
    _held("ubl-type-325-proforma.xml", _20, _R20, "DOC-NOTINV"),
    _held("ubl-384-replaces-B-0.xml", _20, _R20, earlier=_B0),
    _held("ubl-unknown-type-code.xml", _10, _R10),
    _clear("zatca-two-tax-totals.xml", "order-sar.json", _R10, "1000.00 SAR", "150.00 SAR"),
    _clear("ubl-in-pdf.pdf", _10, _R10, "1000.00 EUR", "210.00 EUR"),
    _clear("colombia-price-is-per-unit.xml", _10, _R10, "500.00 EUR", "105.00 EUR"),
    _clear("zero-price-with-charge-and-allowance.xml", _10, _R10, "1000.00 EUR", "210.00 EUR"),
    _held("ubl-tax-category-unknown.xml", _10, _R10),
    _held("ubl-split-payment-outside-italy.xml", _10, _R10),
    _held("ubl-standard-rate-without-seller-vat.xml", _10, _R10),
    _held("ubl-france-B2-already-paid-yet-asks.xml", _10, _R10),
    _clear("ubl-jpy-tax-rounded-down.xml", "order-jpy-3.json", "receipt-3.csv", "1239 JPY", "123 JPY"),
    _clear("ubl-unit-XPK-ordered-in-PK.xml", "order-10-PK.json", "receipt-10-PK.csv", "1000.00 EUR", "210.00 EUR"),
    _held("ubl-exempt-without-reason.xml", "order-10-untaxed.json", _R10),
)  # fmt: skip
