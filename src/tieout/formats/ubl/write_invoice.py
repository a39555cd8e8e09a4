"""Writing a canonical invoice or credit note as UBL 2.1, in the element order of the schema."""

from __future__ import annotations

from datetime import date

from tieout.core.values.errors import Malformed
from tieout.core.values.party import Party
from tieout.formats import outgoing
from tieout.formats.ubl.markup import amount, day, leaf, node, quantity, xml_document
from tieout.formats.ubl.parts import in_percent
from tieout.formats.ubl.payment import THIRD_PARTIES
from tieout.formats.ubl.write_parts import (
    allowance_charge,
    item,
    line_reference,
    party_parts,
    price,
    role,
    tax_category,
)
from tieout.trade.document_types import classify
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, Prepayment
from tieout.trade.identifiers import sendable_card


def write_invoice(invoice: Invoice) -> bytes:
    """UBL 2.1 bytes. Raises `Malformed` for what UBL cannot carry, so that nothing is lost silently."""
    invoice = outgoing.presentable(invoice)
    _refuse_what_does_not_fit(invoice)
    credit = invoice.is_credit
    kind = "CreditNote" if credit else "Invoice"
    return xml_document(
        kind, *_head(invoice, credit=credit), *_parties(invoice), *_sums(invoice), *_lines(invoice, kind)
    )


def _refuse_what_does_not_fit(invoice: Invoice) -> None:
    if invoice.entity:
        raise Malformed(
            "UBL has no field for our company code", where="entity", remedy="leave it to the buyer's identifiers"
        )
    if invoice.totals.tax is None and invoice.tax:
        raise Malformed("UBL cannot carry a tax breakdown without the tax total", where="totals.tax")
    if invoice.third_parties and THIRD_PARTIES not in invoice.profile.lower():
        raise Malformed("only the XRechnung extension carries amounts for third parties", where="third_parties")
    if any(one.tax is not None for one in invoice.prepayments) or any(line.prepayment for line in invoice.lines):
        raise Malformed("UBL has no place for the tax of prepayments, nor for lines of them", where="prepayments")
    if any(one.amount is None and one.invoice not in invoice.preceding for one in invoice.prepayments):
        raise Malformed("a prepayment without an amount has to be a preceding invoice", where="prepayments")
    if not invoice.type_code:
        raise Malformed(
            "UBL requires a type code", where="type_code", remedy="380 for an invoice, 381 for a credit note"
        )
    row = classify(invoice.type_code, type_list=invoice.type_list)
    if row is not None and row.credit and not invoice.is_credit:
        raise Malformed(
            "type code {code} is that of a credit note", where="type_code", remedy="use 380", code=invoice.type_code
        )
    if invoice.type_list:
        raise Malformed("UBL cannot carry the list of the type code", where="type_list")


def _head(invoice: Invoice, *, credit: bool) -> tuple[str, ...]:
    code = leaf("CreditNoteTypeCode" if credit else "InvoiceTypeCode", invoice.type_code)
    notes = "".join(leaf("Note", note) for note in invoice.notes)
    tax_point = day("TaxPointDate", invoice.tax_point_on)
    return (
        leaf("CustomizationID", invoice.profile),
        leaf("ProfileID", invoice.process),
        leaf("ID", invoice.number),
        day("IssueDate", invoice.issue_date),
        tax_point + code + notes if credit else day("DueDate", invoice.due_on) + code + notes + tax_point,
        leaf("DocumentCurrencyCode", invoice.currency),
        leaf("TaxCurrencyCode", invoice.tax_currency),
        leaf("BuyerReference", invoice.buyer_reference),
        _period(*outgoing.period(invoice)),
        _order(*outgoing.orders(invoice)),
        *(_preceding(number, invoice) for number in invoice.preceding),
        node("DespatchDocumentReference", leaf("ID", invoice.despatch_number)),
        node("ReceiptDocumentReference", leaf("ID", invoice.receipt_number)),
        node("ContractDocumentReference", leaf("ID", invoice.contract_number)),
    )


def _preceding(number: str, invoice: Invoice) -> str:
    """A preceding invoice, with its type where it is a prepayment invoice that is deducted."""
    named = any(one.invoice == number and one.amount is None for one in invoice.prepayments)
    code = leaf("DocumentTypeCode", "386") if named else ""
    return node("BillingReference", node("InvoiceDocumentReference", leaf("ID", number), code))


def _period(first: date | None, last: date | None) -> str:
    return node("InvoicePeriod", day("StartDate", first), day("EndDate", last))


def _order(theirs: str, ours: str) -> str:
    number = theirs or (outgoing.ABSENT if ours else "")
    return node("OrderReference", leaf("ID", number), leaf("SalesOrderID", ours))


def _parties(invoice: Invoice) -> tuple[str, ...]:
    city, postcode = outgoing.destination_place(invoice)
    address = node(
        "Address",
        leaf("CityName", city),
        leaf("PostalZone", postcode),
        node("Country", leaf("IdentificationCode", outgoing.destination(invoice))),
    )
    location = node("DeliveryLocation", leaf("ID", invoice.site), address)
    return (
        role("AccountingSupplierParty", invoice.supplier, addressed=invoice.is_ours),
        role(
            "AccountingCustomerParty",
            invoice.buyer,
            registration=invoice.buyer_registration,
            addressed=invoice.is_ours,
        ),
        _named("PayeeParty", invoice.payee),
        _named("TaxRepresentativeParty", invoice.tax_representative),
        node("Delivery", day("ActualDeliveryDate", invoice.delivered_on), location),
        *_payment_means(invoice),
        node("PaymentTerms", leaf("Note", invoice.terms)),
        *(
            node(
                "PrepaidPayment",
                leaf("ID", one.type),
                amount("PaidAmount", one.amount, invoice.currency),
                leaf("InstructionID", one.reason),
            )
            for one in invoice.third_parties
        ),
        *(_prepaid(one, invoice.currency) for one in invoice.prepayments if one.amount is not None),
    )


