"""Accepting a variance: bound to the evidence that was seen, within limits, with segregation of duties, and revocable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tieout.core.access.authority import Authority
from tieout.core.access.duties import conflicts
from tieout.core.case.commands import AcceptVariance, Circumstances, Resolve, RevokeRelease
from tieout.core.case.events import CaseEvent, FindingBrief, FindingReleased, ReleaseRevoked
from tieout.core.case.legal import ACCEPTS, MAY, authority_over, require, require_role
from tieout.core.case.names import code_called, place_called, resolution_called, resolutions_called
from tieout.core.case.rules import required_text
from tieout.core.case.state import Case
from tieout.core.documents.acceptance import Release
from tieout.core.findings.catalogue import Catalogue
from tieout.core.findings.kernel_resolutions import ACCEPTANCE
from tieout.core.findings.resolution import Resolution
from tieout.core.values import ids
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money, total
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence


def accept(
    case: Case, command: AcceptVariance, at: datetime, by: Scope, *, given: Circumstances
) -> tuple[CaseEvent, ...]:
    """One finding is accepted, on the evidence that was seen. Raises `Refused`."""
    finding = next(
        (finding for finding in case.findings if (finding.code, finding.where) == (command.code, command.where)), None
    )
    if finding is None:
        raise Refused(
            "CASE-CHANGED",
            "there is no finding {code} on {place} any more: look again, then decide",
            code=code_called(given.catalogue, command.code),
            place=place_called(command.where),
        )
    if not finding.evidence_hash or finding.evidence_hash != command.evidence_hash:
        raise Refused("CASE-CHANGED", "the figures have changed since you saw them: look again, then decide")
    return (_released(case, finding, _accepting(finding, given.catalogue), command, at, by=by, given=given),)


def _accepting(finding: FindingBrief, catalogue: Catalogue) -> str:
    """Under which of its resolutions a finding is accepted. Raises `Refused` where none of them accepts it."""
    ways = [name for name in finding.resolutions if catalogue.resolution(name).effect == "release"]
    if finding.resolutions and not ways:
        raise Refused(
            "CASE-NOT-RELEASABLE",
            "{code} cannot be cleared by accepting it; possible: {resolutions}",
            code=code_called(catalogue, finding.code),
            resolutions=resolutions_called(catalogue, finding.resolutions),
        )
    return ways[0] if ways and ACCEPTANCE not in ways else ACCEPTANCE


def _released(
    case: Case,
    finding: FindingBrief,
    resolution: str,
    command: AcceptVariance,
    at: datetime,
    *,
    by: Scope,
    given: Circumstances,
) -> FindingReleased:
    """The acceptance of one finding. Every rule about accepting is here."""
    reason = required_text(command.reason, "an acceptance")
    if given.catalogue.is_control(finding.code) or not finding.releasable:
        row = given.catalogue.codes.get(finding.code)
        clears = row.clears if row else ""
        raise Refused(
            "CASE-NOT-RELEASABLE",
            "{code} cannot be accepted by anyone; it closes once its cause is removed: {clears}"
            if clears
            else "{code} cannot be accepted by anyone; it closes once its cause is removed",
            code=code_called(given.catalogue, finding.code),
            clears=Sentence(clears),
        )
    roles = _accepting_roles(resolution, given.catalogue)
    held = authority_over(case, by, entity=given.entity, on=at.date())
    require_role(case, resolution_called(given.catalogue, resolution), roles, held)
    if conflicts(by, given.makers):
        raise Refused(
            "WF-SOD",
            "whoever made, changed, approved or handed in the claim or its evidence may not accept a variance on it: "
            "ask another approver",
        )
    limit = _limit(command, finding.at_stake or given.payable)
    _require_limit(limit, _before(finding, by, given), held, roles)
    if command.expires_at is not None and command.expires_at <= at:
        raise Refused("CASE-EXPIRY", "the last day of the acceptance is in the past: give a later one")
    number = ids.derive("release", str(case.id), finding.code, finding.where, finding.evidence_hash, str(case.version))
    release = Release(
        number=str(number),
        claim=case.claim,
        code=finding.code,
        where=finding.where,
        resolution=resolution,
        reason=reason,
        actor=by.actor,
        evidence_hash=finding.evidence_hash,
        limit=limit,
        granted_at=at,
        expires_at=command.expires_at,
        variance=finding.variance,
    )
    return FindingReleased(at=at, actor=by.actor, release=release)


def _accepting_roles(resolution: str, catalogue: Catalogue) -> frozenset[str]:
    return ACCEPTS.get(catalogue.resolution(resolution).who, frozenset())


def _limit(command: AcceptVariance, at_stake: Money | None) -> Money:
    """Up to how much money is accepted: at least what is at stake."""
    at_stake = None if at_stake is None else abs(at_stake)
    limit = command.limit or at_stake
    if limit is None or limit.minor < 0:
        raise Refused("CASE-LIMIT", "give the amount up to which you accept")
    if at_stake is not None and (limit.currency != at_stake.currency or at_stake > limit):
        raise Refused(
            "CASE-LIMIT",
            "{at_stake} is at stake and your limit of {limit} does not cover it",
            at_stake=at_stake,
            limit=limit,
        )
    return limit


def _before(finding: FindingBrief, by: Scope, given: Circumstances) -> list[Money]:
    """What the actor has accepted on the claim besides this finding."""
    return [
        release.limit
        for release in given.accepted
        if release.actor == by.actor
        and not release.value
        and (release.code, release.where) != (finding.code, finding.where)
    ]


def _require_limit(limit: Money, before: Sequence[Money], held: Authority, roles: frozenset[str]) -> None:
    """Raises `Refused` CASE-LIMIT where this, with what the actor accepted on the claim before, is more than was granted."""
    if held.unlimited(roles):
        return
    most = held.limit(roles, limit.currency)
    earlier = [money for money in before if money.currency == limit.currency]
    whole = total((limit, *earlier), limit.currency)
    if whole > most or len(earlier) < len(before):
        raise Refused(
            "CASE-LIMIT",
            "you may accept up to {most} on one claim, {limit} and what you accepted on this claim before is {whole}: "
            "ask a higher approver"
            if before
            else "you may accept up to {most} on one claim, this is {limit}: ask a higher approver",
            most=most,
            limit=limit,
            whole=whole,
        )


def revoke(
    case: Case, command: RevokeRelease, at: datetime, by: Scope, *, given: Circumstances
) -> tuple[CaseEvent, ...]:
    """An acceptance is revoked, as long as nothing was posted on it. Raises `Refused`."""
    reason = required_text(command.reason, "a revocation")
    acceptance = next((release for release in case.releases if release.number == command.number), None)
    if acceptance is None:
        raise Refused("CASE-NO-RELEASE", "this case has no such acceptance any more: look again")
    held = authority_over(case, by, entity=given.entity, on=at.date())
    resolution = given.catalogue.resolution(acceptance.resolution)
    roles = MAY[resolution.who] if acceptance.value else _accepting_roles(resolution.id, given.catalogue)
    require_role(case, resolution_called(given.catalogue, acceptance.resolution), roles, held)
    if given.committed:
        raise Refused(
            "CASE-POSTED", "the claim is posted, or is being posted: an acceptance cannot be revoked any more"
        )
    return (ReleaseRevoked(at=at, actor=by.actor, number=command.number, reason=reason),)


def release_all(
    case: Case, chosen: Resolution, command: Resolve, at: datetime, *, by: Scope, given: Circumstances
) -> tuple[CaseEvent, ...]:
    """All findings of the case are accepted in one way (accept, pay short). Raises `Refused`."""
    require(case, "accept_variance", authority_over(case, by, entity=given.entity, on=at.date()))
    active: Sequence[FindingBrief] = [finding for finding in case.findings if finding.stage != "note"]
    accepts = [
        AcceptVariance(code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason=command.note)
        for finding in active
    ]
    for finding in active:
        if not finding.evidence_hash:
            raise Refused(
                "CASE-CHANGED",
                "{code} has no evidence to bind an acceptance to: tie it out again",
                code=code_called(given.catalogue, finding.code),
            )
        if chosen.effect == "pay_short" and not finding.at_stake:
            raise Refused(
                "CASE-LIMIT",
                "{code} has no known amount at stake, so our debit note cannot be made",
                code=code_called(given.catalogue, finding.code),
            )
    events: list[FindingReleased] = []
    for finding, accepted in zip(active, accepts, strict=True):
        before = replace(given, accepted=(*given.accepted, *(event.release for event in events)))
        events.append(_released(case, finding, chosen.id, accepted, at, by=by, given=before))
    return tuple(events)
