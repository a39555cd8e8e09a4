"""Recording documents: new versions, the keys they are found under, the claims they make, as a change set.

It is written in the caller's transaction. Where the same document is added concurrently, this raises a `Collision`: the caller
rolls back, tries again, and then finds it recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from tieout.core.audit.chain import GENESIS
from tieout.core.case import apply_verdict
from tieout.core.claim.events import ClaimReceived
from tieout.core.claim.evolve import receive as begin_claim
from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.versions import Name, kept_as, outranks
from tieout.core.values.errors import Refused
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.changes import Changes, DocumentChanges, RecordChange
from tieout.engine.claim_record import claim_records
from tieout.engine.commit import commit
from tieout.engine.entries import chained
from tieout.engine.fresh import fresh_ids
from tieout.engine.naming import named
from tieout.engine.plugged import Engine
from tieout.engine.prepare import Prepared, without
from tieout.formats import canonical_json
from tieout.store import claims, documents, wanted
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow, Version
from tieout.store.events import EventRow
from tieout.store.link import Unfit, transaction

Fate = Literal["new", "known", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A prepared document, the source file it was read from, and the sender's key of that file (None: it has none).

    `instead_of` are documents from an earlier reading of the same file: this one supersedes them. `entity` is the company of
    its source, where that has exactly one: it owns documents that name no company themselves. `file` tells the source file from others.
    """

    prepared: Prepared
    source_file: UUID | None
    source: SourceKey | None = None
    alone: bool = True
    instead_of: tuple[UUID, ...] = ()
    entity: str = ""
    file: str = ""

    @property
    def book(self) -> str:
        """The company that owns the document, "" where neither the document nor its source names one."""
        return self.prepared.owner or self.entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The result of an arrival. "known": it was recorded before; "late": a later version is in force already."""

    key: str
    kind: str
    number: str
    document: UUID
    fate: Fate
    claim: UUID | None = None
    unreadable: bool = False


@dataclass(slots=True)
class _Batch:
    """What is going to be written."""

    scope: Scope
    at: datetime
    kinds: Kinds
    rows: list[DocumentRow] = field(default_factory=list)
    lookups: list[tuple[str, str, UUID]] = field(default_factory=list)
    news: list[tuple[str, UUID | None]] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    over: set[UUID] = field(default_factory=set)
    successors: dict[UUID, str] = field(default_factory=dict)
    kinds_of_claims: Collection[str] = ()

    def replace(self, earlier: Collection[UUID], name: Name) -> None:
        """Note that the documents of an earlier reading, and their claims, are superseded."""
        self.over |= set(earlier)
        self.successors |= dict.fromkeys(earlier, name.source_key)


class Recorder(Protocol):
    """Writes what is new of these arrivals in the caller's transaction; one answer for each, in the same order."""

    def __call__(
        self, engine: Engine, scope: Scope, arrivals: Sequence[Arrival], *, at: datetime
    ) -> list[Recorded]: ...


def record(engine: Engine, scope: Scope, arrivals: Sequence[Arrival], *, at: datetime) -> list[Recorded]:
    """Write what is new of these, at once; one answer for each, in the same order."""
    changes, answers = recording(engine, scope, arrivals, at=at)
    commit(engine, scope, changes, at=at)
    return answers


def record_apart(engine: Engine, scope: Scope, arrivals: Sequence[Arrival], *, at: datetime) -> list[Recorded]:
    """The same, where some document does not fit the tables: halved until it stands alone, and kept as a record that says so.

    Raises what `record` raises where even that record cannot be written.
    """
    try:
        with transaction(scope):  # within the caller's: a savepoint
            return record(engine, scope, arrivals, at=at)
    except Unfit:
        if len(arrivals) > 1:
            middle = len(arrivals) // 2
            halves = (arrivals[:middle], arrivals[middle:])
            return [answer for half in halves for answer in record_apart(engine, scope, half, at=at)]
    (arrival,) = arrivals
    kept = replace(arrival, prepared=without(engine.kinds, arrival.prepared), source=None)
    return record(engine, scope, [kept], at=at)


