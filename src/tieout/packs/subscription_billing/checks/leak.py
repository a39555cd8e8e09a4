"""What a subscription could have been billed for and was not: billable less billed, for every period that is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import assess
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.values.calendar import add
from tieout.core.values.money import Money, is_currency, total
from tieout.core.values.sentence import Sentence, as_sentence, joined
from tieout.packs.subscription_billing.charges import charge_of, is_once, money_of
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.invoiced import Invoiced, invoiced
from tieout.packs.subscription_billing.ledger import Billed, Usedup, rounding, used_up
from tieout.packs.subscription_billing.milestones import accepted_of, milestone_of
from tieout.packs.subscription_billing.sheet import billed_periods, contracts, of_contracts, of_type
from tieout.packs.subscription_billing.usage import Reliance, reliance_on
from tieout.trade.books import choose
from tieout.trade.contract_periods import DAY, Days, end_of
from tieout.trade.contract_terms import Terms, Version
from tieout.trade.documents import InvoiceLine, LineReference, Meter, Milestone, Subscription, UsageStatement
from tieout.trade.rules import LEAK_WINDOW, LINE_TOTAL
from tieout.trade.selling_keys import billed_key, milestone_key, subscription_key, usage_key

_DONE: Final = 100
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A period of one line that is over and not billed. `amount` None: not known, as usage is not complete."""

    line: str
    days: Days
    amount: Money | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A subscription with all that it could be billed for. `terms` are those that hold by now."""

    dossier: Dossier
    terms: Terms
    ledger: Usedup
    milestones: tuple[Milestone, ...]
    statements: tuple[UsageStatement, ...]
    meters: tuple[Meter, ...]
    ruling: Ruling
    invoices: Invoiced = Invoiced()

    @property
    def currency(self) -> str:
        """The contract's currency."""
        return self.terms.subscription.currency

    def is_over(self, end: datetime) -> bool:
        """Whether the time that billing has after this end is over."""
        return self.due_at(end) <= self.dossier.at

    def due_at(self, end: datetime) -> datetime:
        """When the time that billing has is over."""
        window, hours = self.ruling.value(LEAK_WINDOW), self.ruling.value(HOURS)
        return _NEVER if window is None or hours is None else add(window, end, hours)


def watch(dossier: Dossier, subscription: Subscription, ruling: Ruling) -> Watch:
    """Match a subscription against its amendments, usage and milestones, and what was billed of it."""
    chosen = choose(dossier)
    evidence = of_contracts(chosen, ())
    documents = [subscription, *(recorded.document for recorded in evidence)]
    ledger = used_up(chosen.ledger(subscription_key(subscription.number, dossier.claim.book)), dossier.allocated)
    terms = contracts(documents)[subscription.number.strip()]
    for name in terms.lines:
        terms = terms.as_billed(name, billed_periods(ledger, name))
    return Watch(
        dossier=dossier,
        terms=terms,
        ledger=ledger,
        milestones=tuple(of_type(documents, Milestone)),
        statements=tuple(of_type(documents, UsageStatement)),
        meters=tuple(of_type(documents, Meter)),
        ruling=ruling,
        invoices=invoiced(dossier, evidence, subscription.number.strip()),
    )


def open_items_of(here: Watch) -> dict[str, tuple[Open, ...]]:
    """What each line could be billed for and is not, by line; nothing in a currency that nobody can bill."""
    return {name: tuple(open_of(here, name)) for name in here.terms.lines} if is_currency(here.currency) else {}


def is_moved_by_invoices(here: Watch, open_items: Mapping[str, Sequence[Open]]) -> bool:
    """Whether an invoice that asks for something changes the verdict, before it is billed: where usage is not known, or a milestone is
    not accepted."""
    unknown = any(item.amount is None for items in open_items.values() for item in items)
    return unknown or any(_unasked(here, name) is not None for name in open_items)


def leaks(here: Watch, open_items: Mapping[str, Sequence[Open]]) -> Iterator[Finding]:
    """BIL-LEAK for each line with its money, and BIL-USG-LATE for periods whose usage is not known."""
    if not is_currency(here.currency):
        reason = Sentence(
            "subscription {subscription} is in {currency}, which nobody can bill",
            subscription=here.terms.subscription.number,
            currency=here.currency or Sentence("no currency"),
        )
        yield finding(code("BIL-SANE"), DOCUMENT, ruling=here.ruling, actual=here.currency, reason=reason)
        return
    if here.terms.fault:
        reason = Sentence(
            "subscription {subscription}: {fault}",
            subscription=here.terms.subscription.number,
            fault=as_sentence(here.terms.fault),
        )
        yield finding(code("BIL-SANE"), DOCUMENT, ruling=here.ruling, actual=here.terms.fault, reason=reason)
    for name, items in open_items.items():
        priced = [item for item in items if item.amount is not None]
        if priced:
            amount = total((item.amount for item in priced if item.amount is not None), here.currency)
            yield _leak(here, name, amount, priced)
        for item in items:
            # Where an invoice asks for it, the missing usage is that invoice's case.
            if item.amount is None and not any(here.invoices.of(name, item.days.first.isoformat())):
                yield _unknown(here, item)
        yield from _unaccepted(here, name)


