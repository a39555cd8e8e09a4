"""The claims that stand for themselves: a subscription whose billing is watched, an amendment on its way, usage of nobody."""

from __future__ import annotations

from collections.abc import Sequence
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
from tieout.core.values.money import Money, is_currency, total
from tieout.packs.subscription_billing.checks import amendment as changes
from tieout.packs.subscription_billing.checks import leak, stray
from tieout.packs.subscription_billing.codes import TAXONOMY, code
from tieout.packs.subscription_billing.rows import marks
from tieout.packs.subscription_billing.rules import NAME, RULES
from tieout.packs.subscription_billing.sheet import of_type
from tieout.trade.books import choose
from tieout.trade.documents import Amendment, StrayUsage, Subscription
from tieout.trade.facts import with_partner
from tieout.trade.ranking import priority_of


def tie_out_subscription(dossier: Dossier, paper: Subscription, policies: PolicySet, version: str) -> TieOut:
    """What could have been billed and was not; looked at again whenever a period has been over for long enough."""
    ruling = _ruling(dossier, policies, entity=paper.entity, customer=paper.account)
    here = leak.watch(dossier, paper, ruling)
    weighed = _weighed(dossier, [*_missing(ruling), *leak.leaks(here)])
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,), watching=leak.watching(here))
    return TieOut(
        verdict=replace(verdict, silenced=weighed.silenced),
        rows=_billed(here, weighed.kept),
        priority=priority_of(paper),
    )


def tie_out_amendment(dossier: Dossier, paper: Amendment, policies: PolicySet, version: str) -> TieOut:
    """How far an amendment has come, and who has to look at it."""
    known = of_type(choose(dossier).documents, Subscription)
    entity = paper.entity or next((each.entity for each in known), "")
    ruling = _ruling(dossier, policies, entity=entity, customer=next((each.account for each in known), ""))
    course = changes.course_of(dossier, paper, ruling)
    checks = (changes.carried, changes.unusual, changes.review, changes.mirror)
    weighed = _weighed(dossier, [*_missing(ruling), *(found for check in checks for found in check(course))])
    watching = [changes.timer(course)] if not course.is_overdue and course.until is not None else []
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,), watching=watching)
    return TieOut(
        verdict=replace(verdict, silenced=weighed.silenced),
        rows=changes.rows(course, weighed.kept),
        priority=priority_of(paper),
    )


def tie_out_stray(dossier: Dossier, paper: StrayUsage, policies: PolicySet, version: str) -> TieOut:
    """Usage of nobody, until somebody says whose it is."""
    ruling = _ruling(dossier, policies)
    weighed = _weighed(dossier, [*_missing(ruling), *stray.nobodys(dossier, paper, ruling)])
    verdict = verdict_of(dossier, weighed.kept, version=version, rulings=(ruling,))
    rows = (stray.row(dossier, paper, weighed.kept),)
    return TieOut(verdict=replace(verdict, silenced=weighed.silenced), rows=rows, priority=priority_of(paper))


def _ruling(dossier: Dossier, policies: PolicySet, *, entity: str = "", customer: str = "") -> Ruling:
    facts = Facts(tenant=dossier.tenant, entity=dossier.entity or entity, process=NAME)
    return policies.ruling(with_partner(facts, customer=customer), dossier.at.date())


def _missing(ruling: Ruling) -> list[Finding]:
    said = ruling.lacks(RULES)
    return [no_policy(code("GOV-NOPOLICY"), DOCUMENT, said, ruling=ruling)] if said else []


def _weighed(dossier: Dossier, findings: Sequence[Finding]) -> Weighed:
    releases = of_type([paper.document for paper in dossier.evidence], Release)
    return apply(released(findings, releases, dossier.at), TAXONOMY)


def _billed(here: leak.Watch, findings: Sequence[Finding]) -> tuple[Row, ...]:
    """A row for each line of the contract: how much is billed, and how much should be by now."""
    number, currency = here.terms.subscription.number, here.currency
    rows: list[Row] = []
    if not is_currency(currency):
        return ()
    for name, versions in here.terms.lines.items():
        if not versions:
            continue
        found = list(leak.open_of(here, name))
        billed = sum(each.minor for each in here.ledger.of(name))
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
                billed_before=Decimal(sum((each.days for each in here.ledger.of(name)), Decimal(0))),
                price=last.line.price / (last.line.price_per or 1),
                price_source=f"{Money(billed, currency)} billed",
                variance=total((each.amount for each in found if each.amount), currency).amount,
                net=Money(billed, currency),
                codes=codes,
                verdict=verdict,
            )
        )
    return tuple(rows)
