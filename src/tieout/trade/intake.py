"""Intake: what could not be read is a claim of its own, whatever process it is for, so that it is never lost.

It is judged by the code that its reader gave it. The pack is always there, whichever processes are installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tieout.core.access.role import Role
from tieout.core.documents.kind import DocumentKind
from tieout.core.documents.unreadable import Unreadable
from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.findings.resolution import Resolution
from tieout.core.policy.facts import Dimension, Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.policy.rule import RuleSpec
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.judging import DOCUMENT, verdict_of
from tieout.core.tie_out.pack import Pack, TieOut
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.values.key import Key
from tieout.trade.actions import ACTIONS
from tieout.trade.resolutions import RESOLUTIONS
from tieout.trade.taxonomy import ROWS
from tieout.trade.taxonomy.ingest import INGEST

VERSION: Final = "intake-1"
_TAXONOMY: Final = Taxonomy(ROWS)
_USUALLY: Final = "payables"  # whose mail brings most of what cannot be read


class Intake:
    """The pack of documents that could not be read. Stateless."""

    name: Final = "intake"
    version: Final = VERSION
    claims: Final = frozenset({"unreadable"})
    watched_kinds: Final[frozenset[str]] = frozenset()
    rules: Final[tuple[RuleSpec[Any], ...]] = ()
    dimensions: Final[tuple[Dimension, ...]] = ()
    codes: Final[tuple[Code, ...]] = INGEST
    resolutions: Final[tuple[Resolution, ...]] = RESOLUTIONS
    silent_waits: Final[frozenset[str]] = frozenset()
    documents: Final[tuple[DocumentKind, ...]] = ()
    actions: Final[Actions] = ACTIONS
    roles: Final[tuple[Role, ...]] = ()
    queues: Final[tuple[str, ...]] = ()
    scenario_words: Final[tuple[ScenarioWord, ...]] = ()

    def needs(self, dossier: Dossier) -> Iterable[Need]:  # noqa: ARG002
        """Nothing: there is nothing to match."""
        yield from ()

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:  # noqa: ARG002
        """Nothing."""
        return ()

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:  # noqa: ARG002
        """Nothing."""
        return ()

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """DOC-UNREAD rejects the document; what another system sends in another shape (INT-SCHEMA, INT-MAP), and what its source
        may not say (GOV-SOURCE), is held until it is read again. The policy of the document's own process says who looks at
        it, else that of payables.
        """
        document = dossier.claim.document
        assert isinstance(document, Unreadable), f"{document.kind} {document.number} was read"
        facts = Facts(tenant=dossier.tenant, entity=dossier.entity, process=document.process or _USUALLY)
        ruling = policies.ruling(facts, dossier.at.date())
        findings = [_unread(document, ruling) if document.code == "DOC-UNREAD" else _drifted(document, ruling)]
        return TieOut(verdict=verdict_of(dossier, findings, version=VERSION), rows=())


def _unread(document: Unreadable, ruling: Ruling) -> Finding:
    return finding(
        _TAXONOMY["DOC-UNREAD"],
        DOCUMENT,
        ruling=ruling,
        stage="reject",
        actual=document.number,
        reason=document.reason,
        remedy=document.remedy or "ask the sender for a readable file",
        place=document.where or "the file as a whole",
    )


def _drifted(document: Unreadable, ruling: Ruling) -> Finding:
    return finding(
        _TAXONOMY[document.code],
        DOCUMENT,
        ruling=ruling,
        expected=document.expected,
        actual=document.actual,
        other=document.sender or "the sender",
        reason=document.reason,
        place=document.where,
    )


PACK: Final[Pack] = Intake()
