"""Which milestone lets a line of a contract be billed, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.core.values.quantity import exact
from tieout.core.values.sentence import Sentence
from tieout.trade.contract_terms import Terms, Version
from tieout.trade.documents import InvoiceLine, Milestone


def accepted_of(terms: Terms, name: str, milestones: Sequence[Milestone]) -> Milestone | None:
    """The accepted milestone that lets a line be billed; the earliest, if several do."""
    wanted, number = terms.lines[name][-1].line.milestone, terms.subscription.number.strip()
    mine = [
        milestone
        for milestone in milestones
        if milestone.accepted
        and (
            is_named(milestone, wanted, number)
            if wanted
            else (milestone.order.strip(), milestone.line) == (number, name)
        )
    ]
    return min(mine, key=lambda milestone: (str(milestone.occurred_at or ""), milestone.number), default=None)


def milestone_of(
    version: Version | None, line: InvoiceLine, subscription: str, milestones: Sequence[Milestone]
) -> Milestone | None:
    """How far the milestone is that a line waits for: the accepted one, else the latest."""
    wanted = line.milestone or (version.line.milestone if version else "")
    mine = [
        milestone
        for milestone in milestones
        if (
            is_named(milestone, wanted, subscription)
            if wanted
            else (milestone.order.strip(), milestone.line) == (subscription, line.order.line)
        )
    ]
    return max(
        mine,
        key=lambda milestone: (milestone.accepted, str(milestone.occurred_at or ""), milestone.number),
        default=None,
    )


def is_named(milestone: Milestone, wanted: str, subscription: str) -> bool:
    """Whether a milestone is the one that a line of this subscription waits for: by its number or its name."""
    here = not milestone.order or milestone.order.strip() == subscription
    return here and wanted.strip() in {milestone.number.strip(), milestone.name.strip()}


def progress_of(milestone: Milestone) -> str:
    """How far a milestone is, in words."""
    if not milestone.accepted:
        return Sentence("it is at {percent} %", percent=exact(milestone.percent))
    by = milestone.accepted_by
    return Sentence("accepted by {person}", person=by) if by else Sentence("accepted")
