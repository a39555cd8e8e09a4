"""UBL invoices, credit notes and debit notes, self-billed ones and freight invoices too, as canonical invoices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from lxml.etree import _Element

from tieout.core.values.money import Money, extend
from tieout.core.values.sentence import Sentence
from tieout.formats.ubl import parties, parts, payment
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.repeated import remark_repeats
from tieout.formats.ubl.repeats import ONCE_BY_STANDARD, RULES_OF_STANDARD
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.formats.ubl.taxes import accounted, read_taxes, remark_schemes
from tieout.formats.units_priced import is_literal, proven_base, words_on
from tieout.trade.arithmetic.measure import claims_standard
from tieout.trade.credit_reasons import of_reason
from tieout.trade.document_types import DocumentType, classify, type_list_of
from tieout.trade.document_types.untdid import EN_16931
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from tieout.trade.documents.invoice import GivesBack, InvoiceKind
from tieout.trade.tax_rules.families import family_of

_ONE: Final = Decimal(1)
# EN 16931 allows them in a CreditNote alone; 81 is allowed in both.
_CREDIT_NOTES_ONLY: Final = frozenset(row.code for row in EN_16931.values() if row.credit) - {"81"}
_SUB_LINES: Final = "extended-ctc-fr"
_NO_DETAIL: Final = frozenset({"GROUP", "INFORMATION"})
_SUBJECT: Final = re.compile(r"^#[A-Z]{3}#\s*")  # EN 16931 prefixes a note with its subject code (UNTDID 4451)
_PRECEDING: Final = (
    t.INVOICE_DOCUMENT_REFERENCE, t.SELF_BILLED_INVOICE_DOCUMENT_REFERENCE, t.CREDIT_NOTE_DOCUMENT_REFERENCE,
    t.SELF_BILLED_CREDIT_NOTE_DOCUMENT_REFERENCE, t.DEBIT_NOTE_DOCUMENT_REFERENCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What differs between the invoice-like documents: kind, default type code (UNTDID 1001), names of line and totals."""

    kind: InvoiceKind
    type_code: str
    line: str = t.INVOICE_LINE
    quantity: str = t.INVOICED_QUANTITY
    totals: str = t.LEGAL_MONETARY_TOTAL


