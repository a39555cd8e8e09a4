"""Credit before the release: what the customer owes and has ordered against its limit, what is overdue, whom policy excludes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding, instant_text
from tieout.core.policy.tolerance import UNSTATED, assess
from tieout.core.values.money import Money, to_places, total
from tieout.core.values.party import normal_id
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence, joined
from tieout.packs.order_to_cash.codes import code
from tieout.packs.order_to_cash.rules import CREDIT, CREDIT_EXCLUSIONS, CREDIT_LIMIT, OVERDUE_DAYS_MAX
from tieout.packs.order_to_cash.sheet import DOCUMENT, Sheet
from tieout.trade.documents import CreditStanding
from tieout.trade.ranking import asked
from tieout.trade.receivables import GoneOut, gone_out
from tieout.trade.selling_keys import credit_key, receivable_key

_IN_ADVANCE = ("prepaid", "prepayment", "in advance", "vorkasse")
# Only the freight is paid in advance, or nothing: such terms exclude nobody from the check.
_OTHERWISE = ("freight", "carriage", "shipping", "fracht", "not ", "no ", "nicht ", "keine ")
_SHOWN = 5
_HOLDS, _NOT = "{rule}: excludes it", "{rule}: no"
_DAYS = re.compile(r"\d\s*(days|tage)\b|\bnet\s*\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """The exclusion rules that were tried, in the order of policy, and whether each holds; the first that holds is the last tried."""

    tried: tuple[tuple[str, bool], ...]

    @property
    def by(self) -> str:
        """The rule that excludes the invoice from the check; "" for none."""
        return next((rule for rule, holds in self.tried if holds), "")

    @property
    def words(self) -> str:
        """The whole trial in words; "" where policy has no rule."""
        if not self.tried:
            return ""
        tried = joined("; ", (Sentence(_HOLDS if holds else _NOT, rule=rule) for rule, holds in self.tried))
        return Sentence("Exclusions tried in this order: {tried}", tried=tried)


def credit(sheet: Sheet) -> Iterator[Finding]:
    """CRD-LIMIT, CRD-OVERDUE and CRD-REVIEW. For an excluded customer they are notes and hold nothing.

    A customer without a master record has no credit to check, and is held for that (AR-CUST-MD).
    """
    if sheet.ruling.value(CREDIT) != "checked" or sheet.invoice.is_credit or sheet.released or not sheet.books.customer:
        return
    trial = exclusions(sheet)
    standing = standing_of(sheet)
    if standing is None:
        yield _review(sheet, trial, reason="the credit system says nothing of this customer", stage="hold")
        return
    yield from _reviews(sheet, trial, standing)
    yield from _limit(sheet, trial, standing)
    yield from _overdue(sheet, trial, standing)


def standing_of(sheet: Sheet) -> CreditStanding | None:
    """The latest credit standing of the customer, for our company that bills or for all of them."""
    customer, entity = sheet.books.customer, sheet.dossier.entity or sheet.invoice.entity
    number = normal_id(customer.number if customer else sheet.invoice.buyer.identifier("ours"))
    standings = [
        standing
        for standing in sheet.books.of(CreditStanding)
        if normal_id(standing.number) == number and standing.entity in {"", entity}
    ]
    same = [standing for standing in standings if standing.receivables.currency == sheet.invoice.currency]
    return max(same or standings, key=lambda standing: (standing.as_of, standing.entity), default=None)


def exclusions(sheet: Sheet) -> Exclusions:
    """Tries the rules of `credit_exclusions` in the order in which policy has them, up to the first that holds."""
    tried: list[tuple[str, bool]] = []
    for rule in sheet.ruling.value(CREDIT_EXCLUSIONS) or ():
        holds = _holds(sheet, rule)
        tried.append((rule, holds))
        if holds:
            break
    return Exclusions(tried=tuple(tried))


def _holds(sheet: Sheet, rule: str) -> bool:
    name, _, value = (part.strip() for part in rule.partition(":"))
    customer = sheet.books.customer
    if name == "prepaid":
        return is_prepaid(sheet)
    if name == "segment":
        return customer is not None and bool(value) and customer.segment.casefold() == value.casefold()
    if name == "category":
        lines = {line.row.line.category.casefold() for line in sheet.lines}
        of_customer = customer is not None and bool(value) and customer.category.casefold() == value.casefold()
        return of_customer or (bool(value) and lines == {value.casefold()})
    if name == "below":
        return _below(asked(sheet.invoice), value)
    return False


def _below(billed: Money, value: str) -> bool:
    """Whether the invoice is below an amount such as "500.00 EUR"; one in another currency excludes nothing.

    An amount of a policy that was accepted before amounts needed a currency counts in every currency.
    """
    amount, _, currency = value.partition(" ")
    try:
        return currency in {billed.currency, UNSTATED} and billed.amount < Decimal(amount)
    except InvalidOperation:
        return False


def is_prepaid(sheet: Sheet) -> bool:
    """Whether nothing is left to pay, or the terms say that all goods are paid in advance (days to pay are credit)."""
    totals = sheet.invoice.totals
    if totals.prepaid is not None and totals.payable is not None and totals.prepaid and totals.payable.minor <= 0:
        return True
    texts = [sheet.invoice.terms, *(order.terms for order in sheet.books.orders.values())]
    terms = next((text for text in texts if text), sheet.books.customer.terms if sheet.books.customer else "")
    wording = terms.casefold()
    clauses = [part for part in re.split(r"[,;.\n]", wording) if not any(word in part for word in _OTHERWISE)]
    return not _DAYS.search(wording) and any(word in part for part in clauses for word in _IN_ADVANCE)


def _on_order(sheet: Sheet, standing: CreditStanding, since: Sequence[GoneOut]) -> Money:
    """What is on order besides what this invoice and those since the figures bill: an order that the credit standing counts becomes
    a receivable."""
    amount, billed = standing.on_order or Money.zero(standing.receivables.currency), asked(sheet.invoice)
    day = standing.as_of.date()
    gone = sum(bill.amount.minor for bill in since if bill.ordered_on is not None and bill.ordered_on <= day)
    orders = sheet.books.orders.values()
    counted = [order for order in orders if order.issue_date and order.issue_date <= day]
    mine = billed.minor if orders and len(counted) == len(orders) else 0
    return Money(max(0, amount.minor - mine - max(0, gone)), amount.currency)


def _limit(sheet: Sheet, trial: Exclusions, standing: CreditStanding) -> Iterator[Finding]:
    tolerance, limit, billed = sheet.ruling.value(CREDIT_LIMIT), standing.limit, asked(sheet.invoice)
    if tolerance is None or limit is None:
        return
    since = _since(sheet, standing, limit.currency)
    gone = total((bill.amount for bill in since), limit.currency)
    parts = [standing.receivables, _on_order(sheet, standing, since), gone, billed]
    if {part.currency for part in parts} != {limit.currency}:
        reason = Sentence(
            "its limit is in {limit}, the invoice in {billed}", limit=limit.currency, billed=billed.currency
        )
        yield _review(sheet, trial, reason=reason, stage="hold")
        return
    made = _over(sheet, trial, standing, parts, since)
    if made is None:
        return
    # Where the credit system's own figures are over the limit with this invoice, these are what a release is bound to.
    alone = _over(sheet, trial, standing, [*parts[:2], Money.zero(limit.currency), billed], ())
    yield made if alone is None else replace(made, evidence_hash=alone.evidence_hash)


def _over(
    sheet: Sheet, trial: Exclusions, standing: CreditStanding, parts: Sequence[Money], since: Sequence[GoneOut]
) -> Finding | None:
    """CRD-LIMIT where these parts together are beyond the limit."""
    tolerance, limit = sheet.ruling.value(CREDIT_LIMIT), standing.limit
    assert tolerance is not None, "what has no tolerance is not compared"
    assert limit is not None, "what has no limit is not compared"
    exposure = Money(sum(part.minor for part in parts), limit.currency)
    assessment = assess(tolerance, expected=limit.amount, actual=exposure.amount, currency=limit.currency)
    if assessment.within or assessment.side != "over":
        return None
    return _finding(
        sheet,
        "CRD-LIMIT",
        trial,
        expected=str(limit),
        actual=str(exposure),
        variance=str(exposure - limit),
        limit=assessment.limit,
        before=_explained(parts, since, standing),
        percent=plain(to_places(assessment.variance / limit.amount * 100, 1)) if limit.amount else "",
    )


def _since(sheet: Sheet, standing: CreditStanding, currency: str) -> list[GoneOut]:
    """What went out to the customer since the credit system's figures, in the limit's currency."""
    customer = sheet.books.customer
    number = customer.number if customer else sheet.invoice.buyer.identifier("ours")
    bills = gone_out(number, standing, sheet.dossier.allocated)
    return [bill for bill in bills if bill.amount.currency == currency]


def _explained(parts: Sequence[Money], since: Sequence[GoneOut], standing: CreditStanding) -> str:
    """How the exposure is made up, in words."""
    owed, ordered, gone, billed = parts
    names = list(dict.fromkeys(bill.number for bill in since))
    values = {"owed": owed, "ordered": ordered, "billed": billed}
    if not since:
        return Sentence("Owed {owed}, on order {ordered}, this invoice {billed}", **values)
    further = [Sentence("{count} more", count=len(names) - _SHOWN)] if len(names) > _SHOWN else []
    return Sentence(
        "Owed {owed}, on order {ordered}, billed since {since} {gone} ({invoices}), this invoice {billed}",
        since=instant_text(standing.as_of),
        gone=gone,
        invoices=joined(", ", [*names[:_SHOWN], *further]),
        **values,
    )


def _overdue(sheet: Sheet, trial: Exclusions, standing: CreditStanding) -> Iterator[Finding]:
    allowed = sheet.ruling.value(OVERDUE_DAYS_MAX)
    if allowed is None or standing.overdue_days <= allowed or (standing.overdue is not None and not standing.overdue):
        return
    days, most = _days(standing.overdue_days), _days(allowed)
    yield _finding(
        sheet,
        "CRD-OVERDUE",
        trial,
        expected=most,
        actual=Sentence("{amount} are {days}", amount=standing.overdue, days=days)
        if standing.overdue is not None
        else days,
        variance=_days(standing.overdue_days - allowed),
        limit=most,
    )


def _days(count: int) -> str:
    return Sentence.counted("{count} day", "{count} days", count)


def _reviews(sheet: Sheet, trial: Exclusions, standing: CreditStanding) -> Iterator[Finding]:
    """A note while the limit holds; it holds the invoice where there is none, expired or never given."""
    if standing.limit is None:
        yield _review(sheet, trial, reason="there is no limit", stage="hold", date=str(standing.review_on or ""))
    elif standing.review_on is not None and standing.review_on < sheet.dossier.at.date():
        yield _review(sheet, trial, reason="", stage="note", date=str(standing.review_on))


def _review(sheet: Sheet, trial: Exclusions, *, reason: str, stage: Stage, date: str = "") -> Finding:
    return _finding(sheet, "CRD-REVIEW", trial, stage=stage, expected="a limit in force", reason=reason, date=date)


def _finding(
    sheet: Sheet,
    name: str,
    trial: Exclusions,
    *,
    stage: Stage = "hold",
    expected: str = "",
    actual: str = "",
    variance: str = "",
    limit: str = "",
    before: str = "",
    percent: str = "",
    reason: str = "",
    date: str = "",
) -> Finding:
    customer = sheet.books.customer
    number = customer.number if customer else sheet.invoice.buyer.identifier("ours")
    return finding(
        code(name),
        DOCUMENT,
        ruling=sheet.ruling,
        stage="note" if trial.by else stage,
        expected=expected,
        actual=actual,
        variance=variance,
        limit=limit,
        at_stake=asked(sheet.invoice),
        awaited=[Awaited(key=key) for key in (credit_key(number), receivable_key(number))],
        trace=joined(". ", (part for part in (before, trial.words) if part)),
        percent=percent,
        reason=reason,
        date=date,
    )
