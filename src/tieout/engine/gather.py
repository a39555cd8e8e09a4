"""Gathering evidence for a batch of claims: at most four rounds, in each one query for all look-ups of all claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness, RecordedDocument
from tieout.core.tie_out.key import is_by_name, is_likeness, is_near, is_watched, likenesses
from tieout.core.tie_out.news import DEAD, is_posted
from tieout.core.tie_out.pack import Pack
from tieout.core.values.key import Key
from tieout.core.values.made import changed
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.claim_record import ClaimRecord
from tieout.engine.decoded import Reference, recorded
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import claims, documents, verdicts, watches
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow, LookedUp

ROUNDS_MAX: Final = 4
"""How often evidence may name further evidence: claim, order, contract, product."""


@dataclass(slots=True)
class Gathered:
    """A claim's dossier while it is gathered, and the claims found under its keys.

    `by_name`: those found by a name alone; `near`: those that were not found under its number. `like` are the keys under which
    look-alikes are found, `ledgers` those that it may use up.
    """

    record: ClaimRecord
    pack: Pack
    dossier: Dossier
    like: tuple[Key, ...] = ()
    ledgers: tuple[Key, ...] = ()
    met: set[UUID] = field(default_factory=set)
    by_name: set[UUID] = field(default_factory=set)
    near: set[UUID] = field(default_factory=set)


class BatchEvidence:
    """The evidence index of a batch: the documents that were looked up, by key, and the look-ups seen."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope
        self._matches: dict[str, list[LookedUp]] = {}
        self._recorded: dict[UUID, RecordedDocument[Document]] = {}
        self._evidence: dict[str, list[tuple[LookedUp, RecordedDocument[Document]]]] = {}

    def look(self, keys: Iterable[Key]) -> None:
        """Look up those keys that were not looked up yet: one query, and one for the documents not in the cache."""
        fresh = {key.bare: key for key in keys if key.bare not in self._matches}
        if not fresh:
            return
        self._matches.update((key, []) for key in fresh)
        evidence = {}
        for match in documents.find(self._scope, fresh):
            self._matches[match.key].append(match)
            if match.in_force and not is_likeness(fresh[match.key]) and match.id not in self._recorded:
                evidence[match.id] = match
        read = self._engine.decoded.fetch(
            self._engine.kinds,
            self._scope,
            [Reference(match.id, match.kind, match.sha256) for match in evidence.values()],
        )
        for match in (match for match in evidence.values() if match.id in read):
            self._recorded[match.id] = RecordedDocument(
                key=f"{match.source}@{match.version}",
                sha256=match.sha256,
                recorded_at=match.recorded_at.astimezone(UTC),
                document=read[match.id],
                book=match.book,
            )

    def seen(self, key: str) -> int:
        """The sum of look-up ids under a key in every book, as of when it was looked up: see `engine.announce`."""
        return sum(match.seen for match in self._matches[key])

    def documents(self, keys: Sequence[Key]) -> tuple[RecordedDocument[Document], ...]:
        """The evidence in force under these keys, in the order of source keys."""
        by_source = {
            match.source: recorded
            for key in keys
            if not is_likeness(key)
            for match, recorded in self._evidence_under(key.bare)
            if key.meets(match.book)
        }
        return tuple([by_source[source] for source in sorted(by_source)])

    def _evidence_under(self, key: str) -> list[tuple[LookedUp, RecordedDocument[Document]]]:
        """The matches under a bare key that are evidence: worked out when somebody asks, and once for all claims."""
        evidence = self._evidence.get(key)
        if evidence is None:
            matches = self._matches[key]
            evidence = [(match, self._recorded[match.id]) for match in matches if match.id in self._recorded]
            self._evidence[key] = evidence
        return evidence

    def claims(self, keys: Sequence[Key]) -> set[UUID]:
        """The documents of claims that are possible duplicates under these keys, each of which is one of look-alikes."""
        return {match.id for key in keys for match in self._matches[key.bare] if key.meets(match.book)}

    def traits(self, claims: Iterable[ClaimRow]) -> dict[UUID, tuple[str, ...]]:
        """What the documents of claims are compared by, by document; without those whose content was erased."""
        kinds = self._engine.kinds
        references = [Reference(row.document, row.kind, row.sha256) for row in claims]
        fetched = self._engine.decoded.fetch(kinds, self._scope, references) if references else {}
        return {document: kinds.of(fetched[document]).traits(fetched[document]) for document in fetched}

    def shared(self, key: Key, own: UUID) -> bool:
        """Whether anything but this document is under a key, in any book."""
        mine = own.int  # compared as numbers: a UUID compares itself in Python
        matches = self._matches.get(key.bare, ())
        return bool(matches) and any(match.id.int != mine for match in matches)