def read_invoice(sheet: Sheet, root: _Element, shape: Shape) -> Invoice:
    """The canonical invoice of a root element; what is missing or wrong becomes remarks on the sheet."""
    children = sheet.fields(root)
    profile = text(children.get(t.CUSTOMIZATION_ID))
    supplier = parties.party_in(sheet, children.get(t.ACCOUNTING_SUPPLIER_PARTY, children.get(t.SELLER_SUPPLIER_PARTY)))
    type_code, type_list = _type_code(children, shape)
    around = f"{profile} {text(children.get(t.PROFILE_ID))}"
    kind = _kind(shape, classify(type_code, type_list=type_list, profile=around, country=supplier.country))
    totals, tax = _totals(sheet, root, children, shape, profile=profile)
    delivery = sheet.fields(children.get(t.DELIVERY))
    literal, own = is_literal(profile), text(children.get(t.ID)) if _SUB_LINES in profile.lower() else ""
    payee, representative = children.get(t.PAYEE_PARTY), children.get(t.TAX_REPRESENTATIVE_PARTY)
    days = sheet.fields(children.get(t.INVOICE_PERIOD))
    invoice = Invoice(
        kind=kind,
        number=text(children.get(t.ID)),
        issue_date=sheet.day(children.get(t.ISSUE_DATE)),
        currency=sheet.currency,
        supplier=supplier,
        buyer=parties.party_in(sheet, children.get(t.ACCOUNTING_CUSTOMER_PARTY, children.get(t.BUYER_CUSTOMER_PARTY))),
        lines=parts.with_distinct_ids(
            sheet,
            [
                _line(sheet, line, shape, at, literal=literal)
                for at, line in enumerate(sheet.every(root, shape.line), 1)
                if not _bills_nothing(sheet, line, own)
            ],
        ),
        totals=totals,
        tax=tax,
        allowances_charges=parts.allowances_charges(sheet, root) if t.ALLOWANCE_CHARGE in children else (),
        type_code=type_code,
        due_on=_due_on(sheet, root, children),
        delivered_on=sheet.day(delivery.get(t.ACTUAL_DELIVERY_DATE)),
        tax_point_on=sheet.day(children.get(t.TAX_POINT_DATE)),
        order_number=parts.order_number(sheet, children),
        despatch_number=sheet.below(children, t.DESPATCH_DOCUMENT_REFERENCE, t.ID),
        receipt_number=sheet.below(children, t.RECEIPT_DOCUMENT_REFERENCE, t.ID),
        contract_number=sheet.below(children, t.CONTRACT_DOCUMENT_REFERENCE, t.ID),
        preceding=tuple(dict.fromkeys(number for number in _preceding(sheet, root) if number != own)),
        accounts=parties.accounts(sheet, root) if t.PAYMENT_MEANS in children else (),
        payee=None if payee is None else parties.party(sheet, payee),
        terms=parts.terms(sheet, root) if t.PAYMENT_TERMS in children else "",
        site=parts.site(sheet, children),
        tax_currency=text(children.get(t.TAX_CURRENCY_CODE)),
        notes=tuple(_SUBJECT.sub("", note) for note in _notes(sheet, root)) if t.NOTE in children else (),
        profile=profile,
        buyer_reference=text(children.get(t.BUYER_REFERENCE)),
        gives_back=_gives_back(sheet, children, root, profile=profile),
        credit_reason=_credit_reason(sheet, children),
        type_list=type_list,
        process=text(children.get(t.PROFILE_ID)),
        payment_means=payment.payment_means(sheet, root) if t.PAYMENT_MEANS in children else (),
        direct_debit=payment.direct_debit(sheet, root) if t.PAYMENT_MEANS in children else None,
        card=payment.card(sheet, root) if t.PAYMENT_MEANS in children else None,
        prepayments=payment.prepayments(sheet, root, profile, shape.line),
        third_parties=payment.third_parties(sheet, root, profile) if t.PREPAID_PAYMENT in children else (),
        tax_representative=None if representative is None else parties.party(sheet, representative),
        buyer_registration=parties.registration(sheet, children.get(t.ACCOUNTING_CUSTOMER_PARTY)),
        deliver_to=parts.delivery_country(sheet, delivery),
        period_from=sheet.day(days.get(t.START_DATE), fatal=False),
        period_to=sheet.day(days.get(t.END_DATE), fatal=False),
    )
    _remark_what_is_missing(sheet, root, children, invoice)
    if claims_standard(invoice) and family_of(invoice).standard:
        remark_repeats(sheet, root, ONCE_BY_STANDARD, RULES_OF_STANDARD)
        remark_schemes(sheet, root, shape.line)
    return invoice


def _bills_nothing(sheet: Sheet, line: _Element, own: str) -> bool:
    """Whether a line of EXTENDED-CTC-FR sums up or describes others: it says so beside a reference to its own invoice (`own`)."""
    if not own:
        return False
    for reference in sheet.every(line, t.BILLING_REFERENCE):
        named = sheet.fields(sheet.fields(reference).get(t.INVOICE_DOCUMENT_REFERENCE))
        status = text(named.get(t.DOCUMENT_STATUS_CODE))
        if text(named.get(t.ID)) == own and status in _NO_DETAIL:
            given = text(sheet.fields(line).get(t.ID))
            words = Sentence("line {given} is marked {status} and bills nothing by itself", given=given, status=status)
            sheet.remark(words, line, fatal=False)
            return True
    return False


