"""Rows whose content is erased: what was there is overwritten, and the log names what is left. In the caller's transaction.

The caller holds the locks of the claims. PostgreSQL keeps the former bytes in its files until it uses their space again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from tieout.core.case.erasing import ERASED
from tieout.core.documents.versions import UNREADABLE
from tieout.core.tie_out.key import DUPLICATE, is_by_name, is_likeness
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.store import documents, events, source_files, verdicts
from tieout.store.cases import CASES, CaseRow
from tieout.store.claims import CLAIMS, ClaimRow
from tieout.store.documents import DOCUMENTS, DocumentRow
from tieout.store.events import EventRow
from tieout.store.form_rows import note_rows
from tieout.store.link import execute, note_written, query
from tieout.store.source_files import SOURCE_FILES, SourceFileRow
from tieout.store.table import Table
from tieout.store.verdicts import VERDICTS, VerdictRow
from tieout.store.wanted import ACTIONS, ENDED, OUTCOMES

NOTHING: Final = "{}"
"""The payload of an action that was erased."""
_LEFT: Final = Table.of(
    "store_event", ("tenant", "stream", "seq"), tenant="text", stream="uuid", seq="int4", payload="bytea", salt="bytea",
    digest="bytea",
).packing(payload="event")  # fmt: skip


def in_files(scope: Scope, files: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(file, document, source key) of all documents that were read from these files."""
    sql = """
        select source_file, id, key || '@' || version from store_document
        where tenant = %s and source_file = any((select %s)::uuid[]) order by source_file, part, id
    """
    return [(file, document, key) for file, document, key in query(scope, sql, (scope.tenant, list(files)))]


def before(scope: Scope, instant: datetime) -> list[UUID]:
    """The documents that were recorded before an instant and whose content is there: claims first, then the others by age."""
    sql = """
        select d.id from store_document d where d.tenant = %s and d.recorded_at < %s and d.erased_at is null
        order by not exists (select from store_claim c where c.tenant = d.tenant and c.id = d.id), d.recorded_at, d.id
    """
    return [id_ for (id_,) in query(scope, sql, (scope.tenant, instant))]


def keys_of(scope: Scope, ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """The (document, bare key) look-ups of these documents."""
    sql = (
        "select document, key from store_lookup where tenant = %s and document = any((select %s)::uuid[]) order by key"
    )
    return [(document, key) for document, key in query(scope, sql, (scope.tenant, list(ids)))]


def open_actions(scope: Scope, claim: UUID) -> int:
    """How many actions of a claim have not ended."""
    sql = "select count(*) from store_action where tenant = %s and stream = %s and state <> all(%s)"
    return int(query(scope, sql, (scope.tenant, claim, list(ENDED)))[0][0])


def overwrite_documents(
    scope: Scope, rows: Sequence[DocumentRow], *, at: datetime, paid: Collection[UUID] = ()
) -> None:
    """Body, remarks and name are empty, and the number where it is a file's name; of the look-ups those stay by which the same claim is
    recognised again, without names: but one of those that are `paid` keeps the name where it is recognised by nothing else."""
    left = [row._replace(body=b"", remarks=None, counterparty="", erased_at=at) for row in rows]
    DOCUMENTS.replace(scope, [row._replace(number=ERASED) if row.kind == UNREADABLE else row for row in left])
    ids = [row.id for row in rows]
    _note(scope, DOCUMENTS, documents.ERASED, [(str(id_),) for id_ in ids], at=at)
    stored = [(id_, Key.parse(key)) for id_, key in keys_of(scope, ids)]
    by_number = {id_ for id_, key in stored if key.kind == DUPLICATE and not is_by_name(key)}
    gone = [(id_, key.bare) for id_, key in stored if not _is_needed(key, by_name=id_ in paid and id_ not in by_number)]
    sql = """
        delete from store_lookup l using unnest(%s::uuid[], %s::text[]) as g (document, key)
        where l.tenant = %s and l.document = g.document and l.key = g.key
    """
    execute(scope, sql, ([id_ for id_, _ in gone], [key for _, key in gone], scope.tenant))
    _note_left(scope, documents.LEFT, [(str(id_), key) for id_, key in keys_of(scope, ids)], at=at)


def _is_needed(key: Key, *, by_name: bool) -> bool:
    return is_likeness(key) and (by_name or not is_by_name(key))


def overwrite_files(scope: Scope, rows: Sequence[SourceFileRow], *, at: datetime) -> None:
    """Name and content are empty."""
    SOURCE_FILES.replace(scope, [row._replace(name="", content=b"", erased_at=at) for row in rows])
    _note(scope, SOURCE_FILES, source_files.ERASED, [(str(row.id),) for row in rows], at=at)


def overwrite_claim(scope: Scope, row: ClaimRow) -> None:
    """This is the claim now, with all columns."""
    CLAIMS.replace(scope, [row])


def overwrite_cases(scope: Scope, rows: Sequence[CaseRow]) -> None:
    """These are the cases now, with all columns."""
    CASES.replace(scope, rows)


def overwrite_verdicts(scope: Scope, rows: Sequence[VerdictRow], *, at: datetime) -> None:
    """These are the verdicts now: of no code that is there."""
    VERDICTS.replace(scope, [row._replace(code_version="") for row in rows])
    _note(scope, VERDICTS, verdicts.ERASED, [(str(row.claim), str(row.seq)) for row in rows], at=at)


def overwrite_events(scope: Scope, rows: Sequence[EventRow], *, at: datetime) -> None:
    """Payload, salt and digest of these events are as in the rows; nothing else is written."""
    _LEFT.replace(scope, [(row.tenant, row.stream, row.seq, row.payload, row.salt, row.digest) for row in rows])
    _note_left(scope, events.LEFT, [(str(row.stream), str(row.seq)) for row in rows], at=at)


def overwrite_actions(scope: Scope, claim: UUID, *, at: datetime) -> int:
    """What the actions of a claim asked for, and the words of their errors, are empty. Returns how many there were."""
    sql = """
        update store_action set payload = %s, last_error = '', words = ''
        where tenant = %s and stream = %s and payload <> %s returning id
    """
    keys = [(str(id_),) for (id_,) in query(scope, sql, (NOTHING, scope.tenant, claim, NOTHING))]
    for form in (ACTIONS.form, OUTCOMES.form):
        if keys and form is not None:
            note_rows(scope, form, keys, at=at)
    return len(keys)


def unwatch(scope: Scope, claim: UUID) -> None:
    """The claim waits for no news any more."""
    execute(scope, "delete from store_watch where tenant = %s and claim = %s", (scope.tenant, claim))


def _note_left(scope: Scope, left: Table, keys: Sequence[tuple[str, ...]], *, at: datetime) -> None:
    if keys and left.form is not None:
        note_rows(scope, left.form, keys, at=at)


def _note(scope: Scope, before: Table, after: Table, keys: Sequence[tuple[str, ...]], *, at: datetime) -> None:
    if keys and before.form is not None and after.form is not None:
        note_written(scope, before.form, gone=keys, at=at)
        note_rows(scope, after.form, keys, at=at)
