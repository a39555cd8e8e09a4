"""Which elements of an invoice of this family occur at most once. Document totals are not among them: they have rules of their own."""

from __future__ import annotations

from functools import cache
from typing import Final

from tieout.formats.cii.dialect import Dialect
from tieout.formats.ubl.repeated import Once

_ADDRESS: Final = "ram:CountryID"
_PARTY: Final = "ram:Name ram:PostalTradeAddress ram:SpecifiedLegalOrganization"
_ORDER: Final = "ram:IssuerAssignedID ram:LineID"
_TAX: Final = "ram:CategoryCode ram:RateApplicablePercent ram:TypeCode"
_EVIDENCE: Final = (
    "ram:DespatchAdviceReferencedDocument ram:ReceivingAdviceReferencedDocument ram:DeliveryNoteReferencedDocument"
)
_ROOT: Final = "rsm:ExchangedDocumentContext rsm:ExchangedDocument rsm:SupplyChainTradeTransaction"
_ONCE: Final = {
    "rsm:ExchangedDocumentContext": "ram:GuidelineSpecifiedDocumentContextParameter "
    "ram:BusinessProcessSpecifiedDocumentContextParameter",
    "ram:GuidelineSpecifiedDocumentContextParameter": "ram:ID",
    "ram:BusinessProcessSpecifiedDocumentContextParameter": "ram:ID",
    "rsm:ExchangedDocument": "ram:ID ram:TypeCode ram:IssueDateTime ram:Name",
    "ram:IssueDateTime": "udt:DateTimeString",
    "rsm:SupplyChainTradeTransaction": "ram:ApplicableHeaderTradeAgreement ram:ApplicableHeaderTradeDelivery "
    "ram:ApplicableHeaderTradeSettlement",
    "ram:ApplicableHeaderTradeAgreement": "ram:SellerTradeParty ram:BuyerTradeParty ram:SellerTaxRepresentativeTradeParty "
    "ram:BuyerOrderReferencedDocument ram:ContractReferencedDocument ram:BuyerReference",
    "ram:SellerTradeParty": _PARTY,
    "ram:BuyerTradeParty": _PARTY,
    "ram:PostalTradeAddress": _ADDRESS,
    "ram:SpecifiedTaxRegistration": "ram:ID",
    "ram:BuyerOrderReferencedDocument": _ORDER,
    "ram:InvoiceReferencedDocument": "ram:IssuerAssignedID",
    "ram:ApplicableHeaderTradeDelivery": f"ram:ShipToTradeParty ram:ActualDeliverySupplyChainEvent {_EVIDENCE}",
    "ram:ShipToTradeParty": "ram:PostalTradeAddress",
    "ram:ActualDeliverySupplyChainEvent": "ram:OccurrenceDateTime",
    "ram:OccurrenceDateTime": "udt:DateTimeString",
    "ram:ApplicableHeaderTradeSettlement": "ram:InvoiceCurrencyCode ram:TaxCurrencyCode ram:PayeeTradeParty "
    "ram:CreditorReferenceID ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    "ram:SpecifiedTradeSettlementPaymentMeans": "ram:TypeCode ram:PayeePartyCreditorFinancialAccount",
    "ram:PayeePartyCreditorFinancialAccount": "ram:IBANID ram:ProprietaryID",
    "ram:SpecifiedTradePaymentTerms": "ram:DueDateDateTime",
    "ram:DueDateDateTime": "udt:DateTimeString",
    "ram:ApplicableTradePaymentDiscountTerms": "ram:BasisDateTime ram:BasisPeriodMeasure ram:BasisAmount "
    "ram:CalculationPercent ram:ActualDiscountAmount",
    "ram:IncludedSupplyChainTradeLineItem": "ram:AssociatedDocumentLineDocument ram:SpecifiedTradeProduct "
    "ram:SpecifiedLineTradeAgreement ram:SpecifiedLineTradeDelivery ram:SpecifiedLineTradeSettlement",
    "ram:AssociatedDocumentLineDocument": "ram:LineID ram:LineStatusReasonCode",
    "ram:SpecifiedTradeProduct": "ram:SellerAssignedID ram:BuyerAssignedID ram:Name",
    "ram:SpecifiedLineTradeAgreement": "ram:BuyerOrderReferencedDocument ram:NetPriceProductTradePrice",
    "ram:NetPriceProductTradePrice": "ram:ChargeAmount ram:BasisQuantity",
    "ram:SpecifiedLineTradeDelivery": f"ram:BilledQuantity {_EVIDENCE}",
    "ram:SpecifiedLineTradeSettlement": "ram:ApplicableTradeTax ram:SpecifiedTradeSettlementLineMonetarySummation",
    "ram:SpecifiedTradeSettlementLineMonetarySummation": "ram:LineTotalAmount",
    "ram:SpecifiedTradeAllowanceCharge": "ram:ChargeIndicator ram:ActualAmount ram:BasisAmount ram:CalculationPercent "
    "ram:CategoryTradeTax",
    "ram:CategoryTradeTax": _TAX,
    "ram:ApplicableTradeTax": f"ram:CalculatedAmount ram:BasisAmount {_TAX}",
}


@cache
def once_in(dialect: Dialect) -> Once:
    """The table in the names of a dialect."""
    return {dialect.root: _tags(dialect, _ROOT)} | {
        _tag(dialect, parent): _tags(dialect, names) for parent, names in _ONCE.items()
    }


def _tags(dialect: Dialect, names: str) -> frozenset[str]:
    return frozenset(_tag(dialect, name) for name in names.split())


def _tag(dialect: Dialect, path: str) -> str:
    prefix, _, name = dialect.path(path).partition(":")
    return f"{{{dialect.namespaces[prefix]}}}{name}"
