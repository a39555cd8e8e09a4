"""What all arithmetic rules share: how a contradiction is reported, the rules' tolerances, price × quantity."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.values.money import Money, exponent
from tieout.trade.customs import rounding_unit
from tieout.trade.documents import AllowanceCharge, Invoice

EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
CODE: Final = "DOC-EINV"
_CENTS: Final = Decimal("0.02")
_HALF_A_CENT: Final = Decimal("0.005")
_CENT_AN_ADDEND: Final = Decimal("0.01")


def contradiction(rule: str, where: str, message: str, *, fatal: bool = True) -> Remark:
    """A remark that two figures of one document disagree."""
    return Remark(code=CODE, rule=rule, where=where, message=message, fatal=fatal)


def claims_standard(invoice: Invoice) -> bool:
    """Whether the invoice claims to follow EN 16931, and so must carry what the standard demands."""
    return "en16931" in invoice.profile.lower()


def is_minimum(invoice: Invoice) -> bool:
    """Whether the invoice is of the Factur-X MINIMUM profile, which has no place for lines, their sum and what is paid already."""
    return "minimum" in invoice.profile.lower()


def slack_of_rounding(currency: str) -> Decimal:
    """What the rules leave open by rounding every sum to two decimals: nothing, but in currencies that have three or more."""
    return _HALF_A_CENT if exponent(currency) > 2 else Decimal(0)


def slack_of_sum(invoice: Invoice, addends: int) -> Decimal:
    """How far a document total may be from its addends, in the currency's major unit."""
    if "extended" in invoice.profile.lower():
        return _CENT_AN_ADDEND * addends
    return slack_of_rounding(invoice.currency)


@lru_cache(maxsize=256)
def slack_of_extension(currency: str) -> Decimal:
    """How far price × quantity may be from the net amount on the line, in the currency's major unit."""
    return max(_CENTS, rounding_unit(currency))


def holds_extension(invoice: Invoice, apart: Decimal) -> bool:
    """Whether a price × quantity that is this far off holds the invoice.

    Peppol and XRechnung invoices promise the rule; in others, which may round as they like, less than a whole unit is
    only noted: the bound that the CEN rules themselves have for what is calculated.
    """
    return is_promised(invoice) or apart >= 1


def is_promised(invoice: Invoice) -> bool:
    """Whether the profile has a rule of its own on price × quantity (Peppol, XRechnung)."""
    profile = invoice.profile.lower()
    return "peppol" in profile or "xrechnung" in profile


def extended(price: Decimal, quantity: Decimal, per: Decimal) -> Decimal:
    """Price × quantity ÷ per, not rounded."""
    return EXACT.divide(EXACT.multiply(price, quantity), per)


def shown(amount: Decimal, currency: str) -> str:
    """An amount for a sentence, rounded to the currency's minor unit: "357.00 EUR"."""
    return str(Money.rounded(amount, currency))


def signed_sum(entries: tuple[AllowanceCharge, ...]) -> Decimal:
    """Charges less allowances, in the major unit."""
    return sum((entry.amount.amount if entry.charge else -entry.amount.amount for entry in entries), Decimal(0))
