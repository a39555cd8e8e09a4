"""Whom the messages of a claim go to, and the letters that are proposed to a person before one is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from tieout.core.case.addressing import in_doubt, possible
from tieout.core.case.asking import ask_draft, open_draft, rejection_draft
from tieout.core.case.commands import Circumstances
from tieout.core.case.letters import Draft
from tieout.core.documents.kind import Document
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.calendar import add
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.claim_record import ClaimRecord, claim_records, documents_of
from tieout.engine.decoded import Reference
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import cases, claims, documents, verdicts
from tieout.store.link import transaction
from tieout.wording.letters import spoken, tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What is proposed on a case: letters by the resolution that sends them ("" for a question), to one of `addresses`, the first of
    which is taken unless only the document states it. `lacking`: why there is none on record. `answer_by` is when an answer is due.
    """

    other: Correspondence = Correspondence()
    addresses: tuple[Address, ...] = ()
    lacking: str = ""
    drafts: Mapping[str, Draft] | None = None
    answer_by: datetime | None = None

    def draft(self, resolution: str = "") -> Draft | None:
        """The letter of a resolution, or of a question; None where nothing is sent by it."""
        return (self.drafts or {}).get(resolution)


def other_side(
    engine: Engine, scope: Scope, document: Document, masters: Sequence[Document], *, company: str
) -> Correspondence:
    """The other side of a claim by its pack, with our company's name and the language of their record, else our own."""
    made = engine.packs[document.kind].actions.correspondence(document, masters, company=company)
    language = spoken(made.language, engine.language)
    ours = engine.called(scope, company, made.ours)
    return replace(made, ours=ours, language=language, tongue=tongue(language))


def other_side_of(
    engine: Engine, scope: Scope, document: Document, evidence: Iterable[RecordedDocument[Document]], *, company: str
) -> Callable[[], Correspondence]:
    """As `other_side`, from the evidence of a dossier; determined when it is asked for."""

    def asked() -> Correspondence:
        masters = [one.document for one in evidence if _is_master(engine, one.document.kind)]
        return other_side(engine, scope, document, masters, company=company)

    return asked


def other_side_now(
    engine: Engine, scope: Scope, record: ClaimRecord, document: Document, verdict: Verdict | None
) -> Correspondence:
    """As `other_side`, from what is in force now of the master records that the last verdict cites."""
    company = record.row.entity
    keys = {key.rpartition("@")[0] for key, _ in verdict.inputs} if verdict else set()
    cited = [
        Reference(version.id, version.kind, version.sha256)
        for version in documents.versions(scope, keys)
        if version.in_force and _is_master(engine, version.kind) and (not company or version.book in {"", company})
    ]
    read = engine.decoded.fetch(engine.kinds, scope, cited) if cited else {}
    masters = [read[one.id] for one in sorted(cited, key=lambda one: str(one.id))]
    return other_side(engine, scope, document, masters, company=company)


def proposed(
    engine: Engine, scope: Scope, case_id: UUID, *, at: datetime, reason: str = "", resolutions: Iterable[str] = ()
) -> Letters:
    """The letters of a case, for the resolutions that send one; `reason` is why it is rejected. Nothing for a case that the scope may
    not see, or whose document was erased."""
    at = at.astimezone(UTC)
    with transaction(scope):
        row = cases.by_id(scope, case_id)
        rows = claims.by_ids(scope, [row.claim]) if row else []
        if not rows or not scope.sees(rows[0].entity):
            return Letters()
        record = claim_records(scope, rows)[0]
        stored = verdicts.last(scope, [record.row.id]).get(record.row.id)
        verdict = canonical_json.decode_as(Verdict, stored.body) if stored else None
        document = documents_of(engine, scope, [record]).get(record.row.id)
        if document is None:
            return Letters()
        other = other_side_now(engine, scope, record, document, verdict)
    case = record.cases[str(case_id)]
    doubted = in_doubt(record.cases.values(), engine.catalogue)
    hours = verdict.hours if verdict else Hours()
    given = Circumstances(catalogue=engine.catalogue, other_side=other, doubted=doubted, hours=hours)
    drafts = {"": ask_draft(case, None, at=at, given=given)}
    for name in resolutions:
        chosen = engine.catalogue.resolution(name)
        if chosen.effect == "ask":
            drafts[""] = open_draft(case, at=at, given=given)  # the findings are asked about by the resolution
            drafts[name] = ask_draft(case, chosen, at=at, given=given)
        elif chosen.effect == "reject" and other.sender:
            drafts[name] = rejection_draft(case, reason.strip(), given=given)
    return Letters(
        other=other,
        addresses=possible(other, doubted=doubted),
        lacking="" if other.on_record else other.lacking,
        drafts=drafts,
        answer_by=add(given.answer_within, at, hours),
    )


def _is_master(engine: Engine, kind: str) -> bool:
    return kind in engine.kinds and engine.kinds[kind].role == "master"