def _prepaid(one: Prepayment, currency: str) -> str:
    """A payment that was made before; Peru says by a scheme that its number is an invoice's."""
    scheme = ' schemeID="02"' if one.invoice else ""
    return node(
        "PrepaidPayment", leaf("ID", one.invoice or one.reference, scheme), amount("PaidAmount", one.amount, currency)
    )


def _named(element: str, party: Party | None) -> str:
    return "" if party is None else f"<cac:{element}>{party_parts(party, trading=True)}</cac:{element}>"


def _payment_means(invoice: Invoice) -> list[str]:
    due = day("PaymentDueDate", invoice.due_on) if invoice.is_credit else ""
    pairs, further = outgoing.ways_to_pay(
        invoice, default="1" if due or invoice.is_ours or outgoing.has_details(invoice) else ""
    )
    card, mandate = outgoing.means_of_details(invoice, [code for code, _ in pairs] + list(further))
    means = [
        node(
            "PaymentMeans", leaf("PaymentMeansCode", code), due, leaf("PaymentID", outgoing.remittance(invoice)),
            _card(invoice) if k == card else "",
            node(
                "PayeeFinancialAccount", leaf("ID", account.number), leaf("Name", account.holder),
                node("FinancialInstitutionBranch", leaf("ID", account.bic)),
            ),
            _mandate(invoice) if k == mandate else "",
        )
        for k, (code, account) in enumerate(pairs)
    ]  # fmt: skip
    for k, code in enumerate(further, len(pairs)):
        details = (_card(invoice) if k == card else "") + (_mandate(invoice) if k == mandate else "")
        means.append(node("PaymentMeans", leaf("PaymentMeansCode", code), due, details))
    return means


def _card(invoice: Invoice) -> str:
    """BG-18; UBL wants a network, which nobody states."""
    card = invoice.card
    if card is None:
        return ""
    number = leaf("PrimaryAccountNumberID", sendable_card(card.number))
    return node("CardAccount", number, leaf("NetworkID", outgoing.ABSENT), leaf("HolderName", card.holder))


def _mandate(invoice: Invoice) -> str:
    debit = invoice.direct_debit
    if debit is None:
        return ""
    return node("PaymentMandate", leaf("ID", debit.mandate), node("PayerFinancialAccount", leaf("ID", debit.account)))


def _sums(invoice: Invoice) -> tuple[str, ...]:
    currency, percent = invoice.currency, in_percent(invoice.profile)
    rows = (
        node(
            "TaxSubtotal", amount("TaxableAmount", row.taxable, currency), amount("TaxAmount", row.tax, currency),
            tax_category("TaxCategory", row.category, row.percent, exempt=outgoing.exemption(row.exemption)),
        )
        for row in invoice.tax
    )  # fmt: skip
    return (
        *(allowance_charge(one, currency, in_percent=percent) for one in invoice.allowances_charges),
        node("TaxTotal", amount("TaxAmount", invoice.totals.tax, currency), *rows),
        node("TaxTotal", amount("TaxAmount", invoice.totals.accounted, invoice.tax_currency)),
        node("WithholdingTaxTotal", amount("TaxAmount", invoice.totals.withheld, currency)),
        _monetary_total(invoice.totals, currency),
    )


def _monetary_total(totals: InvoiceTotals, currency: str) -> str:
    return node(
        "LegalMonetaryTotal",
        amount("LineExtensionAmount", totals.lines, currency),
        amount("TaxExclusiveAmount", totals.net, currency),
        amount("TaxInclusiveAmount", totals.gross, currency),
        amount("AllowanceTotalAmount", totals.allowances, currency),
        amount("ChargeTotalAmount", totals.charges, currency),
        amount("PrepaidAmount", totals.prepaid, currency),
        amount("PayableRoundingAmount", totals.rounding, currency),
        amount("PayableAmount", totals.payable, currency),
    )


def _lines(invoice: Invoice, kind: str) -> list[str]:
    counted = "CreditedQuantity" if kind == "CreditNote" else "InvoicedQuantity"
    percent = in_percent(invoice.profile)
    return [_line(line, f"{kind}Line", counted, currency=invoice.currency, percent=percent) for line in invoice.lines]


def _line(line: InvoiceLine, name: str, counted: str, *, currency: str, percent: bool) -> str:
    unit = "" if line.quantity is None else line.quantity.unit
    tax = tax_category("ClassifiedTaxCategory", line.tax_category, line.tax_percent)
    return node(
        name,
        leaf("ID", line.id),
        quantity(counted, line.quantity),
        amount("LineExtensionAmount", line.net, currency),
        _period(line.period_from, line.period_to),
        line_reference("OrderLineReference", line.order, "OrderReference"),
        line_reference("DespatchLineReference", line.despatch, "DocumentReference"),
        line_reference("ReceiptLineReference", line.receipt, "DocumentReference"),
        node("Delivery", node("DeliveryLocation", leaf("ID", line.site))),
        *(allowance_charge(one, currency, in_percent=percent) for one in line.allowances_charges),
        item(line.product, line.description, tax=tax),
        price(line.price, line.price_per, unit, currency),
    )
