"""From the findings of a claim to its verdict: the part that every process shares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from tieout.core.findings.code import Code
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.policy.rule import HOURS
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.verdict import Allocation, PostingLine, Verdict, status_of
from tieout.core.values.clock import Hours
from tieout.core.values.money import Money

DOCUMENT: Final = "document"
BLOCKING: Final = frozenset({"wait", "hold", "reject"})


def verdict_of(
    dossier: Dossier,
    findings: Iterable[Finding],
    *,
    version: str,
    rulings: Sequence[Ruling] = (),
    allocations: tuple[Allocation, ...] = (),
    postable: tuple[PostingLine, ...] = (),
    delivery: str = "",
    watching: Iterable[Awaited] = (),
) -> Verdict:
    """The verdict on a dossier. `rulings` are all that apply, the claim's own first: its hours are the verdict's.

    `watching` is what no finding waits for and may still change the verdict by time alone (a period that will be overdue).
    """
    findings = tuple(findings)
    labels = {label for ruling in rulings for label in ruling.policies}
    inputs = [(dossier.claim.key, dossier.claim.sha256)] + [
        (recorded.key, recorded.sha256) for recorded in dossier.evidence
    ]
    hours = (rulings[0].value(HOURS) if rulings else None) or Hours()
    return Verdict(
        status=status_of(findings),
        findings=findings,
        allocations=allocations,
        postable=postable,
        awaited=_awaited(findings, watching),
        policies=tuple(sorted(labels)),
        inputs=tuple(sorted(inputs)),
        code_version=version,
        hours=hours,
        delivery=delivery,
    )


def _awaited(findings: Iterable[Finding], watching: Iterable[Awaited]) -> tuple[Awaited, ...]:
    wanted_now = {(awaited.key, awaited.until, awaited.label): awaited for awaited in watching}
    wanted_now |= {
        (awaited.key, awaited.until, awaited.label): awaited
        for blocking in findings
        if blocking.stage in BLOCKING
        for awaited in blocking.awaited
    }
    if not wanted_now:
        return ()
    order_of = sorted(wanted_now, key=lambda key: (key[0], key[1].isoformat() if key[1] else "", key[2]))
    return tuple(wanted_now[key] for key in order_of)


def no_policy(
    code: Code, where: str, names: Collection[str], *, ruling: Ruling, at_stake: Money | None = None
) -> Finding:
    """GOV-NOPOLICY: a rule that no policy in force sets is a finding, because a missing limit must never mean "no limit".

    A rule that two policies dispute is named with both: neither holds.
    """
    lacking = ", ".join(_lacking(name, ruling) for name in names)
    return finding(
        code,
        where,
        ruling=ruling,
        expected="a policy in force that says it",
        actual=lacking,
        at_stake=at_stake,
        rules=lacking,
        policies=", ".join(ruling.policies) or "none in force",
    )


def _lacking(name: str, ruling: Ruling) -> str:
    disputed = ruling.disputed.get(name)
    return f"{name} ({' and '.join(disputed)} say different things)" if disputed else name
