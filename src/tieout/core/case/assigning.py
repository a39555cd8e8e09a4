"""What a person assigns: evidence that the claim did not name (an order, an order line), by which it is tied out again at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tieout.core.access.duties import conflicts
from tieout.core.case.commands import Circumstances, Resolve
from tieout.core.case.events import FindingBrief, FindingReleased
from tieout.core.case.names import place_called
from tieout.core.case.rules import required_text
from tieout.core.case.state import Case
from tieout.core.documents.acceptance import Release
from tieout.core.findings.resolution import Resolution
from tieout.core.values import ids
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence, joined

DOCUMENT: Final = "document"
NO_CURRENCY: Final = "X" * 3
"""ISO 4217: no currency is involved."""


def assign(
    case: Case, chosen: Resolution, command: Resolve, at: datetime, *, by: Scope, given: Circumstances
) -> FindingReleased:
    """The assignment as evidence of the claim: what was chosen, for which place, by whom. It accepts nothing and frees no money.

    The fields have been read already. Raises `Refused`: WF-SOD, CASE-FIELD (for which place), CASE-POSTED.
    """
    if conflicts(by, given.makers):
        raise Refused(
            "WF-SOD",
            "whoever made, changed, approved or handed in the claim or its evidence may not choose what it is tied out "
            "against: ask a colleague",
        )
    fields = dict(command.fields)
    named = next(field for field in chosen.fields if field.assigned)
    finding = _place(case, chosen, fields.get("where", "").strip())
    if given.committed and finding.where == DOCUMENT:
        raise Refused("CASE-POSTED", "the claim is posted, or is being posted: request a credit note instead")
    value = required_text(fields.get(named.name, ""), named.label)
    at_stake = finding.at_stake or given.payable
    number = ids.derive("assigned", str(case.id), finding.code, finding.where, value, str(case.version))
    release = Release(
        number=f"{case.version:06}-{number}",  # of two at one instant the later one counts
        claim=case.claim,
        code=finding.code,
        where=finding.where,
        resolution=chosen.id,
        reason=command.note.strip(),
        actor=by.actor,
        evidence_hash=finding.evidence_hash,
        limit=Money.zero(at_stake.currency if at_stake else NO_CURRENCY),
        granted_at=at,
        value=value,
        instead=dict(finding.numbers).get(named.replaces, ""),
    )
    return FindingReleased(at=at, actor=by.actor, release=release)


def places(case: Case, resolution: str) -> tuple[FindingBrief, ...]:
    """The findings of a case that a resolution is for."""
    return tuple(finding for finding in case.findings if resolution in finding.resolutions)


def _place(case: Case, chosen: Resolution, where: str) -> FindingBrief:
    possible: Sequence[FindingBrief] = places(case, chosen.id)
    fitting = [finding for finding in possible if where in {"", finding.where}]
    if len({finding.where for finding in fitting}) == 1:
        return fitting[0]
    raise Refused(
        "CASE-FIELD",
        "'{resolution}': say for which of these it is: {places}",
        resolution=Sentence(chosen.name),
        places=joined(", ", (place_called(where) for where in dict.fromkeys(finding.where for finding in possible))),
    )
