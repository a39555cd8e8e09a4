"""Acceptances: a finding that a person accepted, on this evidence, within this limit and not yet expired, holds nothing any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from tieout.core.documents.acceptance import Release
from tieout.core.findings.finding import Accepted, Finding
from tieout.core.values.money import Money


def released(findings: Sequence[Finding], releases: Sequence[Release], at: datetime) -> tuple[Finding, ...]:
    """The findings, those with a valid acceptance turned into notes that name who accepted them and why."""
    if not releases:
        return tuple(findings)
    return tuple(_noted(finding, releases, at) for finding in findings)


def _noted(finding: Finding, releases: Sequence[Release], at: datetime) -> Finding:
    if not finding.releasable or finding.stage == "note":
        return finding
    valid = next((release for release in releases if _covers(release, finding, at)), None)
    if valid is None:
        return finding
    accepted = Accepted(actor=valid.actor, resolution=valid.resolution, reason=valid.reason)
    return replace(finding, stage="note", accepted=accepted, awaited=(), status="")


def _covers(release: Release, finding: Finding, at: datetime) -> bool:
    if release.value:
        return False  # an assignment: it says what to tie out against, and accepts nothing
    if (release.code, release.where, release.evidence_hash) != (finding.code, finding.where, finding.evidence_hash):
        return False
    if release.granted_at > at or (release.expires_at is not None and at >= release.expires_at):
        return False
    stake = finding.at_stake
    return stake is None or (stake.currency == release.limit.currency and stake <= release.limit)


def accepted_up_to(
    releases: Sequence[Release], codes: Collection[str], where: str, *, over: bool, currency: str
) -> Money:
    """Up to how much of a difference persons have accepted at a place, on that side: what comes on top of it is another difference.

    `over`: of what was too much, else of what was too little. An acceptance that states no difference counts for both sides. The
    same difference accepted again counts once. An acceptance that has expired counts: what was released on it is out.
    """
    limits = [
        release.limit
        for release in releases
        if release.code in codes and release.where == where and release.limit.currency == currency
        if not release.value and (not release.variance or release.variance.startswith("-") is not over)
    ]
    return max(limits, default=Money.zero(currency))
