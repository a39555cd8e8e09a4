"""Documents and the keys under which they are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.values.scope import Scope
from tieout.store.link import execute, query, scoped
from tieout.store.packing import unpacked
from tieout.store.table import Table


class DocumentRow(NamedTuple):
    """A row of documents, in the order of `DOCUMENTS`."""

    tenant: str
    id: UUID
    kind: str
    key: str
    version: str
    number: str
    entity: str
    book: str
    counterparty: str
    currency: str
    net: int | None
    tax: int | None
    payable: int | None
    issue_date: date | None
    sha256: str
    body: bytes
    format: str
    source_file: UUID | None
    part: int
    remarks: bytes | None
    recorded_at: datetime
    superseded_at: datetime | None
    erased_at: datetime | None = None

    @property
    def source_key(self) -> str:
        """The source key with its version, as the kernel writes it."""
        return f"{self.key}@{self.version}"


DOCUMENTS: Final = Table.of(
    "store_document", tenant="text", id="uuid", kind="text", key="text", version="text", number="text", entity="text",
    book="text", counterparty="text", currency="text", net="int8", tax="int8", payable="int8", issue_date="date", sha256="text",
    body="bytea", format="text", source_file="uuid", part="int4", remarks="bytea", recorded_at="timestamptz",
    superseded_at="timestamptz", erased_at="timestamptz",
).packing(body="document", remarks="document").sealed(
    "document/2", instant="recorded_at", without=("superseded_at", "erased_at"),
    veiled={"number": "body", "counterparty": "body", "remarks": "body"},
)  # fmt: skip
FORMER: Final = DOCUMENTS.sealed("document/1", instant="recorded_at", without=("superseded_at", "erased_at"))
"""What entries of earlier builds say of documents."""
ERASED: Final = DOCUMENTS.sealed(
    "document_erased/1", instant="erased_at", without=("superseded_at",), only=("erased_at", ()), erased=True
)
"""A document whose content was erased, as it is since."""
SUPERSEDED: Final = Table.of("store_document", id="uuid", superseded_at="timestamptz").sealed(
    "document_superseded/1", instant="superseded_at", only=("superseded_at", ())
)
LOOKUPS: Final = Table.of("store_lookup", ("tenant", "key", "document"), tenant="text", key="text", document="uuid")
LEFT: Final = Table.of("store_lookup", ("document", "key"), tenant="text", key="text", document="uuid").sealed(
    "lookup_left/1", of_erased="document", lasting=False
)
"""The look-ups that a document keeps whose content was erased: they follow from nothing that is there any more."""

_COLUMNS: Final = ", ".join(DOCUMENTS.columns)
_FETCHED: Final = 5000


class Version(NamedTuple):
    """One recorded version of a document."""

    key: str
    version: str
    id: UUID
    kind: str
    sha256: str
    in_force: bool
    book: str = ""


class LookedUp(NamedTuple):
    """A document under a key. `seen` is the look-up's id, which grows whenever there is news; `book` is the document's."""

    key: str
    seen: int
    id: UUID
    kind: str
    source: str
    version: str
    sha256: str
    recorded_at: datetime
    in_force: bool
    book: str


def versions(scope: Scope, keys: Collection[str]) -> list[Version]:
    """All versions of the documents with these keys (without version)."""
    if not keys:
        return []
    sql = """
        select key, version, id, kind, sha256, superseded_at is null, book from store_document
        where tenant = %s and key = any(%s)
    """
    return [Version(*row) for row in query(scope, sql, (scope.tenant, list(keys)))]


@scoped
def add(scope: Scope, rows: Sequence[DocumentRow], lookups: Sequence[tuple[str, str, UUID]]) -> None:
    """Insert documents and (tenant, key, document) look-ups. Raises a `Collision` if a version was added meanwhile."""
    DOCUMENTS.add(scope, rows)
    SUPERSEDED.note(scope, [(row.id, row.superseded_at) for row in rows if row.superseded_at is not None])
    LOOKUPS.add(scope, lookups)


def hold_unreadable(scope: Scope, files: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """The unreadable documents in force of these source files: document id and hash by file. Locks them, in order."""
    sql = """
        select source_file, id, sha256 from store_document
        where tenant = %s and source_file = any((select %s)::uuid[]) and kind = 'unreadable' and superseded_at is null
        order by id for update
    """
    by_file: dict[UUID, dict[UUID, str]] = {}
    for file_id, document, sha256 in query(scope, sql, (scope.tenant, list(files))):
        by_file.setdefault(file_id, {})[document] = sha256
    return by_file


def refused(scope: Scope, files: Collection[UUID]) -> list[tuple[UUID, bytes]]:
    """What of these source files could not be read or was not taken, and is in force: source file and canonical JSON, part by part."""
    sql = """
        select source_file, body, id from store_document
        where tenant = %s and source_file = any((select %s)::uuid[]) and kind = 'unreadable' and superseded_at is null order by number, part
    """
    return [
        (file, unpacked(body, "store_document", "body", document))
        for file, body, document in query(scope, sql, (scope.tenant, list(files)))
    ]


def files_read(scope: Scope, files: Collection[UUID]) -> set[UUID]:
    """Those of these source files that some document was read from."""
    sql = """
        select distinct source_file from store_document
        where tenant = %s and source_file = any((select %s)::uuid[]) and kind <> 'unreadable'
    """
    return {file for (file,) in query(scope, sql, (scope.tenant, list(files)))}


@scoped
def supersede(scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """These versions are no longer in force."""
    sql = """
        update store_document set superseded_at = %s where tenant = %s and id = any((select %s)::uuid[]) and superseded_at is null
        returning id, superseded_at
    """
    SUPERSEDED.note(scope, query(scope, sql, (at, scope.tenant, list(ids))))


def touch(scope: Scope, pairs: Sequence[tuple[str, UUID]]) -> None:
    """Give (key, document) look-ups new ids: the state of these documents has changed."""
    sql = """
        update store_lookup l set id = nextval('store_lookup_id_seq')
        from (select * from unnest(%s::text[], %s::uuid[]) as p (key, document) order by key, document) as p
        where l.tenant = %s and l.key = p.key and l.document = p.document
    """
    execute(scope, sql, ([key for key, _ in pairs], [document for _, document in pairs], scope.tenant))


def find(scope: Scope, keys: Collection[str]) -> list[LookedUp]:
    """Everything under these keys, superseded and erased documents too (they are part of what was seen), without bodies."""
    sql = """
        select l.key, l.id, d.id, d.kind, d.key, d.version, d.sha256, d.recorded_at,
            d.superseded_at is null and d.erased_at is null, d.book
        from store_lookup l join store_document d on d.tenant = l.tenant and d.id = l.document
        where l.tenant = %s and l.key = any(%s)
    """
    return [LookedUp(*row) for row in query(scope, sql, (scope.tenant, list(keys)))]


def bodies(scope: Scope, ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The canonical JSON of those of these documents whose content was not erased."""
    sql = (
        "select id, body from store_document where tenant = %s and id = any((select %s)::uuid[]) and erased_at is null"
    )
    return {
        document: unpacked(body, "store_document", "body", document)
        for document, body in query(scope, sql, (scope.tenant, list(ids)))
    }


