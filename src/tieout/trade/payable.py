"""The amount to pay, explained: what lies between an invoice's net and tax and the amount that it asks for, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.core.values.made import made_often
from tieout.core.values.money import Money, total
from tieout.trade.arithmetic.measure import slack_of_sum
from tieout.trade.customs import is_whole, rounding_max
from tieout.trade.documents import Invoice
from tieout.trade.expected_tax import stated_tax
from tieout.trade.tax_rules.table import SPLIT

_ITALY: Final = "IT"


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """All amounts as stated, in the invoice's own direction (a credit note's are positive too).

    `due` is net and tax plus the parts that may add to it: rounding below a unit of the currency's coins, third parties' amounts
    that are stated, less tax withheld where that explains what is asked for, less split-payment tax where it is deducted.
    `excess` is what is asked for beyond that, against us: more on an invoice, less given back on a credit note; 0 or less is in
    our favour. `split` is tax that goes to the treasury and not to the seller, `split_asked` whether the seller asks for it.
    """

    asked: Money
    gross: Money
    due: Money
    excess: Money
    third_parties: Money
    withheld: Money
    split: Money
    split_asked: bool


def payable_of(invoice: Invoice) -> Payable | None:
    """The explanation; None where the invoice states no amount to pay, or nothing to compare it with."""
    asked, gross = invoice.totals.payable, gross_of(invoice)
    if asked is None or gross is None or not _one_currency(invoice, asked, gross):
        return None
    currency, nothing = invoice.currency, Money.zero(invoice.currency)
    rounding = rounding_of(invoice)
    third_parties = nothing
    if invoice.third_parties:
        third_parties = total((one.amount for one in invoice.third_parties if one.amount.minor > 0), currency)
    split, prepaid = split_tax(invoice), invoice.totals.prepaid or nothing
    withheld = invoice.totals.withheld or nothing
    before = gross + rounding + third_parties
    explained = withheld and asked in {before - withheld, before - prepaid - withheld}
    if withheld.minor < 0 or not explained:
        withheld = nothing
    due = before - withheld
    split_asked = split.minor > 0 and not invoice.is_credit and asked.minor > (due - split).minor
    if split.minor > 0 and asked == due - split:
        due = asked
    excess = Money((asked.minor - due.minor) * invoice.sign, currency)
    return Payable(
        asked=asked,
        gross=gross,
        due=due,
        excess=excess,
        third_parties=third_parties,
        withheld=withheld,
        split=split,
        split_asked=split_asked,
    )


def rounding_of(invoice: Invoice) -> Money:
    """What the invoice rounds its amount to pay by; nothing where that is no rounding but a unit of the currency or more."""
    rounding = invoice.totals.rounding
    if rounding is None:
        return Money.zero(invoice.currency)
    fits = invoice.is_ours or abs(rounding.amount) < rounding_max(rounding.currency)
    return rounding if fits else Money.zero(rounding.currency)


def gross_of(invoice: Invoice) -> Money | None:
    """Net and tax: what the breakdown and lines come to where the total is not stated; None where nothing says it."""
    sums, tax = invoice.totals, stated_tax(invoice)
    if sums.net is not None:
        added = sums.net + tax if tax is not None else sums.net
        return sums.gross if sums.gross is not None and _is_rounded(invoice, sums.gross - added) else added
    if sums.gross is not None:
        return sums.gross
    if not invoice.lines:
        return None
    net = total((line.net for line in invoice.lines), invoice.currency)
    for entry in invoice.allowances_charges:
        net = net + entry.amount if entry.charge else net - entry.amount
    return net if tax is None else net + tax


def _is_rounded(invoice: Invoice, apart: Money) -> bool:
    """Whether the stated gross is net and tax but for what the invoice's rules, or its currency's custom, leave to rounding."""
    if not apart:
        return True
    addends = len(invoice.lines) + len(invoice.allowances_charges)
    custom = is_whole(invoice.currency) and abs(apart.amount) < 1
    return custom or abs(apart.amount) <= slack_of_sum(invoice, addends)


def split_tax(invoice: Invoice) -> Money:
    """The tax of split payment (category B, between Italians): the buyer's debt to the treasury."""
    if invoice.supplier.country != _ITALY:
        return Money.zero(invoice.currency)
    return total((row.tax for row in invoice.tax if row.category == SPLIT), invoice.currency)


def _one_currency(invoice: Invoice, *amounts: Money) -> bool:
    sums, currency = invoice.totals, invoice.currency
    stated = [*amounts, sums.net, sums.tax, sums.gross, sums.prepaid, sums.rounding, sums.withheld]
    stated += [row.tax for row in invoice.tax]
    stated += [line.net for line in invoice.lines]
    stated += [one.amount for one in invoice.third_parties]
    stated += [entry.amount for entry in invoice.allowances_charges]
    return not [amount for amount in stated if amount is not None and amount.currency != currency]
