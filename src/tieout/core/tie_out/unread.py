"""Judging a paper that could not be read: the same for every process, by the code that its reader gave it."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.unreadable import Unreadable
from tieout.core.findings.code import Taxonomy
from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT, verdict_of
from tieout.core.tie_out.pack import TieOut
from tieout.trade.taxonomy import ROWS

_TAXONOMY: Final = Taxonomy(ROWS)


def tie_out_unread(dossier: Dossier, paper: Unreadable, policies: PolicySet, *, process: str, version: str) -> TieOut:
    """DOC-UNREAD rejects the paper; what another system sends in another shape (INT-SCHEMA, INT-MAP) and what a source may
    not say (GOV-SOURCE) is held until it is read again. The policy of the paper's own process says who looks at it, else that of `process`.
    """
    facts = Facts(tenant=dossier.tenant, entity=dossier.entity, process=paper.process or process)
    ruling = policies.ruling(facts, dossier.at.date())
    found = [_unread(paper, ruling) if paper.code == "DOC-UNREAD" else _drifted(paper, ruling)]
    return TieOut(verdict=verdict_of(dossier, found, version=version), rows=())


def _unread(paper: Unreadable, ruling: Ruling) -> Finding:
    return finding(
        _TAXONOMY["DOC-UNREAD"],
        DOCUMENT,
        ruling=ruling,
        stage="reject",
        actual=paper.number,
        reason=paper.reason,
        remedy=paper.remedy or "ask the sender for a readable file",
        place=paper.where or "the file as a whole",
    )


def _drifted(paper: Unreadable, ruling: Ruling) -> Finding:
    return finding(
        _TAXONOMY[paper.code],
        DOCUMENT,
        ruling=ruling,
        expected=paper.expected,
        actual=paper.actual,
        other=paper.sender or "the sender",
        reason=paper.reason,
        place=paper.where,
    )