def _unaccepted(here: Watch, name: str) -> Iterator[Finding]:
    """BIL-MILE for a milestone that is reached and not accepted by the customer, once the time for billing it is over: no invoice bills
    it, or asks for it."""
    reached = _unasked(here, name)
    if reached is None or any(here.invoices.of(name, "once")):
        return
    number = here.terms.subscription.number
    exact = charge_of(here.terms, name, here.terms.lines[name][-1].days)
    yield finding(
        code("BIL-MILE"),
        name,
        ruling=here.ruling,
        stage="hold",
        expected="accepted",
        actual=reached.name or reached.number,
        at_stake=None if exact is None else money_of(exact, here.currency),
        awaited=[Awaited(key=key) for key in (milestone_key(number), milestone_key(reached.number))],
        reason=Sentence(
            "it is reached since {since}, and no invoice of {number} bills it",
            since=_since(here, reached).date(),
            number=number,
        ),
    )


def _unasked(here: Watch, name: str) -> Milestone | None:
    """The milestone of a line that is done and not accepted, once the time for billing it is over; None where there is none."""
    reached = _reached(here, name)
    return reached if reached is not None and here.is_over(_since(here, reached)) else None


def _reached(here: Watch, name: str) -> Milestone | None:
    """The milestone of a line that is done and not accepted; None where there is none, or the line is billed."""
    versions = here.terms.lines[name]
    if not versions or versions[0].line.basis != "milestone" or here.ledger.at(f"{name}/once").days > 0:
        return None
    line = InvoiceLine(id="", net=Money.zero(here.currency), order=LineReference(line=name))
    milestone = milestone_of(versions[-1], line, here.terms.subscription.number.strip(), here.milestones)
    return milestone if milestone is not None and not milestone.accepted and milestone.percent >= _DONE else None


def _since(here: Watch, milestone: Milestone) -> datetime:
    return milestone.occurred_at or here.dossier.received_at


def open_of(here: Watch, name: str) -> Iterator[Open]:
    """The periods of one line that are over and not billed, oldest first."""
    versions = here.terms.lines[name]
    if versions and versions[-1].line.basis == "prepaid":
        return
    if versions and is_once(versions[-1].line):
        yield from _once(here, name)
        return
    for period in here.terms.periods(name, until=here.dossier.at.date()):
        if here.is_over(end_of(period, zone=here.terms.zone)):
            version = here.terms.on(name, period.first)
            assert version is not None, "a period has a version"
            yield from (_usage if version.line.basis == "usage" else _recurring)(here, version, period)


def watching(here: Watch) -> Iterator[Awaited]:
    """When the next period will have been over for too long: it is then tied out again, though nothing came."""
    until = here.dossier.at.date()
    for name, versions in here.terms.lines.items():
        if versions and (reached := _reached(here, name)) is not None:
            ends = [_since(here, reached)]
        elif versions and is_once(versions[-1].line):
            ends = [end] if (end := _end_of_once(here, name)) is not None else []
        else:
            ends = [end_of(period, zone=here.terms.zone) for period in here.terms.periods(name, until=until)]
            coming = versions[-1].days.last if versions else until
            if not ends and versions and coming > until:
                ends = [end_of(Days(first=versions[0].days.first, last=versions[0].days.first), zone=here.terms.zone)]
        dues = [due for due in map(here.due_at, ends) if due > here.dossier.at]
        if dues and min(dues) < _NEVER:
            yield Awaited(key=billed_key(subscription_key(here.terms.subscription.number)), until=min(dues))


def _recurring(here: Watch, version: Version, period: Days) -> Iterator[Open]:
    name, rest = version.line.id, [period]
    residue = 0
    for billed in here.ledger.of(name):
        if billed.period is None:
            residue += billed.minor if _begins_in(billed, period) else 0
            continue
        rest = [left for days in rest for left in _without(days, billed.period)]
        if period.first <= billed.period.first <= period.last:
            yield from _short(here, version, billed, billed.period, None)
    for left in rest:
        exact = charge_of(here.terms, name, left)
        amount = Money(money_of(exact, here.currency).minor - residue, here.currency) if exact else None
        residue = 0
        if amount is not None and amount.minor > 0:
            yield Open(
                line=name,
                days=left,
                amount=amount,
                reason=Sentence("{amount} for {left}", amount=amount, left=left.words),
            )


def _usage(here: Watch, version: Version, period: Days) -> Iterator[Open]:
    name = version.line.id
    reliance = reliance_on(here.terms, name, period, here.statements, here.meters)
    slot = _billed_in(here, name, period)
    if not reliance.is_complete:
        if slot.days <= 0:
            yield Open(line=name, days=period, amount=None, reason=reliance.lacking)
        return
    if slot.days > 0:
        yield from _short(here, version, slot, period, reliance)
        return
    exact = charge_of(here.terms, name, period, reliance.used)
    amount = Money(money_of(exact, here.currency).minor - slot.minor, here.currency) if exact else None
    if amount is not None and amount.minor > 0:
        words = _BY_DAYS if reliance.unstated else _FOR
        yield Open(line=name, days=period, amount=amount, reason=Sentence(words, amount=amount, period=period.words))