def recording(
    engine: Engine, scope: Scope, arrivals: Sequence[Arrival], *, at: datetime
) -> tuple[Changes, list[Recorded]]:
    """The change set of what is new of these, and the result for each. Claims that are superseded are locked."""
    kinds_of_claims = engine.packs.keys()
    # Of claims that are evidence too, a later version supersedes the earlier one.
    lasting = kinds_of_claims - engine.watched_kinds
    names = [
        named(
            arrival.prepared,
            arrival.source,
            alone=arrival.alone,
            claim=arrival.prepared.kind in lasting,
            file=arrival.file,
        )
        for arrival in arrivals
    ]
    by_key = _versions(scope, {name.key for name in names})
    batch = _Batch(scope=scope, at=at, kinds=engine.kinds, kinds_of_claims=kinds_of_claims)
    ids = fresh_ids(at)
    answers = []
    for arrival, stated in zip(arrivals, names, strict=True):
        versions = by_key[stated.key]
        claim = arrival.prepared.kind in kinds_of_claims
        apart = arrival.prepared.kind in lasting
        name = kept_as(
            stated, arrival.prepared.sha256, versions, lasting=apart, gives_way=_giving_way(scope, stated, at=at)
        )
        if name.key != stated.key:
            versions = by_key[name.key] = _versions(scope, {name.key})[name.key]
        same = next((old for old in versions if old.version == name.version), None)
        batch.replace(arrival.instead_of, name)
        if same is not None:
            answers.append(_answer(arrival, name, same.id, "known", None))
            continue
        document = next(ids)
        fate = _place(batch, versions, name, document, claim=claim)
        versions.append(
            Version(name.key, name.version, document, arrival.prepared.kind, arrival.prepared.sha256, fate == "new")
        )
        _add(batch, arrival, name, document, fate, claim=claim)
        answers.append(_answer(arrival, name, document, fate, document if claim else None))
    return _changes(batch), answers


def _versions(scope: Scope, keys: set[str]) -> dict[str, list[Version]]:
    by_key: dict[str, list[Version]] = defaultdict(list)
    for version in documents.versions(scope, keys):
        by_key[version.key].append(version)
    return by_key


def gives_way(scope: Scope, old: UUID, successor: str, *, at: datetime) -> bool:
    """Whether a claim can still be superseded: nothing of it is posted or may have been."""
    rows = claims.lock(scope, [old])
    try:
        for record in claim_records(scope, rows):
            begun = wanted.begun(scope, [old])
            apply_verdict.supersede(record.claim, record.cases, successor, at=at, begun=begun)
    except Refused:
        return False
    return True


def _giving_way(scope: Scope, name: Name, *, at: datetime) -> Callable[[Version], bool]:
    return lambda old: gives_way(scope, old.id, name.source_key, at=at)


def _place(batch: _Batch, versions: list[Version], name: Name, document: UUID, *, claim: bool) -> Fate:
    """Decide whether a new version supersedes the one in force; note which document is superseded."""
    for position, old in enumerate(versions):
        if not old.in_force:
            continue
        if not outranks(name, old.version):
            if claim:
                batch.successors[document] = f"{old.key}@{old.version}"
            return "late"
        versions[position] = old._replace(in_force=False)
        batch.over.add(old.id)
        if claim or old.kind in batch.kinds_of_claims:
            batch.successors[old.id] = name.source_key
    return "new"


def _answer(arrival: Arrival, name: Name, document: UUID, fate: Fate, claim: UUID | None) -> Recorded:
    return Recorded(
        key=name.source_key,
        kind=arrival.prepared.kind,
        number=arrival.prepared.number,
        document=document,
        fate=fate,
        claim=claim,
        unreadable=arrival.prepared.unreadable,
    )