def _line(sheet: Sheet, line: _Element, shape: Shape, position: int, *, literal: bool) -> InvoiceLine:
    children = sheet.fields(line)
    item = sheet.fields(children.get(t.ITEM))
    quantity = sheet.quantity(children.get(shape.quantity))
    unit = "" if quantity is None else quantity.unit
    price, per, other = parts.price(sheet, children.get(t.PRICE), unit)
    if other and unit:
        per = parts.per_in_unit(sheet, per, other, unit, at=children[t.PRICE])
    category, percent = parts.line_tax(sheet, children, item)
    net = sheet.money(children.get(t.LINE_EXTENSION_AMOUNT))
    if net is None:
        value = Decimal(0) if quantity is None or price is None else price * quantity.value
        net = extend(value, _ONE, per=per, currency=sheet.currency)
        sheet.remark(Sentence("the line has no net amount; price × quantity gives {net}", net=net), line, rule="BR-24")
    entries = parts.allowances_charges(sheet, line) if t.ALLOWANCE_CHARGE in children else ()
    if not literal and proven_base(price, per, quantity, net, entries) != per:
        sheet.remark(words_on(per, net), line, fatal=False)
        per = _ONE
    if not text(children.get(t.ID)):
        sheet.remark(
            Sentence("the line has no identifier; it is number {position} in the document", position=position),
            line,
            rule="BR-21",
        )
    for tag in (t.SUB_INVOICE_LINE, t.SUB_CREDIT_NOTE_LINE):
        if tag in children:
            sheet.remark("the line is split into sub-lines; they were not read one by one", children[tag], fatal=False)
    days = sheet.fields(children.get(t.INVOICE_PERIOD))
    return InvoiceLine(
        id=text(children.get(t.ID)) or str(position),
        net=net,
        quantity=quantity,
        price=price,
        price_per=per,
        order=parts.line_reference(sheet, line, children, t.ORDER_LINE_REFERENCE),
        despatch=parts.line_reference(sheet, line, children, t.DESPATCH_LINE_REFERENCE),
        receipt=parts.line_reference(sheet, line, children, t.RECEIPT_LINE_REFERENCE),
        product=parts.product(sheet, item),
        description=parts.description(item),
        allowances_charges=entries,
        tax_category=category,
        tax_percent=percent,
        site=parts.site(sheet, children) if t.DELIVERY in children else "",
        period_from=sheet.day(days.get(t.START_DATE)),
        period_to=sheet.day(days.get(t.END_DATE)),
        prepayment=payment.advance_of_line(sheet, line),
    )


def _totals(
    sheet: Sheet, root: _Element, children: Fields, shape: Shape, *, profile: str
) -> tuple[InvoiceTotals, tuple[TaxSubtotal, ...]]:
    stated = sheet.fields(children.get(shape.totals, children.get(t.LEGAL_MONETARY_TOTAL)))
    lines = sheet.money(stated.get(t.LINE_EXTENSION_AMOUNT))
    allowances = sheet.money(stated.get(t.ALLOWANCE_TOTAL_AMOUNT))
    charges = sheet.money(stated.get(t.CHARGE_TOTAL_AMOUNT))
    net, gross = sheet.money(stated.get(t.TAX_EXCLUSIVE_AMOUNT)), sheet.money(stated.get(t.TAX_INCLUSIVE_AMOUNT))
    between = None if net is None or gross is None else gross - net
    tax, subtotals = read_taxes(sheet, root, between) if t.TAX_TOTAL in children else (None, ())
    if profile.startswith("OIOUBL") and lines is not None:
        # OIOUBL states the tax itself under this name, so the net has to be calculated.
        none = Money.zero(sheet.currency)
        tax = net if tax is None else tax
        net = lines - (allowances or none) + (charges or none)
    totals = InvoiceTotals(
        lines=lines,
        allowances=allowances,
        charges=charges,
        net=net,
        tax=tax,
        gross=gross,
        prepaid=sheet.money(stated.get(t.PREPAID_AMOUNT)),
        rounding=sheet.money(stated.get(t.PAYABLE_ROUNDING_AMOUNT)),
        payable=sheet.money(stated.get(t.PAYABLE_AMOUNT)),
        withheld=payment.withheld(sheet, root) if t.WITHHOLDING_TAX_TOTAL in children else None,
        accounted=accounted(sheet, root) if t.TAX_CURRENCY_CODE in children else None,
    )
    return totals, subtotals


