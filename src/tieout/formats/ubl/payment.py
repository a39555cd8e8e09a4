"""How a UBL invoice is to be paid, and what moves the amount to pay away from its totals: third parties, tax withheld."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element

from tieout.core.values.money import Money, total
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.trade.documents import DirectDebit, PaymentCard, Prepayment, ThirdPartyAmount
from tieout.trade.identifiers import account_form, masked_card

# In other profiles a PrepaidPayment is a part of what is paid already; in this one it comes on top of the invoice.
THIRD_PARTIES: Final = "extension:xrechnung"


def payment_means(sheet: Sheet, root: _Element) -> tuple[str, ...]:
    """The codes (UNTDID 4461) of every way of payment that the document names, in its order, without repeats."""
    codes = (text(sheet.fields(means).get(t.PAYMENT_MEANS_CODE)) for means in sheet.every(root, t.PAYMENT_MEANS))
    return tuple(dict.fromkeys(code for code in codes if code))


def direct_debit(sheet: Sheet, root: _Element) -> DirectDebit | None:
    """The mandate and the debited account of the first means of payment that states any (EN 16931 BG-19)."""
    for means in sheet.every(root, t.PAYMENT_MEANS):
        mandate = sheet.fields(sheet.fields(means).get(t.PAYMENT_MANDATE))
        account = sheet.below(mandate, t.PAYER_FINANCIAL_ACCOUNT, t.ID)
        if number := text(mandate.get(t.ID)):
            return DirectDebit(mandate=number, account=account_form(account))
        if account:
            return DirectDebit(account=account_form(account))
    return None


def card(sheet: Sheet, root: _Element) -> PaymentCard | None:
    """The card of the first means of payment that states one (EN 16931 BG-18): its number is masked, whatever the document shows."""
    for means in sheet.every(root, t.PAYMENT_MEANS):
        stated = sheet.fields(sheet.fields(means).get(t.CARD_ACCOUNT))
        number = text(stated.get(t.PRIMARY_ACCOUNT_NUMBER_ID))
        if number:
            if masked_card(number) != number:
                sheet.remark(WHOLE_CARD, means, rule="BR-51", fatal=False)
            return PaymentCard(number=masked_card(number), holder=text(stated.get(t.HOLDER_NAME)))
    return None


WHOLE_CARD: Final = "a card's number is stated whole; its first six and last four digits were kept"


def prepayments(sheet: Sheet, root: _Element, profile: str, line: str) -> tuple[Prepayment, ...]:
    """What the document states as paid before, part by part: payments, and prepayment invoices that it or one of its lines names.

    A payment's own number is that of a receipt or transfer, except in Peru, where its scheme says that it is an invoice's. Saudi
    lines of prepayments state amount and tax beside the totals.
    """
    stated = []
    for element in sheet.every(root, t.PREPAID_PAYMENT) if THIRD_PARTIES not in profile.lower() else ():
        children = sheet.fields(element)
        name = children.get(t.ID)
        is_invoice = name is not None and name.get("schemeID", "") in _SUNAT_ADVANCES
        number = text(name)
        amount = sheet.money(children.get(t.PAID_AMOUNT))
        stated.append(
            Prepayment(invoice=number if is_invoice else "", reference="" if is_invoice else number, amount=amount)
        )
    references = (sheet.fields(one).get(t.INVOICE_DOCUMENT_REFERENCE) for one in sheet.every(root, t.BILLING_REFERENCE))
    stated += [Prepayment(invoice=number) for one in references if (number := advance_in(sheet.fields(one)))]
    for element in sheet.every(root, line):
        children = sheet.fields(element)
        if (number := advance_of_line(sheet, element)) and not (
            sheet.money(children.get(t.LINE_EXTENSION_AMOUNT)) or 0
        ):
            stated.append(_of_line(sheet, number, children))
    return tuple(dict.fromkeys(stated))


_SUNAT_ADVANCES: Final = frozenset({"02", "03"})
_PREPAYMENT: Final = "386"


def advance_of_line(sheet: Sheet, line: _Element) -> str:
    """The prepayment invoice that a line names, "" where it names none."""
    children = sheet.fields(line)
    if t.DOCUMENT_REFERENCE not in children and t.BILLING_REFERENCE not in children:
        return ""
    for reference in sheet.every(line, t.DOCUMENT_REFERENCE):
        if number := advance_in(sheet.fields(reference)):
            return number
    for reference in sheet.every(line, t.BILLING_REFERENCE):
        if number := advance_in(sheet.fields(sheet.fields(reference).get(t.INVOICE_DOCUMENT_REFERENCE))):
            return number
    return ""


def advance_in(reference: Fields) -> str:
    """The number of a referenced document whose type is a prepayment invoice's."""
    return text(reference.get(t.ID)) if text(reference.get(t.DOCUMENT_TYPE_CODE)) == _PREPAYMENT else ""


def _of_line(sheet: Sheet, number: str, children: Fields) -> Prepayment:
    part = sheet.fields(sheet.fields(children.get(t.TAX_TOTAL)).get(t.TAX_SUBTOTAL))
    taxable, tax = sheet.money(part.get(t.TAXABLE_AMOUNT)), sheet.money(part.get(t.TAX_AMOUNT))
    if taxable is None or tax is None:
        return Prepayment(invoice=number)
    return Prepayment(invoice=number, amount=taxable + tax, tax=tax)


def third_parties(sheet: Sheet, root: _Element, profile: str) -> tuple[ThirdPartyAmount, ...]:
    """The amounts collected for third parties: those of the XRechnung extension, one of each element."""
    if THIRD_PARTIES not in profile.lower():
        return ()
    amounts = []
    for element in sheet.every(root, t.PREPAID_PAYMENT):
        children = sheet.fields(element)
        amount = sheet.money(children.get(t.PAID_AMOUNT))
        if amount is None:
            sheet.remark("an amount for a third party is missing or cannot be read", element, rule="BR-DEX-10")
            continue
        reason = text(children.get(t.INSTRUCTION_ID))
        amounts.append(ThirdPartyAmount(amount=amount, type=text(children.get(t.ID)), reason=reason))
    return tuple(amounts)


def withheld(sheet: Sheet, root: _Element) -> Money | None:
    """The tax that the document says is withheld, all its kinds together; None where no amount can be read."""
    amounts = [
        amount
        for element in sheet.every(root, t.WITHHOLDING_TAX_TOTAL)
        if (amount := sheet.money(sheet.fields(element).get(t.TAX_AMOUNT))) is not None
    ]
    return total(amounts, sheet.currency) if amounts else None