def gather(
    engine: Engine, scope: Scope, records: Sequence[ClaimRecord], *, at: datetime
) -> tuple[list[Gathered], BatchEvidence]:
    """Dossiers with all evidence except allocations and possible duplicates of other claims: `Neighbours` reads these under locks. A claim
    whose content was erased has none: it is finished."""
    rows = {row.id: row for row in documents.by_ids(scope, [record.row.document for record in records])}
    index = BatchEvidence(engine, scope)
    batch = [
        Gathered(
            record=record,
            pack=engine.packs[record.row.kind],
            dossier=_begin(engine, record, rows[record.row.document], at=at),
        )
        for record in records
        if rows[record.row.document].erased_at is None
    ]
    asking = batch
    for _ in range(ROUNDS_MAX):
        asked = [(gathered, {need.key for need in gathered.pack.needs(gathered.dossier)}) for gathered in asking]
        asked = [(gathered, keys - set(gathered.dossier.looked_up)) for gathered, keys in asked]
        asked = [(gathered, keys) for gathered, keys in asked if keys]
        if not asked:
            break
        index.look({key for _, keys in asked for key in keys})
        asking = []
        for gathered, keys in asked:
            before = gathered.dossier
            looked_up = tuple(sorted(keys.union(gathered.dossier.looked_up)))
            evidence = index.documents(looked_up)
            own = gathered.dossier.claim.key  # a claim is no evidence for itself
            if any(recorded.key == own for recorded in evidence):
                evidence = tuple(recorded for recorded in evidence if recorded.key != own)
            gathered.dossier = changed(before, looked_up=looked_up, evidence=evidence)
            # Whoever has asked by its evidence asks for nothing more until there is other evidence.
            if not before.looked_up or len(evidence) > len(before.evidence):
                asking.append(gathered)
    for gathered in batch:
        gathered.like = likenesses(gathered.dossier.looked_up)
        gathered.met = index.claims(gathered.like) - {gathered.record.row.document}
        if gathered.met:
            numbered = [key for key in gathered.like if not is_near(key)]
            same = index.claims(numbered) & gathered.met
            gathered.near = gathered.met - same
            gathered.by_name = same - index.claims([key for key in numbered if not is_by_name(key)])
    return batch, index


def _begin(engine: Engine, record: ClaimRecord, row: DocumentRow, *, at: datetime) -> Dossier:
    # Documents of claims are not cached: they are rarely needed again soon.
    return Dossier(
        claim=recorded(engine.kinds, row),
        received_at=record.claim.received_at,
        at=at,
        tenant=row.tenant,
        entity=row.book,
        remarks=canonical_json.decode_as(tuple[Remark, ...], row.remarks) if row.remarks else (),
        posted=record.claim.posted_lines,
        posted_at=record.claim.posted_at,
        resent_at=record.claim.resent_at,
    )


