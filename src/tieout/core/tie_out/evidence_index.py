"""The evidence index: documents in memory under their look-up keys, and the gathering of a dossier from them.

It does for a handful of files what the store does with tables: `tieout check`, scenarios and tests gather from it in the
same rounds. It never judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness, RecordedDocument
from tieout.core.tie_out.key import is_by_name, is_likeness, is_near
from tieout.core.tie_out.news import is_posted
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key

ROUNDS_MAX: Final = 4
"""How often evidence may name further evidence: claim, order, contract, product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The status of a claim that other claims may depend on: its state ("clear", "held", "posted" …) and what it uses up.

    `by_verdict`: its verdict rejected it, and no person. `as_posted`: others count on it as on a posted one, where nothing is posted.
    """

    state: str = "received"
    allocations: tuple[Allocation, ...] = ()
    reversed: bool = False
    by_verdict: bool = False
    as_posted: bool = False


class EvidenceIndex:
    """Documents by key. A later version of a document takes the earlier one's place, whichever comes first."""

    def __init__(self, kinds: Kinds, documents: Iterable[RecordedDocument[Document]] = ()) -> None:
        self._kinds = kinds
        self._documents: dict[str, RecordedDocument[Document]] = {}
        self._by_key: dict[
            str, dict[str, RecordedDocument[Document]]
        ] = {}  # by bare key: a look-up may go to every book
        self._statuses: dict[str, Standing] = {}
        for recorded in documents:
            self.add(recorded)

    def __iter__(self) -> Iterator[RecordedDocument[Document]]:
        """The documents in the order of their source keys."""
        return iter([self._documents[source] for source in sorted(self._documents)])

    def add(self, recorded: RecordedDocument[Document]) -> bool:
        """Adds a document. Whether that changed anything: a version that is present, or an older one, does not."""
        source, version = _source(recorded.key)
        earlier = self._documents.get(source)
        if earlier is not None and _rank(_source(earlier.key)[1]) >= _rank(version):
            return False
        self.put(recorded)
        return True

    def put(self, recorded: RecordedDocument[Document]) -> None:
        """Adds a document in place of any other under its source key, whatever their versions."""
        source, _ = _source(recorded.key)
        earlier = self._documents.get(source)
        if earlier is not None:
            for key in self._kinds.published(earlier.document):
                self._by_key[key.bare].pop(source)
        self._documents[source] = recorded
        for key in self._kinds.published(recorded.document):
            self._by_key.setdefault(key.bare, {})[source] = recorded

    def judged(self, claim: str, status: Standing) -> None:
        """Records the status of a claim since it was last tied out, for the claims that come after."""
        self._statuses[_source(claim)[0]] = status

    def last(self, source: str) -> RecordedDocument[Document] | None:
        """The document that is in force under a source key (without its version); None if there is none."""
        return self._documents.get(source)

    def find(self, key: Key) -> tuple[RecordedDocument[Document], ...]:
        """The documents under a key in its book, and those that name no book, in the order of their source keys."""
        documents = self._by_key.get(key.bare, {})
        return tuple(documents[source] for source in sorted(documents) if key.meets(documents[source].book))

    def gather(
        self,
        pack: Pack,
        claim: RecordedDocument[Document],
        *,
        received_at: datetime,
        at: datetime,
        tenant: str = "",
        entity: str = "",
        remarks: tuple[Remark, ...] = (),
        posted: tuple[PostingLine, ...] = (),
        posted_at: datetime | None = None,
        resent_at: datetime | None = None,
    ) -> Dossier:
        """The claim with everything that the pack asks for, round by round, until it asks for nothing new."""
        dossier = Dossier(
            claim=claim,
            received_at=received_at,
            at=at,
            tenant=tenant,
            entity=entity,
            allocated=self._allocated(claim),
            remarks=remarks,
            posted=posted,
            posted_at=posted_at,
            resent_at=resent_at,
        )
        for _ in range(ROUNDS_MAX):
            asked = {need.key for need in pack.needs(dossier)} - set(dossier.looked_up)
            if not asked:
                break
            dossier = self._with(dossier, asked)
        return dossier

    def _with(self, dossier: Dossier, asked: set[Key]) -> Dossier:
        keys = sorted(asked | set(dossier.looked_up))
        claim = _source(dossier.claim.key)[0]
        documents = {
            _source(recorded.key)[0]: recorded for key in keys if not is_likeness(key) for recorded in self.find(key)
        }
        like = {_source(recorded.key)[0]: recorded for key in keys if is_likeness(key) for recorded in self.find(key)}
        documents.pop(claim, None)
        like.pop(claim, None)
        evidence = [documents[source] for source in sorted(documents)]
        numbered = {key for key in keys if is_likeness(key) and not is_near(key)} if like else set()
        same = {_source(recorded.key)[0] for key in numbered for recorded in self.find(key)}
        strong = {_source(recorded.key)[0] for key in numbered if not is_by_name(key) for recorded in self.find(key)}
        alike = [
            self._likeness(like[source], dossier, by_name=source in same - strong, near=source not in same)
            for source in sorted(like)
        ]
        return replace(dossier, evidence=tuple(evidence), alike=tuple(alike), looked_up=tuple(keys))

    def _likeness(
        self, recorded: RecordedDocument[Document], dossier: Dossier, *, by_name: bool, near: bool
    ) -> Likeness:
        other, kind = recorded.document, self._kinds.of(recorded.document)
        status = self._statuses.get(_source(recorded.key)[0], Standing())
        return Likeness(
            key=recorded.key,
            number=other.number,
            counterparty=kind.counterparty(other).name,
            issue_date=kind.issued_on(other),
            payable=kind.amounts(other).payable,
            state=status.state,
            earlier=(recorded.recorded_at, recorded.key) < (dossier.claim.recorded_at, dossier.claim.key),
            reversed=status.reversed,
            by_verdict=status.by_verdict,
            kind=other.kind,
            by_name=by_name,
            near=near,
            traits=kind.traits(other),
        )

    def _allocated(self, claim: RecordedDocument[Document]) -> tuple[Allocated, ...]:
        own = _source(claim.key)[0]
        return tuple(
            Allocated(
                claim=other,
                ledger=allocation.ledger,
                line=allocation.line,
                quantity=allocation.quantity,
                amount=allocation.net,
                earlier=self._is_earlier(other, claim),
                posted=self._statuses[other].as_posted or is_posted(self._statuses[other].state),
            )
            for other in sorted(self._statuses)
            if other != own
            for allocation in self._statuses[other].allocations
        )

    def _is_earlier(self, source: str, claim: RecordedDocument[Document]) -> bool:
        other = self._documents.get(source)
        return other is None or (other.recorded_at, other.key) < (claim.recorded_at, claim.key)


def _source(key: str) -> tuple[str, str]:
    """A source key without its version, and the version ("erp/order/4500012", "2")."""
    source, at, version = key.rpartition("@")
    return (source, version) if at else (key, "")


def _rank(version: str) -> tuple[int, str]:
    """Versions are counted where they are numbers ("10" after "9"), else compared as text."""
    return (int(version), "") if version.isascii() and version.isdigit() else (-1, version)
