"""Lines of usage that are no events: kept with their bytes and the reason, read again on request, shown to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import execute, query
from tieout.store.sentences import with_words
from tieout.store.table import Table


class RefusedRow(NamedTuple):
    """A line that is no event, in the order of `REFUSED`; `words` are those of both sentences (`store.sentences`)."""

    tenant: str
    source_file: UUID
    line: int
    feed: str
    reason: str
    remedy: str
    words: str
    content: bytes
    refused_at: datetime


class RefusedLine(NamedTuple):
    """A line that is no event, as people see it: its file and line, and both sentences with their words."""

    file: str
    line: int
    reason: str
    remedy: str


REFUSED: Final = Table.of(
    "store_usagerefused", ("tenant", "source_file", "line"), tenant="text", source_file="uuid", line="int4", feed="text", reason="text",
    remedy="text", words="text", content="bytea", refused_at="timestamptz",
)  # fmt: skip


def refuse(scope: Scope, rows: Sequence[RefusedRow]) -> None:
    """Keep lines that are no events."""
    REFUSED.put(scope, rows)


def refused(scope: Scope, *, limit: int) -> list[RefusedRow]:
    """Lines that are no events yet, oldest first; locked until the transaction ends."""
    sql = f"select {', '.join(REFUSED.columns)} from store_usagerefused where tenant = %s order by source_file, line limit %s for update"
    return [RefusedRow(*row) for row in query(scope, sql, (scope.tenant, limit))]


def latest_refused(scope: Scope, *, limit: int) -> list[RefusedLine]:
    """Lines that are no events yet, for people: the newest files first, in the order of their lines."""
    sql = """
        select f.name, r.line, r.reason, r.remedy, r.words from store_usagerefused r
        join store_sourcefile f on f.tenant = r.tenant and f.id = r.source_file
        where r.tenant = %s order by r.refused_at desc, f.name, r.line limit %s
    """
    rows = query(scope, sql, (scope.tenant, limit))
    return [
        RefusedLine(name, line, **with_words(words, reason=reason, remedy=remedy))
        for name, line, reason, remedy, words in rows
    ]


def drop_refused(scope: Scope, lines: Sequence[tuple[UUID, int]]) -> None:
    """These lines have become events."""
    execute(
        scope,
        """
        delete from store_usagerefused r using unnest(%s::uuid[], %s::int4[]) as g (source_file, line)
        where r.tenant = %s and r.source_file = g.source_file and r.line = g.line
        """,
        ([file_id for file_id, _ in lines], [line for _, line in lines], scope.tenant),
    )
