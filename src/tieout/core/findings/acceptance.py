"""Releases: a finding that a person accepted, on this evidence, within this limit and not yet expired, holds nothing any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tieout.core.documents.acceptance import Release
from tieout.core.findings.finding import Accepted, Finding


def released(findings: Sequence[Finding], releases: Sequence[Release], at: datetime) -> tuple[Finding, ...]:
    """The findings, those with a valid release turned into notes that name who accepted them and why."""
    if not releases:
        return tuple(findings)
    return tuple(_noted(found, releases, at) for found in findings)


def _noted(found: Finding, releases: Sequence[Release], at: datetime) -> Finding:
    if not found.releasable or found.stage == "note":
        return found
    valid = next((known for known in releases if _covers(known, found, at)), None)
    if valid is None:
        return found
    accepted = Accepted(actor=valid.actor, resolution=valid.resolution, reason=valid.reason)
    return replace(found, stage="note", accepted=accepted, awaited=(), status="")


def _covers(known: Release, found: Finding, at: datetime) -> bool:
    if (known.code, known.where, known.evidence_hash) != (found.code, found.where, found.evidence_hash):
        return False
    if known.granted_at > at or (known.expires_at is not None and at >= known.expires_at):
        return False
    stake = found.at_stake
    return stake is None or (stake.currency == known.limit.currency and stake <= known.limit)