def _type_code(children: Fields, shape: Shape) -> tuple[str, str]:
    """The code, the root element's own where there is none, and whose list it is from."""
    element = children.get(t.INVOICE_TYPE_CODE, children.get(t.CREDIT_NOTE_TYPE_CODE))
    attributes = {} if element is None else {str(name): str(value) for name, value in element.attrib.items()}
    type_list = type_list_of(process=text(children.get(t.PROFILE_ID)), attributes=attributes)
    return text(element) or shape.type_code, type_list


def _kind(shape: Shape, row: DocumentType | None) -> InvoiceKind:
    """A code of a credit note makes any root one; a credit note stays one whatever its code."""
    return "credit_note" if row is not None and row.credit else shape.kind


def _due_on(sheet: Sheet, root: _Element, children: Fields) -> date | None:
    if (stated := children.get(t.DUE_DATE)) is not None:
        return sheet.day(stated)
    for tag in (t.PAYMENT_MEANS, t.PAYMENT_TERMS):
        for one in sheet.every(root, tag):
            if (stated := sheet.fields(one).get(t.PAYMENT_DUE_DATE)) is not None:
                return sheet.day(stated)
    return None


def _preceding(sheet: Sheet, root: _Element) -> Iterator[str]:
    """The invoices that this one corrects or completes: the header's first, then those that a line names."""
    for reference in (*sheet.every(root, t.BILLING_REFERENCE), *root.iter(t.BILLING_REFERENCE)):
        children = sheet.fields(reference)
        for tag in _PRECEDING:
            if number := sheet.below(children, tag, t.ID):
                yield number


def _gives_back(sheet: Sheet, children: Fields, root: _Element, *, profile: str) -> GivesBack:
    """What the reasons of a credit note say that it gives back; "" where they do not say, or not the same."""
    listed = f"{profile} {text(children.get(t.PROFILE_ID))}"
    meant: set[GivesBack] = set()
    for response in sheet.every(root, t.DISCREPANCY_RESPONSE):
        code = sheet.fields(response).get(t.RESPONSE_CODE)
        if code is not None:
            named = " ".join((listed, *code.attrib.values()))
            meant.add(of_reason(text(code), listed=named))
    meant.discard("")
    return meant.pop() if len(meant) == 1 else ""


def _credit_reason(sheet: Sheet, children: Fields) -> str:
    response = sheet.fields(children.get(t.DISCREPANCY_RESPONSE))
    return " ".join(filter(None, (text(response.get(t.RESPONSE_CODE)), text(response.get(t.DESCRIPTION)))))


def _notes(sheet: Sheet, element: _Element) -> Iterator[str]:
    return (note for one in sheet.every(element, t.NOTE) if (note := text(one)))


def _joined(notes: Iterator[str]) -> str:
    return "\n".join(dict.fromkeys(notes))


def _remark_what_is_missing(sheet: Sheet, root: _Element, children: Fields, invoice: Invoice) -> None:
    if not invoice.number:
        sheet.remark("the invoice has no number (cbc:ID)", root, rule="BR-02")
    if t.ISSUE_DATE not in children:
        sheet.remark("the invoice has no issue date (cbc:IssueDate)", root, rule="BR-03")
    if not text(children.get(t.INVOICE_TYPE_CODE, children.get(t.CREDIT_NOTE_TYPE_CODE))) and claims_standard(invoice):
        sheet.remark("the document has no type code; it was read as an invoice", root, rule="BR-04")
    if not invoice.supplier.name:
        sheet.remark("the invoice does not name its seller", root, rule="BR-06")
    if not invoice.lines:
        sheet.remark("the invoice has no lines", root, rule="BR-16")
    if invoice.totals.payable is None:
        sheet.remark("the invoice does not state the amount payable (cbc:PayableAmount)", root, rule="BR-15")
    # A national list may use one root element for both.
    if invoice.type_code in _CREDIT_NOTES_ONLY and not invoice.type_list and root.tag.endswith("}Invoice"):
        words = "an Invoice with the type code of a credit note ({code}), read as one: use the CreditNote document"
        sheet.remark(Sentence(words, code=invoice.type_code), root, rule="BR-CL-01")
