"""Source files: stored once by source key and by content, and listed until they are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import execute, query
from tieout.store.table import Table


class SourceFileRow(NamedTuple):
    """A row of source files, in the order of `SOURCE_FILES`. `origin` is the source's name, `handed_by` the actor who handed it in."""

    tenant: str
    id: UUID
    sha256: str
    system: str
    source_kind: str
    external_id: str
    version: str
    stated: bool
    name: str
    media_type: str
    size: int
    content: bytes
    received_at: datetime
    entity: str = ""
    origin: str = ""
    handed_by: str = ""
    erased_at: datetime | None = None


SOURCE_FILES: Final = Table.of(
    "store_sourcefile", tenant="text", id="uuid", sha256="text", system="text", source_kind="text", external_id="text",
    version="text", stated="bool", name="text", media_type="text", size="int8", content="bytea", received_at="timestamptz",
    entity="text", origin="text", handed_by="text", erased_at="timestamptz",
).packing(content="original").sealed(
    "source_file/2", instant="received_at", without=("erased_at",), veiled={"name": "content"}
)  # fmt: skip
FORMER: Final = SOURCE_FILES.sealed("source_file/1", instant="received_at", without=("erased_at",))
"""What entries of earlier builds say of source files."""
ERASED: Final = SOURCE_FILES.sealed("source_file_erased/1", instant="erased_at", only=("erased_at", ()), erased=True)
"""A source file whose content was erased, as it is since."""
UNREAD: Final = Table.of(
    "store_unread", ("tenant", "source_file"), tenant="text", source_file="uuid", received_at="timestamptz"
)

_COLUMNS: Final = ", ".join(f"r.{column}" for column in SOURCE_FILES.columns)


def ids_by_hash(scope: Scope, origin: str, hashes: Collection[str]) -> dict[str, UUID]:
    """The ids of those of these contents that we have from this source, by hash."""
    sql = "select sha256, id from store_sourcefile where tenant = %s and origin = %s and sha256 = any(%s)"
    return dict(query(scope, sql, (scope.tenant, origin, list(hashes))))


def handed_by(scope: Scope, documents: Collection[UUID]) -> set[str]:
    """Who handed these documents in: everyone who handed in a file with the same content."""
    sql = """
        select distinct twin.handed_by from store_document d
        join store_sourcefile r on r.tenant = d.tenant and r.id = d.source_file
        join store_sourcefile twin on twin.tenant = r.tenant and twin.sha256 = r.sha256
        where d.tenant = %s and d.id = any((select %s)::uuid[])
    """
    return {actor for (actor,) in query(scope, sql, (scope.tenant, list(documents)))} - {""}


def ids_by_source_key(scope: Scope, external_ids: Collection[str]) -> dict[tuple[str, str, str, str], tuple[UUID, str]]:
    """File id and content hash by source key (system, kind, id, version), of files with these external ids."""
    sql = """
        select system, source_kind, external_id, version, id, sha256 from store_sourcefile
        where tenant = %s and external_id = any(%s)
    """
    return {tuple(row[:4]): (row[4], row[5]) for row in query(scope, sql, (scope.tenant, list(external_ids)))}


def add(scope: Scope, rows: Sequence[SourceFileRow]) -> None:
    """Keep them, and list them as unread. Raises a `Collision` if one was added meanwhile."""
    keep(scope, rows)
    UNREAD.add(scope, [(row.tenant, row.id, row.received_at) for row in rows])


def keep(scope: Scope, rows: Sequence[SourceFileRow]) -> None:
    """Keep them, for a caller with a list of its own of what is to be read. Raises a `Collision` as `add` does."""
    SOURCE_FILES.add(scope, rows)


def unread(scope: Scope, *, before: datetime, limit: int) -> list[SourceFileRow]:
    """Files received before an instant that are still unread, oldest first."""
    sql = f"""
        select {_COLUMNS} from store_unread u join store_sourcefile r on r.tenant = u.tenant and r.id = u.source_file
        where u.tenant = %s and u.received_at < %s order by u.source_file limit %s
    """
    return SOURCE_FILES.read(SourceFileRow, query(scope, sql, (scope.tenant, before, limit)))


def unread_of(scope: Scope, ids: Collection[UUID]) -> list[SourceFileRow]:
    """Those of these files that are still unread, in the order of their ids."""
    sql = f"""
        select {_COLUMNS} from store_unread u join store_sourcefile r on r.tenant = u.tenant and r.id = u.source_file
        where u.tenant = %s and u.source_file = any(%s) order by u.source_file
    """
    return SOURCE_FILES.read(SourceFileRow, query(scope, sql, (scope.tenant, list(ids))))


def take_unread(scope: Scope, ids: Collection[UUID]) -> set[UUID]:
    """Take them off the list of unread files; returns those that were still on it. Waits for a worker that has locked them."""
    sql = "select source_file from store_unread where tenant = %s and source_file = any(%s) order by source_file for update"
    taken = {file_id for (file_id,) in query(scope, sql, (scope.tenant, list(ids)))}
    execute(scope, "delete from store_unread where tenant = %s and source_file = any(%s)", (scope.tenant, list(taken)))
    return taken


def parked(scope: Scope, *, system: str, after: UUID, limit: int, origin: str = "") -> list[SourceFileRow]:
    """Files with an unreadable document that is not superseded; of one system and one source, or of all (""). By id."""
    sql = f"""
        select {_COLUMNS} from store_sourcefile r
        where r.tenant = %s and r.id > %s and r.erased_at is null and (%s = '' or r.system = %s) and (%s = '' or r.origin = %s) and exists (
            select from store_document d
            where d.tenant = r.tenant and d.source_file = r.id and d.kind = 'unreadable' and d.superseded_at is null
        )
        order by r.id limit %s
    """
    values = (scope.tenant, after, system, system, origin, origin, limit)
    return SOURCE_FILES.read(SourceFileRow, query(scope, sql, values))


def content(scope: Scope, file_id: UUID) -> SourceFileRow | None:
    """A source file by its id."""
    rows = query(
        scope, f"select {_COLUMNS} from store_sourcefile r where r.tenant = %s and r.id = %s", (scope.tenant, file_id)
    )
    return next(iter(SOURCE_FILES.read(SourceFileRow, rows)), None)