def page_of_bodies(scope: Scope, *, after: UUID, limit: int) -> list[tuple[UUID, str, bytes]]:
    """(id, kind, canonical JSON) of all documents in the order of their ids, a page at a time."""
    sql = "select id, kind, body from store_document where tenant = %s and id > %s order by id limit %s"
    return [
        (id_, kind, unpacked(body, "store_document", "body", id_))
        for id_, kind, body in query(scope, sql, (scope.tenant, after, limit))
    ]


def every_lookup(scope: Scope) -> Iterator[tuple[UUID, str]]:
    """All look-ups as (document, key), in the order of documents. In a transaction: the database sorts them once."""
    execute(scope, "declare every_lookup cursor for select document, key from store_lookup order by document, key")
    while rows := query(scope, f"fetch {_FETCHED} from every_lookup"):
        yield from ((document, key) for document, key in rows)
    execute(scope, "close every_lookup")


def by_ids(scope: Scope, ids: Collection[UUID]) -> list[DocumentRow]:
    """These documents, with all columns."""
    sql = f"select {_COLUMNS} from store_document where tenant = %s and id = any((select %s)::uuid[])"
    return DOCUMENTS.read(DocumentRow, query(scope, sql, (scope.tenant, list(ids))))


def by_versions(scope: Scope, pairs: Iterable[tuple[str, str]]) -> list[DocumentRow]:
    """Documents by (key, version), with all columns."""
    wanted = list(pairs)
    sql = f"""
        select {", ".join(f"d.{column}" for column in DOCUMENTS.columns)} from store_document d
        join unnest(%s::text[], %s::text[]) as w (key, version) on d.key = w.key and d.version = w.version
        where d.tenant = %s
    """
    rows = query(scope, sql, ([key for key, _ in wanted], [at for _, at in wanted], scope.tenant))
    return DOCUMENTS.read(DocumentRow, rows)


def by_number(scope: Scope, number: str) -> list[DocumentRow]:
    """Documents with this number, in force first, newest first."""
    sql = f"""
        select {_COLUMNS} from store_document where tenant = %s and number = %s
        order by superseded_at is not null, recorded_at desc, id desc
    """
    return DOCUMENTS.read(DocumentRow, query(scope, sql, (scope.tenant, number)))