def _billed_in(here: Watch, name: str, period: Days) -> Billed:
    """What is billed of a period: on its place, and on those of parts of it that have lines of their own."""
    whole = here.ledger.at(f"{name}/{period.first.isoformat()}")
    parts = [
        billed
        for billed in here.ledger.of(name)
        if billed.slot != whole.slot and billed.period is not None and billed.period.within(period) == billed.period
    ]
    return replace(
        whole,
        days=whole.days + sum(part.days for part in parts),
        minor=whole.minor + sum(part.minor for part in parts),
        by=tuple(name for billed in (whole, *parts) for name in billed.by),
        given=whole.given + sum(part.given for part in parts),
    )


_FOR, _BY_DAYS = "{amount} for {period}", "{amount} for {period}, by days, as usage is not stated by part"


def _short(here: Watch, version: Version, billed: Billed, days: Days, reliance: Reliance | None) -> Iterator[Open]:
    """Billed for less than is due, beyond what policy tolerates."""
    exact = charge_of(here.terms, version.line.id, days, reliance.used if reliance else None)
    tolerance = here.ruling.value(LINE_TOTAL)
    if exact is None or tolerance is None:
        return
    if reliance is not None and reliance.unstated:
        return  # what was used in which part is not stated, so nothing is known to be missing
    due, had = money_of(exact, here.currency), Money(billed.minor, here.currency)
    # Each of several invoices that bill the place has rounded by itself.
    if (
        had < due
        and due.minor - had.minor > rounding(billed)
        and not assess(tolerance, expected=due.amount, actual=had.amount, currency=here.currency).within
    ):
        yield Open(
            line=version.line.id,
            days=days,
            amount=due - had,
            reason=Sentence("{short} of {due} for {days}", short=due - had, due=due, days=days.words),
        )


def _once(here: Watch, name: str) -> Iterator[Open]:
    end = _end_of_once(here, name)
    if end is None or not here.is_over(end):
        return
    accepted = accepted_of(here.terms, name, here.milestones)
    version = here.terms.once(name, accepted.occurred_at if accepted else None)
    billed = here.ledger.at(f"{name}/once")
    if billed.days > 0:
        yield from _short(here, version, billed, version.days, None)
        return
    exact = charge_of(here.terms, name, version.days)
    amount = Money(money_of(exact, here.currency).minor - billed.minor, here.currency) if exact else None
    if amount is not None and amount.minor > 0:
        what = Sentence("milestone {number}", number=accepted.number) if accepted else Sentence("once")
        days = Days(first=end.date(), last=end.date())
        yield Open(line=name, days=days, amount=amount, reason=Sentence("{amount}, {what}", amount=amount, what=what))


def _end_of_once(here: Watch, name: str) -> datetime | None:
    """When something charged once could be billed: from its acceptance, or from its first day; None: not yet."""
    first = here.terms.lines[name][0]
    if first.line.basis != "milestone":
        day = first.days.first
        return end_of(Days(first=day, last=day), zone=here.terms.zone) if day.year > 1 else None
    accepted = accepted_of(here.terms, name, here.milestones)
    return None if accepted is None else accepted.occurred_at or here.dossier.received_at


def _begins_in(billed: Billed, period: Days) -> bool:
    return str(period.first) <= billed.slot.rpartition("/")[2] <= str(period.last)


def _without(days: Days, gone: Days) -> Iterator[Days]:
    if gone.within(days) is None:
        yield days
        return
    if days.first < gone.first:
        yield Days(first=days.first, last=gone.first - DAY)
    if gone.last < days.last:
        yield Days(first=gone.last + DAY, last=days.last)


def _leak(here: Watch, name: str, amount: Money, open_items: Sequence[Open]) -> Finding:
    number = here.terms.subscription.number
    shown = [item.reason for item in open_items[:6]] + (
        [Sentence("{count} more", count=len(open_items) - 6)] if len(open_items) > 6 else []
    )
    return finding(
        code("BIL-LEAK"),
        name,
        ruling=here.ruling,
        expected=str(amount),
        actual=str(Money.zero(amount.currency)),
        variance=str(amount),
        at_stake=amount,
        awaited=[Awaited(key=billed_key(subscription_key(number)))],
        date=str(min(item.days.last for item in open_items)),
        contract=number,
        reason=Sentence("{number}/{line}: {items}", number=number, line=name, items=joined("; ", shown)),
    )


def _unknown(here: Watch, item: Open) -> Finding:
    version = here.terms.on(item.line, item.days.first)
    assert version is not None, "a period has a version"
    account = here.terms.subscription.account
    return finding(
        code("BIL-USG-LATE"),
        f"{item.line}/{item.days.first}",
        ruling=here.ruling,
        stage="hold",
        expected="a complete statement",
        actual=item.reason,
        awaited=[Awaited(key=usage_key(version.line.meter, account, item.days.first))],
        place=version.line.meter,
        account=account,
        date=item.days.words,
        reason=Sentence("{reason}, and nothing is billed for it", reason=as_sentence(item.reason)),
    )