class Neighbours:
    """What the claims of a batch share with others, read under locks: allocations of orders, possible duplicates.

    It follows the decisions within the batch: the next claim sees what the one before it has used up.
    """

    def __init__(self, scope: Scope, batch: Sequence[Gathered], index: BatchEvidence) -> None:
        keys = {
            key.bare
            for gathered in batch
            for key in gathered.pack.locks(gathered.dossier)
            if index.shared(key, gathered.record.row.document)
        }
        # Whoever reads a watched ledger locks it, even if no other claim shares it yet: a claim that uses it up at this moment
        # notifies only claims whose watches are written, and ours are not.
        for gathered in batch:
            gathered.ledgers = gathered.pack.ledgers(gathered.dossier)
        ledgers = {ledger for gathered in batch for ledger in gathered.ledgers}
        keys |= {ledger.bare for ledger in ledgers if is_watched(ledger)}
        watches.hold(scope, sorted(keys))
        met = {document for gathered in batch for document in gathered.met}
        self._alike = {row.document: row for row in claims.of_documents(scope, met)} if met else {}
        self._traits = index.traits(self._alike.values())
        self._used: dict[str, dict[str, list[Allocated]]] = defaultdict(dict)
        self._ledgers_of: dict[str, set[str]] = defaultdict(set)
        self._received: dict[str, datetime] = {}
        asked = {ledger.bare for ledger in ledgers}
        for row, key, received_at, status in verdicts.allocated(scope, asked) if asked else ():
            self._received[key] = received_at.astimezone(UTC)
            amount, posted = Money(row.net, row.currency), is_posted(status)
            self._use(
                Allocated(
                    claim=key, ledger=row.ledger_key, line=row.line, quantity=row.quantity, amount=amount, posted=posted
                )
            )

    def fill(self, gathered: Gathered) -> Dossier:
        """The claim's dossier with the allocations and possible duplicates of other claims by now."""
        own = gathered.record.row
        mine = (gathered.dossier.received_at, own.key)
        allocated = [
            used if (self._received[claim], claim) < mine else changed(used, earlier=False)
            for ledger in sorted({key.bare for key in gathered.ledgers})
            for claim, lines in sorted(self._used.get(ledger, {}).items())
            if claim != own.key
            for used in lines
        ]
        alike = [
            _likeness(self._alike[document], gathered, traits=self._traits.get(document, ()))
            for document in gathered.met
            if document in self._alike
        ]
        return changed(
            gathered.dossier, allocated=tuple(allocated), alike=tuple(sorted(alike, key=lambda likeness: likeness.key))
        )

    def overtook(self, gathered: Gathered) -> frozenset[UUID]:
        """The near look-alikes that came after the claim and were tied out before it: they may not have seen it.

        For a claim's first verdict. Its document was recorded late, by whoever took it in; from then on all see it. A posted one is
        left: this claim finds it. One that is being tied out just now finds this claim by itself: `engine.tie_out` looks again under
        its near keys.
        """
        own = gathered.record.row
        mine = (own.received_at, own.key)
        met = [self._alike[document] for document in gathered.near if document in self._alike]
        return frozenset(
            row.id
            for row in met
            if row.verdict_seq
            and row.status not in DEAD
            and row.status != "posted"
            and mine < (row.received_at, row.key)
        )

    def decided(self, row: ClaimRow, used: Sequence[Allocated]) -> None:
        """A claim of the batch has been judged: this is its row now, and all that it uses up."""
        for ledger in self._ledgers_of.pop(row.key, ()):
            del self._used[ledger][row.key]
        self._received[row.key] = row.received_at.astimezone(UTC)
        for allocation in used:
            self._use(allocation)
        if row.document in self._alike:
            self._alike[row.document] = row

    def _use(self, used: Allocated) -> None:
        ledger = used.ledger.bare
        self._used[ledger].setdefault(used.claim, []).append(used)
        self._ledgers_of[used.claim].add(ledger)


def _likeness(row: ClaimRow, gathered: Gathered, *, traits: tuple[str, ...]) -> Likeness:
    dossier = gathered.dossier
    return Likeness(
        key=row.key,
        number=row.number,
        counterparty=row.counterparty,
        issue_date=row.issue_date,
        payable=None if row.payable is None else Money(row.payable, row.currency),
        state=row.status,
        earlier=(row.received_at.astimezone(UTC), row.key) < (dossier.received_at, dossier.claim.key),
        kind=row.kind,
        by_name=row.document in gathered.by_name,
        near=row.document in gathered.near,
        traits=traits,
        by_verdict=row.status == "rejected" and canonical_json.decode_as(ClaimState, row.state).rejected_by_verdict,
    )
