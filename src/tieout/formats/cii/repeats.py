"""Which elements of an invoice of this family occur at most once. Document totals are not among them: they have rules of their own."""

from __future__ import annotations

from functools import cache
from typing import Final

from tieout.formats.cii.dialect import Dialect
from tieout.formats.ubl.repeated import Once

_ONCE: Final = {
    "rsm:ExchangedDocument": "ram:ID ram:TypeCode ram:IssueDateTime",
    "ram:ApplicableHeaderTradeAgreement": "ram:SellerTradeParty ram:BuyerTradeParty ram:SellerTaxRepresentativeTradeParty",
    "ram:ApplicableHeaderTradeSettlement": "ram:InvoiceCurrencyCode ram:TaxCurrencyCode "
    "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    "ram:AssociatedDocumentLineDocument": "ram:LineID",
    "ram:NetPriceProductTradePrice": "ram:ChargeAmount ram:BasisQuantity",
    "ram:SpecifiedLineTradeDelivery": "ram:BilledQuantity",
    "ram:SpecifiedLineTradeSettlement": "ram:SpecifiedTradeSettlementLineMonetarySummation",
    "ram:SpecifiedTradeSettlementLineMonetarySummation": "ram:LineTotalAmount",
    "ram:SpecifiedTradeAllowanceCharge": "ram:ChargeIndicator ram:ActualAmount ram:BasisAmount ram:CalculationPercent",
    "ram:ApplicableTradeTax": "ram:CalculatedAmount ram:BasisAmount ram:CategoryCode ram:RateApplicablePercent",
}


@cache
def once_in(dialect: Dialect) -> Once:
    """The table in the names of a dialect."""
    return {
        _tag(dialect, parent): frozenset(_tag(dialect, name) for name in names.split())
        for parent, names in _ONCE.items()
    }


def _tag(dialect: Dialect, path: str) -> str:
    prefix, _, name = dialect.path(path).partition(":")
    return f"{{{dialect.namespaces[prefix]}}}{name}"
