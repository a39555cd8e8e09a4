"""How a UBL invoice is to be paid, and what moves the amount to pay away from its totals: third parties, tax withheld."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element

from tieout.core.values.money import Money, total
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Sheet, fields, text
from tieout.trade.documents import ThirdPartyAmount

# In other profiles a PrepaidPayment is a part of what is paid already; in this one it comes on top of the invoice.
THIRD_PARTIES: Final = "extension:xrechnung"


def payment_means(root: _Element) -> tuple[str, ...]:
    """The codes (UNTDID 4461) of every way of payment that the document names, in its order, without repeats."""
    codes = (text(fields(means).get(t.PAYMENT_MEANS_CODE)) for means in root.iterchildren(t.PAYMENT_MEANS))
    return tuple(dict.fromkeys(code for code in codes if code))


def third_parties(sheet: Sheet, root: _Element, profile: str) -> tuple[ThirdPartyAmount, ...]:
    """The amounts collected for third parties: those of the XRechnung extension, one of each element."""
    if THIRD_PARTIES not in profile.lower():
        return ()
    amounts = []
    for element in root.iterchildren(t.PREPAID_PAYMENT):
        children = fields(element)
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
        for element in root.iterchildren(t.WITHHOLDING_TAX_TOTAL)
        if (amount := sheet.money(fields(element).get(t.TAX_AMOUNT))) is not None
    ]
    return total(amounts, sheet.currency) if amounts else None
