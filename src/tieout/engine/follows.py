"""Rows that follow from documents and verdicts: what claims use up of ledgers, and the keys under which documents are looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from tieout.core.claim.state import ClaimState
from tieout.core.documents.kind import Kinds
from tieout.core.tie_out.news import used_up
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.judge import allocation_rows
from tieout.formats import canonical_json
from tieout.store import documents, verdicts
from tieout.store.verdicts import AllocationRow

_PAGE: Final = 500
_COLUMNS: Final = AllocationRow._fields


def allocation_differences(scope: Scope, claims: Mapping[UUID, ClaimState]) -> Iterator[Sentence]:
    """Claims whose allocations are not those of their last verdict, or that are over and still use something up."""
    bodies = verdicts.last_bodies(scope, claims)
    stored: dict[UUID, list[AllocationRow]] = {}
    for row in verdicts.allocations_of(scope, claims):
        stored.setdefault(row.claim, []).append(row)
    for claim, state in claims.items():
        try:
            verdict = canonical_json.decode_as(Verdict, bodies[claim]) if claim in bodies else None
        except Malformed:
            continue  # the verdict is not what was written: the log says so
        used = () if verdict is None else used_up(verdict.allocations, state=state.status, posted=bool(state.posted))
        expected = allocation_rows(scope, claim, used)
        columns = _unlike(stored.get(claim, []), expected)
        if columns:
            yield Sentence(
                "store_allocation of claim {claim}: {columns} is not what its last verdict allocates",
                claim=str(claim), columns=", ".join(columns),
            )  # fmt: skip


def _unlike(stored: Sequence[AllocationRow], expected: Sequence[AllocationRow]) -> list[str]:
    """The columns in which the rows differ; all of them where rows are missing or too many."""
    if Counter(stored) == Counter(expected):
        return []
    if len(stored) != len(expected):
        return list(_COLUMNS)
    pairs = list(zip(sorted(stored, key=str), sorted(expected, key=str), strict=True))
    best = [
        column
        for place, column in enumerate(_COLUMNS)
        if Counter(row[place] for row in stored) != Counter(row[place] for row in expected)
    ]
    return best or [column for place, column in enumerate(_COLUMNS) if any(a[place] != b[place] for a, b in pairs)]


def look_up_differences(scope: Scope, kinds: Kinds) -> Iterator[Sentence]:
    """Look-ups that do not follow from their document's content, and documents that lack one. In the caller's transaction."""
    stored = groupby(documents.every_lookup(scope), key=itemgetter(0))
    group = next(stored, None)
    after = UUID(int=0)
    while rows := documents.page_of_bodies(scope, after=after, limit=_PAGE):
        after = rows[-1][0]
        for document, kind, body in rows:
            while group is not None and group[0] < document:
                yield from (_lookup(key, group[0]) for _, key in group[1])
                group = next(stored, None)
            keys: set[str] = set()
            if group is not None and group[0] == document:
                keys = {key for _, key in group[1]}
                group = next(stored, None)
            expected = _keys(kinds, kind, body)
            if expected is not None:  # else the document is not what was written: the log says so
                yield from (_lookup(key, document) for key in sorted(expected ^ keys))
    while group is not None:
        yield from (_lookup(key, group[0]) for _, key in group[1])
        group = next(stored, None)


def _lookup(key: str, document: UUID) -> Sentence:
    return Sentence(
        "store_lookup {key} {document}: its tenant, key or document is not what follows from the document",
        key=key, document=str(document),
    )  # fmt: skip


def _keys(kinds: Kinds, kind: str, body: bytes) -> set[str] | None:
    try:
        return {key.bare for key in kinds.published(canonical_json.decode(kinds, kind, body))}
    except (Malformed, KeyError):
        return None
