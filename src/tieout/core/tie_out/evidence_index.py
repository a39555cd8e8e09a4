"""A shelf: papers in memory under the keys they are found by, and the gathering of a dossier from them.

What the store does with tables for a company, a shelf does for a handful of files: `tieout check`, scenarios and tests
gather from it with the same rounds. It never judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.dossier import Allocated, Dossier, Likeness, Paper
from tieout.core.tie_out.key import is_by_name, is_likeness
from tieout.core.tie_out.pack import Pack
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key

ROUNDS_MAX: Final = 4
"""How often evidence may name further evidence: claim, order, contract, product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a claim stands that others may meet: its state ("clear", "held", "posted" …) and what it uses up."""

    state: str = "received"
    allocations: tuple[Allocation, ...] = ()
    reversed: bool = False


class Shelf:
    """Papers by key. A later version of a paper takes the earlier one's place, whichever comes first."""

    def __init__(self, kinds: Kinds, papers: Iterable[Paper[Document]] = ()) -> None:
        self._kinds = kinds
        self._papers: dict[str, Paper[Document]] = {}
        self._found: dict[str, dict[str, Paper[Document]]] = {}  # by bare key: a question may go to every book
        self._standing: dict[str, Standing] = {}
        for paper in papers:
            self.add(paper)

    def __iter__(self) -> Iterator[Paper[Document]]:
        """The papers in the order of their source keys."""
        return iter([self._papers[source] for source in sorted(self._papers)])

    def add(self, paper: Paper[Document]) -> bool:
        """Puts a paper on the shelf. Says whether that changed anything: a paper that is there, or an older one, does not."""
        source, version = _source(paper.key)
        known = self._papers.get(source)
        if known is not None and _rank(_source(known.key)[1]) >= _rank(version):
            return False
        self.put(paper)
        return True

    def put(self, paper: Paper[Document]) -> None:
        """Puts a paper on the shelf in place of any other under its source key, whatever their versions."""
        source, _ = _source(paper.key)
        known = self._papers.get(source)
        if known is not None:
            for key in self._kinds.published(known.document):
                self._found[key.bare].pop(source)
        self._papers[source] = paper
        for key in self._kinds.published(paper.document):
            self._found.setdefault(key.bare, {})[source] = paper

    def judged(self, claim: str, standing: Standing) -> None:
        """Notes how a claim stands since it was last tied out, for the claims that come after."""
        self._standing[_source(claim)[0]] = standing

    def last(self, source: str) -> Paper[Document] | None:
        """The paper that is in force under a source key (without its version); None if there is none."""
        return self._papers.get(source)

    def find(self, key: Key) -> tuple[Paper[Document], ...]:
        """The papers under a key in its book, and those that name no book, in the order of their source keys."""
        found = self._found.get(key.bare, {})
        return tuple(found[source] for source in sorted(found) if key.meets(found[source].book))

    def gather(
        self,
        pack: Pack,
        claim: Paper[Document],
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
            allocated=self._allocated(claim.key),
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
        found = {_source(paper.key)[0]: paper for key in keys if not is_likeness(key) for paper in self.find(key)}
        like = {_source(paper.key)[0]: paper for key in keys if is_likeness(key) for paper in self.find(key)}
        found.pop(claim, None)
        like.pop(claim, None)
        evidence = [found[source] for source in sorted(found)]
        strong = {_source(paper.key)[0] for key in keys if not is_by_name(key) for paper in self.find(key)}
        alike = [self._likeness(like[source], dossier, by_name=source not in strong) for source in sorted(like)]
        return replace(dossier, evidence=tuple(evidence), alike=tuple(alike), looked_up=tuple(keys))

    def _likeness(self, paper: Paper[Document], dossier: Dossier, *, by_name: bool) -> Likeness:
        other, kind = paper.document, self._kinds.of(paper.document)
        standing = self._standing.get(_source(paper.key)[0], Standing())
        return Likeness(
            key=paper.key,
            number=other.number,
            counterparty=kind.counterparty(other).name,
            issue_date=kind.issued_on(other),
            payable=kind.amounts(other).payable,
            state=standing.state,
            earlier=(paper.recorded_at, paper.key) < (dossier.claim.recorded_at, dossier.claim.key),
            reversed=standing.reversed,
            kind=other.kind,
            by_name=by_name,
        )

    def _allocated(self, claim: str) -> tuple[Allocated, ...]:
        own = _source(claim)[0]
        return tuple(
            Allocated(claim=other, ledger=each.ledger, line=each.line, quantity=each.quantity, amount=each.net)
            for other in sorted(self._standing)
            if other != own
            for each in self._standing[other].allocations
        )


def _source(key: str) -> tuple[str, str]:
    """A source key's paper and its version ("erp/order/4500012", "2")."""
    source, at, version = key.rpartition("@")
    return (source, version) if at else (key, "")


def _rank(version: str) -> tuple[int, str]:
    """Versions are counted where they are numbers ("10" after "9"), else compared as text."""
    return (int(version), "") if version.isascii() and version.isdigit() else (-1, version)