def _add(batch: _Batch, arrival: Arrival, name: Name, document: UUID, fate: Fate, *, claim: bool) -> None:
    tenant, prepared = batch.scope.tenant, arrival.prepared
    batch.rows.append(
        DocumentRow(
            tenant=tenant,
            id=document,
            kind=prepared.kind,
            key=name.key,
            version=name.version,
            number=prepared.number,
            entity=prepared.entity,
            book=arrival.book,
            counterparty=prepared.counterparty,
            currency=prepared.currency,
            net=prepared.net,
            tax=prepared.tax,
            payable=prepared.payable,
            issue_date=prepared.issue_date,
            sha256=prepared.sha256,
            body=prepared.body,
            format=prepared.format,
            source_file=arrival.source_file,
            part=prepared.part,
            remarks=prepared.remarks,
            recorded_at=batch.at,
            superseded_at=None if fate == "new" else batch.at,
        )
    )
    batch.lookups += [(tenant, key, document) for key in prepared.keys]
    if fate == "new":
        batch.news += [(key, document if claim else None) for key in prepared.keys]
    if claim:
        _begin_claim(batch, arrival, name, document)


def _begin_claim(batch: _Batch, arrival: Arrival, name: Name, document: UUID) -> None:
    # A claim has its document's id: one document, one claim.
    tenant, prepared = batch.scope.tenant, arrival.prepared
    received = ClaimReceived(
        at=batch.at,
        actor=batch.scope.actor,
        claim_id=document,
        tenant=tenant,
        key=name.source_key,
        kind=prepared.kind,
        number=prepared.number,
        entity=arrival.book,
        counterparty=prepared.counterparty_number,
    )
    state = begin_claim(received)
    happened, head = chained(batch.scope, document, [received], seq=0, head=GENESIS)
    batch.events += happened
    batch.claims.append(
        ClaimRow(
            tenant=tenant,
            id=document,
            key=name.source_key,
            kind=prepared.kind,
            document=document,
            sha256=prepared.sha256,
            number=prepared.number,
            entity=arrival.book,
            counterparty=prepared.counterparty,
            currency=prepared.currency,
            payable=prepared.payable,
            issue_date=prepared.issue_date,
            received_at=batch.at,
            status=state.status,
            dirty=True,
            due_at=None,
            verdict_seq=0,
            verdict_sha256="",
            seq=1,
            head=head,
            state=canonical_json.encode(state),
            changed_at=batch.at,
        )
    )


def _changes(batch: _Batch) -> Changes:
    added = {row.id for row in batch.rows}
    going = documents.by_ids(batch.scope, batch.over - added) if batch.over - added else []
    read = [row for row in going if row.erased_at is None]
    gone = {row.id: canonical_json.decode(batch.kinds, row.kind, row.body) for row in read}
    keys = {id_: tuple(key.bare for key in batch.kinds.published(document)) for id_, document in gone.items()}
    # A version that was superseded within this batch is written as superseded.
    rows = [row._replace(superseded_at=batch.at) if row.id in batch.over else row for row in batch.rows]
    recorded = DocumentChanges(
        rows=rows,
        lookups=batch.lookups,
        claims=batch.claims,
        events=batch.events,
        news=batch.news,
        gone={row.id: keys.get(row.id, ()) for row in going},  # nobody waits for one whose content was erased
    )
    return Changes(documents=recorded, claims=_superseded(batch, gone) if batch.successors else ())


def _superseded(batch: _Batch, documents_gone: Mapping[UUID, Document]) -> list[RecordChange]:
    """Claims that a later version of their document supersedes: nothing more of them is posted, and they use up nothing."""
    new = [row for row in batch.claims if row.id in batch.successors]
    rows = claims.lock(batch.scope, sorted(batch.successors.keys() - {row.id for row in new}))
    begun = wanted.begun(batch.scope, [row.id for row in rows]) if rows else frozenset()
    return [
        RecordChange(
            record=claim,
            claim_change=apply_verdict.supersede(
                claim.claim, claim.cases, batch.successors[claim.row.id], at=batch.at, begun=begun
            ),
            document=documents_gone.get(claim.row.document),
        )
        for claim in claim_records(batch.scope, [*rows, *new])
    ]
