"""Gathering evidence for a batch of claims: at most four rounds, in each one query for all look-ups of all claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness, Paper
from tieout.core.tie_out.key import is_by_name, is_likeness, is_watched
from tieout.core.tie_out.pack import Pack
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.decoded import Reference, paper_of
from tieout.engine.plugged import Engine
from tieout.engine.standing import Standing
from tieout.formats import canonical_json
from tieout.store import claims, documents, verdicts, watches
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow, Found

ROUNDS_MAX: Final = 4
"""How often evidence may name further evidence: claim, order, contract, product."""


@dataclass(slots=True)
class Gathered:
    """A claim's dossier while it is gathered, and the claims that it met under its keys; `by_name`: by nothing but a name."""

    standing: Standing
    pack: Pack
    dossier: Dossier
    met: set[UUID] = field(default_factory=set)
    by_name: set[UUID] = field(default_factory=set)


class Shelves:
    """What has been looked up for a batch: documents under keys, and what was seen there."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope
        self._found: dict[str, list[Found]] = {}
        self._papers: dict[UUID, Paper[Document]] = {}

    def look(self, keys: Iterable[Key]) -> None:
        """Look under those keys that were not looked under yet: one query, and one for the bodies not remembered."""
        fresh = {key.bare: key for key in keys if key.bare not in self._found}
        if not fresh:
            return
        self._found.update((key, []) for key in fresh)
        evidence = {}
        for found in documents.find(self._scope, fresh):
            self._found[found.key].append(found)
            if found.in_force and not is_likeness(fresh[found.key]) and found.id not in self._papers:
                evidence[found.id] = found
        read = self._engine.decoded.fetch(
            self._engine.kinds,
            self._scope,
            [Reference(found.id, found.kind, found.sha256) for found in evidence.values()],
        )
        for found in evidence.values():
            self._papers[found.id] = Paper(
                key=f"{found.source}@{found.version}",
                sha256=found.sha256,
                recorded_at=found.recorded_at.astimezone(UTC),
                document=read[found.id],
                book=found.book,
            )

    def seen(self, key: str) -> int:
        """The sum of look-up ids under a key in every book, as of when it was looked under: see `engine.announce`."""
        return sum(found.seen for found in self._found[key])

    def papers(self, keys: Sequence[Key]) -> tuple[Paper[Document], ...]:
        """The evidence in force under these keys, in the order of source keys."""
        found = {
            each.source: self._papers[each.id]
            for key in keys
            if not is_likeness(key)
            for each in self._found[key.bare]
            if each.id in self._papers and key.meets(each.book)
        }
        return tuple(found[source] for source in sorted(found))

    def claims(self, keys: Sequence[Key]) -> set[UUID]:
        """The documents of claims that are met as look-alikes under these keys."""
        return {
            found.id for key in keys if is_likeness(key) for found in self._found[key.bare] if key.meets(found.book)
        }

    def shared(self, key: Key, own: UUID) -> bool:
        """Whether anything but this document is under a key, in any book."""
        return any(found.id != own for found in self._found.get(key.bare, ()))


def gather(
    engine: Engine, scope: Scope, standings: Sequence[Standing], *, at: datetime
) -> tuple[list[Gathered], Shelves]:
    """Dossiers with all evidence but what other claims used up and look like: that is read under locks, by `Neighbours`."""
    rows = {row.id: row for row in documents.by_ids(scope, [known.row.document for known in standings])}
    shelves = Shelves(engine, scope)
    batch = [
        Gathered(
            standing=known,
            pack=engine.packs[known.row.kind],
            dossier=_begin(engine, known, rows[known.row.document], at=at),
        )
        for known in standings
    ]
    asking = batch
    for _ in range(ROUNDS_MAX):
        asked = [(each, {need.key for need in each.pack.needs(each.dossier)}) for each in asking]
        asked = [(each, keys - set(each.dossier.looked_up)) for each, keys in asked]
        asked = [(each, keys) for each, keys in asked if keys]
        if not asked:
            break
        shelves.look({key for _, keys in asked for key in keys})
        for each, keys in asked:
            looked_up = tuple(sorted(keys.union(each.dossier.looked_up)))
            evidence = shelves.papers(looked_up)
            own = each.dossier.claim.key  # a claim is no evidence for itself
            if any(paper.key == own for paper in evidence):
                evidence = tuple(paper for paper in evidence if paper.key != own)
            each.dossier = replace(each.dossier, looked_up=looked_up, evidence=evidence)
        asking = [each for each, _ in asked]
    for each in batch:
        each.met = shelves.claims(each.dossier.looked_up) - {each.standing.row.document}
        if each.met:
            each.by_name = each.met - shelves.claims([key for key in each.dossier.looked_up if not is_by_name(key)])
    return batch, shelves


def _begin(engine: Engine, known: Standing, row: DocumentRow, *, at: datetime) -> Dossier:
    # Claims are not remembered: the next one to ask for this paper will be a long time coming.
    return Dossier(
        claim=paper_of(engine.kinds, row),
        received_at=known.claim.received_at,
        at=at,
        tenant=row.tenant,
        entity=row.book,
        remarks=canonical_json.decode_as(tuple[Remark, ...], row.remarks) if row.remarks else (),
        posted=known.claim.posted_lines,
        posted_at=known.claim.posted_at,
        resent_at=known.claim.resent_at,
    )


class Neighbours:
    """What the claims of a batch share with others, read under the locks: allocations of orders, look-alikes.

    Within the batch it follows what is decided: the next claim sees what the one before it has used up.
    """

    def __init__(self, scope: Scope, batch: Sequence[Gathered], shelves: Shelves) -> None:
        keys = {
            key.bare
            for each in batch
            for key in each.pack.locks(each.dossier)
            if shelves.shared(key, each.standing.row.document)
        }
        # Who reads a ledger that is watched holds it, though nobody else be in sight: what a claim of this very moment uses up
        # of it is told to those whose watches are written, and not to us.
        ledgers = {ledger for each in batch for ledger in each.pack.ledgers(each.dossier)}
        keys |= {ledger.bare for ledger in ledgers if is_watched(ledger)}
        watches.hold(scope, sorted(keys))
        met = {document for each in batch for document in each.met}
        self._alike = {row.document: row for row in claims.of_documents(scope, met)} if met else {}
        self._used: dict[str, dict[str, list[Allocated]]] = defaultdict(dict)
        self._ledgers_of: dict[str, set[str]] = defaultdict(set)
        for row, key in verdicts.allocated(scope, {ledger.bare for ledger in ledgers}) if ledgers else ():
            amount = Money(row.net, row.currency)
            self._use(Allocated(claim=key, ledger=row.ledger_key, line=row.line, quantity=row.quantity, amount=amount))

    def fill(self, each: Gathered) -> Dossier:
        """The claim's dossier with what others have used up, and look like, by now."""
        own = each.standing.row
        allocated = [
            used
            for ledger in sorted({key.bare for key in each.pack.ledgers(each.dossier)})
            for claim, lines in sorted(self._used.get(ledger, {}).items())
            if claim != own.key
            for used in lines
        ]
        alike = [
            _likeness(self._alike[document], each.dossier, by_name=document in each.by_name)
            for document in each.met
            if document in self._alike
        ]
        return replace(
            each.dossier, allocated=tuple(allocated), alike=tuple(sorted(alike, key=lambda known: known.key))
        )

    def decided(self, row: ClaimRow, used: Sequence[Allocated]) -> None:
        """A claim of the batch has been judged: it stands like this, and uses up this and nothing else."""
        for ledger in self._ledgers_of.pop(row.key, ()):
            del self._used[ledger][row.key]
        for each in used:
            self._use(each)
        if row.document in self._alike:
            self._alike[row.document] = row

    def _use(self, used: Allocated) -> None:
        ledger = used.ledger.bare
        self._used[ledger].setdefault(used.claim, []).append(used)
        self._ledgers_of[used.claim].add(ledger)


def _likeness(row: ClaimRow, dossier: Dossier, *, by_name: bool) -> Likeness:
    return Likeness(
        key=row.key,
        number=row.number,
        counterparty=row.counterparty,
        issue_date=row.issue_date,
        payable=None if row.payable is None else Money(row.payable, row.currency),
        state=row.status,
        earlier=(row.received_at.astimezone(UTC), row.key) < (dossier.received_at, dossier.claim.key),
        kind=row.kind,
        by_name=by_name,
    )
