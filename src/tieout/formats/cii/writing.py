"""Putting values into a CII tree; what is empty is left out."""

from __future__ import annotations

from datetime import date

from lxml import etree
from lxml.etree import _Element

from tieout.core.values.money import Money
from tieout.formats.cii.dialect import CII
from tieout.trade.documents import AllowanceCharge


def put(parent: _Element, tag: str) -> _Element:
    """A new last child, named with its prefix."""
    prefix, _, name = tag.partition(":")
    return etree.SubElement(parent, f"{{{CII.namespaces[prefix]}}}{name}")


def put_text(parent: _Element, tag: str, text: str, **attributes: str) -> None:
    """A child with a text and the attributes that are not empty; nothing for no text."""
    if text:
        node = put(parent, tag)
        node.text = text
        for name, value in attributes.items():
            if value:
                node.set(name, value)


def put_amount(parent: _Element, tag: str, amount: Money | None, **attributes: str) -> None:
    """A child with an amount in major units; nothing for None."""
    if amount is not None:
        put_text(parent, tag, f"{amount.amount:f}", **attributes)


def put_day(parent: _Element, tag: str, day: date, inner: str = "udt:DateTimeString") -> None:
    """A child with a date as CCYYMMDD."""
    put_text(put(parent, tag), inner, f"{day:%Y%m%d}", format="102")


def put_period(parent: _Element, first: date | None, last: date | None) -> None:
    """The days that something is billed for; nothing where neither is known."""
    if first is not None or last is not None:
        node = put(parent, "ram:BillingSpecifiedPeriod")
        if first is not None:
            put_day(node, "ram:StartDateTime", first)
        if last is not None:
            put_day(node, "ram:EndDateTime", last)


def put_reference(parent: _Element, tag: str, document: str, line: str = "") -> None:
    """A child that names another document and perhaps a line in it; nothing where both are empty."""
    if document or line:
        node = put(parent, tag)
        put_text(node, "ram:IssuerAssignedID", document)
        put_text(node, "ram:LineID", line)


def put_allowance_charge(parent: _Element, entry: AllowanceCharge) -> None:
    """One allowance or charge."""
    node = put(parent, "ram:SpecifiedTradeAllowanceCharge")
    put_text(put(node, "ram:ChargeIndicator"), "udt:Indicator", "true" if entry.charge else "false")
    put_text(node, "ram:CalculationPercent", "" if entry.percent is None else f"{entry.percent:f}")
    put_amount(node, "ram:BasisAmount", entry.on)
    put_amount(node, "ram:ActualAmount", entry.amount)
    put_text(node, "ram:ReasonCode", entry.reason_code)
    put_text(node, "ram:Reason", entry.reason)
    if entry.tax_category or entry.tax_percent is not None:
        tax = put(node, "ram:CategoryTradeTax")
        put_text(tax, "ram:TypeCode", "VAT")
        put_text(tax, "ram:CategoryCode", entry.tax_category)
        put_text(tax, "ram:RateApplicablePercent", "" if entry.tax_percent is None else f"{entry.tax_percent:f}")
