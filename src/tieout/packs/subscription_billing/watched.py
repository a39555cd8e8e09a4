"""The watched claims: a subscription and its billing, an amendment on its way to every system, unmapped usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tieout.core.documents.acceptance import Release
from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import Weighed, apply
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT, no_policy, verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.money import Money, total
from tieout.packs.subscription_billing.checks import amendment as changes
from tieout.packs.subscription_billing.checks import leak, unmapped
from tieout.packs.subscription_billing.codes import TAXONOMY, code
from tieout.packs.subscription_billing.needs import invoiced_keys
from tieout.packs.subscription_billing.rows import marks
from tieout.packs.subscription_billing.rules import NAME, RULES
from tieout.packs.subscription_billing.sheet import of_type
from tieout.trade.books import choose
from tieout.trade.documents import Amendment, Subscription, UnmappedUsage
from tieout.trade.facts import with_partner
from tieout.trade.ranking import priority_of


def tie_out_subscription(dossier: Dossier, subscription: Subscription, policies: PolicySet, version: str) -> TieOut:
    """What could have been billed and was not; tied out again whenever a period has been over for long enough."""
    ruling = _ruling(dossier, policies, entity=subscription.entity, customer=subscription.account)
    here = leak.watch(dossier, subscription, ruling)
    open_items = leak.open_items_of(here)
    weighed = _weighed(dossier, [*_missing(ruling), *leak.leaks(here, open_items)])
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,), watching=leak.watching(here))
    return TieOut(
        verdict=replace(verdict, silenced=weighed.silenced),
        rows=_billed(here, open_items, weighed.kept),
        priority=priority_of(subscription),
        unmoved=frozenset() if leak.is_moved_by_invoices(here, open_items) else invoiced_keys(dossier, subscription),
    )


def tie_out_amendment(dossier: Dossier, amendment: Amendment, policies: PolicySet, version: str) -> TieOut:
    """How far an amendment has been carried out, and who has to review it."""
    contracts = of_type(choose(dossier).documents, Subscription)
    entity = amendment.entity or next((contract.entity for contract in contracts), "")
    ruling = _ruling(dossier, policies, entity=entity, customer=next((contract.account for contract in contracts), ""))
    course = changes.course_of(dossier, amendment, ruling)
    checks = (changes.carried, changes.unusual, changes.review, changes.mirror)
    weighed = _weighed(dossier, [*_missing(ruling), *(finding for check in checks for finding in check(course))])
    watching = [changes.timer(course)] if not course.is_overdue and course.until is not None else []
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,), watching=watching)
    return TieOut(
        verdict=replace(verdict, silenced=weighed.silenced),
        rows=changes.rows(course, weighed.kept),
        priority=priority_of(amendment),
    )


def tie_out_unmapped(dossier: Dossier, usage: UnmappedUsage, policies: PolicySet, version: str) -> TieOut:
    """Unmapped usage, until a mapping names its account."""
    ruling = _ruling(dossier, policies)
    weighed = _weighed(dossier, [*_missing(ruling), *unmapped.unmapped(dossier, usage, ruling)])
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,))
    rows = (unmapped.row(dossier, usage, weighed.kept),)
    return TieOut(verdict=replace(verdict, silenced=weighed.silenced), rows=rows, priority=priority_of(usage))


def _ruling(dossier: Dossier, policies: PolicySet, *, entity: str = "", customer: str = "") -> Ruling:
    facts = Facts(tenant=dossier.tenant, entity=dossier.entity or entity, process=NAME)
    return policies.ruling(with_partner(facts, customer=customer), dossier.at.date())


def _missing(ruling: Ruling) -> list[Finding]:
    lacking = ruling.lacks(RULES)
    return [no_policy(code("GOV-NOPOLICY"), DOCUMENT, lacking, ruling=ruling)] if lacking else []


def _weighed(dossier: Dossier, findings: Sequence[Finding]) -> Weighed:
    releases = of_type([recorded.document for recorded in dossier.evidence], Release)
    return apply(released(findings, releases, dossier.at), TAXONOMY)


def _billed(
    here: leak.Watch, open_items: Mapping[str, Sequence[leak.Open]], findings: Sequence[Finding]
) -> tuple[Row, ...]:
    """A row for each line of the contract: how much is billed, and how much should be by now."""
    number, currency = here.terms.subscription.number, here.currency
    rows: list[Row] = []
    for name, items in open_items.items():
        versions = here.terms.lines[name]
        if not versions:
            continue
        minor = sum(billed.left for billed in here.ledger.of(name))
        codes, verdict = marks(findings, name)
        last = versions[-1]
        rows.append(
            Row(
                claim_line=name,
                description=last.line.plan,
                order=number,
                order_line=name,
                matched_by=last.source,
                unit=last.line.unit,
                billed_before=Decimal(sum((billed.days for billed in here.ledger.of(name)), Decimal(0))),
                price=last.line.price / (last.line.price_per or 1),
                price_source=f"{Money(minor, currency)} billed",
                variance=total((item.amount for item in items if item.amount), currency).amount,
                net=Money(minor, currency),
                codes=codes,
                verdict=verdict,
            )
        )
    return tuple(rows)
