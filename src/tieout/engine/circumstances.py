"""What a decision needs besides the case: who made the claim and its evidence, which queues and people there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tieout.core.access.authority import actors_of, authority
from tieout.core.access.duties import makers_of
from tieout.core.access.queues import queues_of
from tieout.core.access.role import acting
from tieout.core.case.addressing import in_doubt
from tieout.core.case.commands import AcceptVariance, AskCounterparty, Assign, Circumstances, Command, HandOff, Resolve
from tieout.core.case.legal import ROLES, queue_of
from tieout.core.case.routing import FALLBACK_QUEUE
from tieout.core.case.state import Case
from tieout.core.documents.kind import Document
from tieout.core.tie_out.correspondence import NOBODY
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.clock import Hours
from tieout.core.values.scope import Scope
from tieout.engine.claim_record import ClaimRecord, documents_of
from tieout.engine.letters import other_side_now
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import documents, source_files, verdicts

MADE_BY_COMMAND: Final = "release"
"""Acceptances are made by commands, and whoever made one may make another."""


def circumstances(
    engine: Engine,
    scope: Scope,
    record: ClaimRecord,
    case: Case,
    command: Command,
    *,
    document: Document | None,
    at: datetime,
) -> Circumstances:
    """The circumstances of a command; what this command does not need is left out. Without a document its content was erased."""
    row = verdicts.last(scope, [record.row.id]).get(record.row.id)
    verdict = canonical_json.decode_as(Verdict, row.body) if row else None
    accepts = isinstance(command, AcceptVariance | Resolve)
    writes = isinstance(command, AskCounterparty | Resolve)
    return Circumstances(
        other_side=other_side_now(engine, scope, record, document, verdict)
        if writes and document is not None
        else NOBODY,
        makers=_makers(engine, scope, record.row.key, verdict) if accepts else frozenset(),
        queues=_queues(engine, scope, case) if isinstance(command, HandOff) else frozenset(),
        people=_people(engine, scope, record.row.entity, case, at=at) if isinstance(command, Assign) else {},
        hours=verdict.hours if verdict else Hours(),
        watched=record.row.kind in engine.watched_kinds,
        over="erased" if document is None else "superseded" if record.claim.successor else "",
    )


def before_a_command(engine: Engine, scope: Scope, record: ClaimRecord) -> Circumstances:
    """What determines which commands are offered: the makers of the claim's document and of what its last verdict cites, and whether
    there is anybody to write to, which there is not where the content of the document was erased."""
    row = verdicts.last(scope, [record.row.id]).get(record.row.id)
    verdict = canonical_json.decode_as(Verdict, row.body) if row else None
    document = documents_of(engine, scope, [record]).get(record.row.id)
    return Circumstances(
        makers=_makers(engine, scope, record.row.key, verdict),
        other_side=other_side_now(engine, scope, record, document, verdict) if document is not None else NOBODY,
        doubted=in_doubt(record.cases.values(), engine.catalogue),
        watched=record.row.kind in engine.watched_kinds,
        over="erased" if document is None else "superseded" if record.claim.successor else "",
    )


def _makers(engine: Engine, scope: Scope, claim: str, verdict: Verdict | None) -> frozenset[str]:
    """Who made, changed, approved or handed in the claim's document or what its verdict cites, in any version."""
    cited = {claim, *(key for key, _ in verdict.inputs)} if verdict else {claim}
    keys = {key.rpartition("@")[0] for key in cited}
    versions = [version for version in documents.versions(scope, keys) if version.kind != MADE_BY_COMMAND]
    ids = [version.id for version in versions]
    bodies = documents.bodies(scope, ids)
    makers = {
        name
        for version in versions
        if version.id in bodies  # else its content was erased
        for name in makers_of(canonical_json.decode(engine.kinds, version.kind, bodies[version.id]))
    }
    return frozenset(makers | source_files.handed_by(scope, ids))


def _queues(engine: Engine, scope: Scope, case: Case) -> frozenset[str]:
    policies, _ = engine.rules.of(scope, engine.read_policy)
    codes = [code for pack in engine.packs.values() for code in pack.codes]
    own = {case.home, *(finding.queue for finding in case.findings)}
    return frozenset({*engine.queues, *queues_of(codes, policies), *own, FALLBACK_QUEUE} - {""})


def _people(engine: Engine, scope: Scope, entity: str, case: Case, *, at: datetime) -> Mapping[str, str]:
    """Who may be given the case: ids by user id and by user name."""
    return actors_of(
        [
            person
            for person in engine.people(scope, at.date())
            if ROLES["assign"]
            & authority(acting(person.grants, engine.roles), entity=entity, queue=queue_of(case), on=at.date()).roles
        ]
    )
