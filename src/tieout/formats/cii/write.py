"""A canonical invoice as CII D16B by EN 16931: the same invoice gives the same bytes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from lxml import etree
from lxml.etree import _Element

from tieout.core.values.errors import Malformed
from tieout.core.values.party import Party
from tieout.formats import outgoing
from tieout.formats.bank_account import is_iban
from tieout.formats.cii.dialect import CII
from tieout.formats.cii.write_line import write_lines
from tieout.formats.cii.writing import (
    put,
    put_allowance_charge,
    put_amount,
    put_day,
    put_period,
    put_reference,
    put_text,
)
from tieout.trade.document_types import classify
from tieout.trade.documents import BankAccount, Invoice, Prepayment, TaxSubtotal
from tieout.trade.identifiers import sendable_card
from tieout.trade.payment_ways import CREDITOR, creditor_of

_TAX_SCHEMES: Final = {"vat": "VA", "tax": "FC"}
_PARTY_SCHEME: Final = re.compile(r"|ours|0[0-9]{3}")


def write(invoice: Any) -> bytes:
    """The invoice as UTF-8 XML. `entity` is internal and is not written.

    Raises `Malformed` for any other document, and where type code and kind contradict each other.
    """
    if not isinstance(invoice, Invoice):
        raise Malformed(
            "only invoices and credit notes can be written as CII", remedy="write it as UBL or canonical JSON"
        )
    invoice = outgoing.presentable(invoice)
    if invoice.totals.withheld is not None:
        raise Malformed("CII has no place for tax that is withheld", where="totals.withheld", remedy="write it as UBL")
    code = invoice.type_code or ("381" if invoice.is_credit else "380")
    row = classify(code, type_list=invoice.type_list)
    if (row is not None and row.credit) != invoice.is_credit:
        raise Malformed(
            "type code {code} is not that of a {kind}",
            where="type_code",
            remedy="use 380 or 381",
            code=code,
            kind=invoice.kind,
        )
    root = etree.Element(CII.root, nsmap=dict(CII.namespaces))
    try:
        _head(root, invoice, code)
        trade = put(root, "rsm:SupplyChainTradeTransaction")
        write_lines(trade, invoice)
        _agreement(put(trade, "ram:ApplicableHeaderTradeAgreement"), invoice)
        _delivery(put(trade, "ram:ApplicableHeaderTradeDelivery"), invoice)
        _settlement(put(trade, "ram:ApplicableHeaderTradeSettlement"), invoice)
    except ValueError as error:
        raise Malformed("the invoice holds a character that no XML may: {error}", error=error) from error
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _head(root: _Element, invoice: Invoice, code: str) -> None:
    about = put(root, "rsm:ExchangedDocumentContext")
    if invoice.process:
        put_text(put(about, "ram:BusinessProcessSpecifiedDocumentContextParameter"), "ram:ID", invoice.process)
    context = put(about, "ram:GuidelineSpecifiedDocumentContextParameter")
    put_text(context, "ram:ID", invoice.profile or outgoing.EN_16931)
    document = put(root, "rsm:ExchangedDocument")
    put_text(document, "ram:ID", invoice.number)
    put_text(document, "ram:TypeCode", code)
    if invoice.issue_date is not None:
        put_day(document, "ram:IssueDateTime", invoice.issue_date)
    for note in invoice.notes:
        put_text(put(document, "ram:IncludedNote"), "ram:Content", note)


def _agreement(node: _Element, invoice: Invoice) -> None:
    put_text(node, "ram:BuyerReference", invoice.buyer_reference)
    ours = invoice.is_ours
    _party(node, "ram:SellerTradeParty", invoice.supplier, addressed=ours)
    _party(node, "ram:BuyerTradeParty", invoice.buyer, registration=invoice.buyer_registration, addressed=ours)
    if invoice.tax_representative is not None:
        _party(node, "ram:SellerTaxRepresentativeTradeParty", invoice.tax_representative)
    theirs, sales_order = outgoing.orders(invoice)
    put_reference(node, "ram:SellerOrderReferencedDocument", sales_order)
    put_reference(node, "ram:BuyerOrderReferencedDocument", theirs)
    put_reference(node, "ram:ContractReferencedDocument", invoice.contract_number)


def _party(parent: _Element, tag: str, party: Party, *, registration: str = "", addressed: bool = False) -> None:
    """A party; `addressed`: a last identifier with the scheme of an address is the electronic address."""
    node = put(parent, tag)
    plain = [one for one in party.identifiers if one.scheme not in _TAX_SCHEMES and one.scheme != CREDITOR]
    taxes = [one for one in party.identifiers if one.scheme in _TAX_SCHEMES]
    last = plain[-1] if plain and plain[-1] is party.identifiers[-1] else None
    # an identifier after the tax numbers is the electronic address, as in the reader
    is_address = last is not None and (
        bool(taxes) or not _PARTY_SCHEME.fullmatch(last.scheme) or (addressed and last.scheme[:1] == "0")
    )
    endpoint = plain.pop() if is_address else None
    for one in plain:
        if one.scheme in {"", "ours"}:
            put_text(node, "ram:ID", one.value)
    for one in plain:
        if one.scheme not in {"", "ours"}:
            put_text(node, "ram:GlobalID", one.value, schemeID=one.scheme)
    put_text(node, "ram:Name", party.name)
    if registration:
        scheme = next((one.scheme for one in party.identifiers if one.value == registration), "")
        put_text(put(node, "ram:SpecifiedLegalOrganization"), "ram:ID", registration, schemeID=scheme)
    _contact(node, party)
    _address(node, party)
    if endpoint is not None:
        put_text(put(node, "ram:URIUniversalCommunication"), "ram:URIID", endpoint.value, schemeID=endpoint.scheme)
    for one in taxes:
        put_text(put(node, "ram:SpecifiedTaxRegistration"), "ram:ID", one.value, schemeID=_TAX_SCHEMES[one.scheme])


def _contact(node: _Element, party: Party) -> None:
    if not any((party.contact, party.phone, party.email)):
        return
    contact = put(node, "ram:DefinedTradeContact")
    put_text(contact, "ram:PersonName", party.contact)
    if party.phone:
        put_text(put(contact, "ram:TelephoneUniversalCommunication"), "ram:CompleteNumber", party.phone)
    if party.email:
        put_text(put(contact, "ram:EmailURIUniversalCommunication"), "ram:URIID", party.email)


def _address(node: _Element, party: Party) -> None:
    if not any((party.postcode, party.street, party.city, party.country)):
        return
    address = put(node, "ram:PostalTradeAddress")
    put_text(address, "ram:PostcodeCode", party.postcode)
    put_text(address, "ram:LineOne", party.street)
    put_text(address, "ram:CityName", party.city)
    put_text(address, "ram:CountryID", party.country)


def _delivery(node: _Element, invoice: Invoice) -> None:
    country = outgoing.destination(invoice)
    if invoice.site or country:
        place = put(node, "ram:ShipToTradeParty")
        put_text(place, "ram:ID", invoice.site)
        if country:
            city, postcode = outgoing.destination_place(invoice)
            address = put(place, "ram:PostalTradeAddress")
            put_text(address, "ram:PostcodeCode", postcode)
            put_text(address, "ram:CityName", city)
            put_text(address, "ram:CountryID", country)
    if invoice.delivered_on is not None:
        put_day(put(node, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", invoice.delivered_on)
    put_reference(node, "ram:DespatchAdviceReferencedDocument", invoice.despatch_number)
    put_reference(node, "ram:ReceivingAdviceReferencedDocument", invoice.receipt_number)


def _settlement(node: _Element, invoice: Invoice) -> None:
    put_text(node, "ram:CreditorReferenceID", creditor_of(invoice))
    put_text(node, "ram:PaymentReference", outgoing.remittance(invoice))
    put_text(node, "ram:TaxCurrencyCode", invoice.tax_currency)
    put_text(node, "ram:InvoiceCurrencyCode", invoice.currency)
    if invoice.payee is not None:
        _party(node, "ram:PayeeTradeParty", invoice.payee)
    _payment(node, invoice)
    if invoice.tax_point_on is not None and not invoice.tax:
        raise Malformed("a tax point date needs a tax breakdown", where="tax_point_on")
    for row in invoice.tax:
        _tax(node, row, invoice.tax_point_on if row is invoice.tax[0] else None)
    put_period(node, *outgoing.period(invoice))
    for entry in invoice.allowances_charges:
        put_allowance_charge(node, entry)
    mandate = invoice.direct_debit.mandate if invoice.direct_debit else ""
    if invoice.terms or invoice.due_on is not None or mandate:
        terms = put(node, "ram:SpecifiedTradePaymentTerms")
        put_text(terms, "ram:Description", invoice.terms)
        if invoice.due_on is not None:
            put_day(terms, "ram:DueDateDateTime", invoice.due_on)
        put_text(terms, "ram:DirectDebitMandateID", mandate)
    _sums(put(node, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), invoice)
    for one in invoice.third_parties:
        adjustment = put(node, "ram:SpecifiedFinancialAdjustment")
        put_text(adjustment, "ram:Reason", one.reason)
        put_amount(adjustment, "ram:ActualAmount", one.amount)
    for number in invoice.preceding:
        put_reference(node, "ram:InvoiceReferencedDocument", number)
    for prepaid in invoice.prepayments:
        _prepayment(node, prepaid, invoice)


def _prepayment(node: _Element, one: Prepayment, invoice: Invoice) -> None:
    if one.amount is None or one.reference:
        raise Malformed("CII carries prepayments with their amount and invoice alone", where="prepayments")
    paid = put(node, "ram:SpecifiedAdvancePayment")
    put_amount(paid, "ram:PaidAmount", one.amount)
    if one.tax is not None:
        tax = put(paid, "ram:IncludedTradeTax")
        put_amount(tax, "ram:CalculatedAmount", one.tax)
        put_text(tax, "ram:TypeCode", "VAT")
        row = invoice.tax[0] if len(invoice.tax) == 1 else None
        put_text(tax, "ram:CategoryCode", row.category if row else "S")
        put_text(tax, "ram:RateApplicablePercent", f"{row.percent:f}" if row and row.percent is not None else "")
    put_reference(paid, "ram:InvoiceSpecifiedReferencedDocument", one.invoice)


def _payment(node: _Element, invoice: Invoice) -> None:
    debited = invoice.direct_debit.account if invoice.direct_debit else ""
    pairs, further = outgoing.ways_to_pay(invoice, default="1" if invoice.is_ours or invoice.card or debited else "")
    ways: list[tuple[str, BankAccount | None]] = [*pairs, *((code, None) for code in further)]
    card, mandate = outgoing.means_of_details(invoice, [code for code, _ in ways])
    for k, (code, account) in enumerate(ways):
        means = put(node, "ram:SpecifiedTradeSettlementPaymentMeans")
        put_text(means, "ram:TypeCode", code)
        if k == card and invoice.card is not None:
            shown = put(means, "ram:ApplicableTradeSettlementFinancialCard")
            put_text(shown, "ram:ID", sendable_card(invoice.card.number))
            put_text(shown, "ram:CardholderName", invoice.card.holder)
        if k == mandate and debited:
            put_text(put(means, "ram:PayerPartyDebtorFinancialAccount"), "ram:IBANID", debited)
        if account is not None:
            _account(means, account)


def _account(means: _Element, account: BankAccount) -> None:
    payee_account = put(means, "ram:PayeePartyCreditorFinancialAccount")
    iban = is_iban(account.number)
    put_text(payee_account, "ram:IBANID", account.number if iban else "")
    put_text(payee_account, "ram:AccountName", account.holder)
    put_text(payee_account, "ram:ProprietaryID", "" if iban else account.number)
    if account.bic:
        put_text(put(means, "ram:PayeeSpecifiedCreditorFinancialInstitution"), "ram:BICID", account.bic)


def _tax(node: _Element, row: TaxSubtotal, tax_point_on: date | None) -> None:
    tax = put(node, "ram:ApplicableTradeTax")
    put_amount(tax, "ram:CalculatedAmount", row.tax)
    put_text(tax, "ram:TypeCode", "VAT")
    reason_code, reason = outgoing.exemption(row.exemption)
    put_text(tax, "ram:ExemptionReason", reason)
    put_amount(tax, "ram:BasisAmount", row.taxable)
    put_text(tax, "ram:CategoryCode", row.category)
    put_text(tax, "ram:ExemptionReasonCode", reason_code)
    if tax_point_on is not None:
        put_day(tax, "ram:TaxPointDate", tax_point_on, "udt:DateString")
    put_text(tax, "ram:RateApplicablePercent", "" if row.percent is None else f"{row.percent:f}")


def _sums(node: _Element, invoice: Invoice) -> None:
    sums = invoice.totals
    put_amount(node, "ram:LineTotalAmount", sums.lines)
    put_amount(node, "ram:ChargeTotalAmount", sums.charges)
    put_amount(node, "ram:AllowanceTotalAmount", sums.allowances)
    put_amount(node, "ram:TaxBasisTotalAmount", sums.net)
    put_amount(node, "ram:TaxTotalAmount", sums.tax, currencyID=invoice.currency)
    put_amount(node, "ram:TaxTotalAmount", sums.accounted, currencyID=invoice.tax_currency)
    put_amount(node, "ram:RoundingAmount", sums.rounding)
    put_amount(node, "ram:GrandTotalAmount", sums.gross)
    put_amount(node, "ram:TotalPrepaidAmount", sums.prepaid)
    put_amount(node, "ram:DuePayableAmount", sums.payable)
