"""Change sets: what a transaction is going to write, as values. `engine.commit` writes them and the signals to other claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tieout.core.case.claim_change import ClaimChange
from tieout.core.documents.kind import Document
from tieout.core.values.made import made_often
from tieout.engine.claim_record import ClaimRecord
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow
from tieout.store.events import EventRow
from tieout.store.verdicts import AllocationRow, VerdictRow


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a tie-out adds to the change of a claim: its verdict where it is another, what it used up before and uses now.

    The judging transaction holds the ledgers that it shares. `alone` are look-up keys under which there is no other document; `overtook`
    claims that are to be tied out again because they may not have seen this one.
    """

    verdict: VerdictRow | None
    before: tuple[AllocationRow, ...]
    used: tuple[AllocationRow, ...]
    alone: frozenset[str]
    overtook: frozenset[UUID] = frozenset()


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """The change of one claim. `dirty`: it has to be tied out again. `document` is the claim's, where it is at hand."""

    record: ClaimRecord
    claim_change: ClaimChange
    dirty: bool = False
    document: Document | None = None
    judged: Judged | None = None

    @property
    def id(self) -> UUID:
        """The claim's id."""
        return self.record.row.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What claims watch from now on: by claim all of its keys, the (key, claim) pairs that are watched no more, and the sum of
    look-up ids seen under each key. `first`: none of them has watched anything before. `near` are further keys under which they look
    once more when all is committed, and never again."""

    asked: Mapping[UUID, tuple[str, ...]]
    near: Mapping[UUID, tuple[str, ...]]
    gone: Sequence[tuple[str, UUID]]
    seen: Mapping[str, int]
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChanges:
    """Documents that are recorded and superseded. `lookups` are (tenant, key, document); `claims` and `events` those of new claims.

    `news` are keys with the claim that need not be notified; `gone` are the superseded versions with their look-up keys.
    """

    rows: Sequence[DocumentRow] = ()
    lookups: Sequence[tuple[str, str, UUID]] = ()
    claims: Sequence[ClaimRow] = ()
    events: Sequence[EventRow] = ()
    news: Sequence[tuple[str, UUID | None]] = ()
    gone: Mapping[UUID, Sequence[str]] | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.rows or self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything that one commit writes. `clean` are claims that were tied out and about which nothing changed."""

    claims: Sequence[RecordChange] = ()
    documents: DocumentChanges = DocumentChanges()
    watching: Watching | None = None
    clean: Sequence[UUID] = ()
