"""Rows that the log names, as they are now: what `tieout audit verify --all` compares with the entries about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from tieout.core.audit.records import RECORDS, Form, Key
from tieout.core.values.scope import Scope
from tieout.store import connections, documents, events, policies, queues, source_files, verdicts, wanted
from tieout.store.form_rows import as_text, of_tenant
from tieout.store.link import execute, query
from tieout.store.log import condition
from tieout.store.packing import unpacked

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        table.form.name: table.form
        for table in (
            source_files.SOURCE_FILES, source_files.FORMER, source_files.ERASED, documents.DOCUMENTS, documents.FORMER,
            documents.ERASED, documents.SUPERSEDED, documents.LEFT, verdicts.VERDICTS, verdicts.FORMER, verdicts.ERASED,
            policies.POLICIES, wanted.ACTIONS, wanted.OUTCOMES, events.SEAL_MADE, events.LEFT,
        )
        if table.form is not None
    }
    | {form.name: form for form in (connections.CONNECTION, queues.QUEUE)}
)  # fmt: skip
"""The forms of this release by name; one of an earlier release that entries still name stays here."""
_PAGE: Final = 100


class RecordsRow(NamedTuple):
    """An entry about rows, with the columns that lists show and its salt."""

    position: int
    stream: UUID
    payload: bytes
    at: datetime
    actor: str
    salt: bytes | None


def entries(scope: Scope) -> Iterator[list[RecordsRow]]:
    """All entries about rows in the order in which they were written, a page at a time."""
    sql = """
        select position, stream, payload, at, actor, salt from store_event
        where tenant = %s and type = %s and position > %s order by position limit %s
    """
    after = 0
    while rows := [_entry(*row) for row in query(scope, sql, (scope.tenant, RECORDS, after, _PAGE))]:
        yield rows
        after = rows[-1].position


def _entry(position: int, stream: UUID, payload: bytes, *rest: Any) -> RecordsRow:
    return RecordsRow(position, stream, unpacked(payload, "store_event", "payload", 1, stream), *rest)


def forget_salts(scope: Scope, positions: Sequence[int]) -> None:
    """Destroys the salts of these entries: nobody can try out any more what they hold digests of, and they judge no row."""
    sql = "update store_event set salt = null where tenant = %s and type = %s and position = any((select %s)::int8[])"
    execute(scope, sql, (scope.tenant, RECORDS, list(positions)))


def count(scope: Scope, form: Form) -> int:
    """How many rows there are of a form."""
    sql = f"select count(*) from {form.table} t where {of_tenant(form)} and {condition(form)}"
    return int(query(scope, sql, (scope.tenant,))[0][0])


def keys(scope: Scope, form: Form) -> list[Key]:
    """The keys of all rows of a form, in their order."""
    names = ", ".join(f't."{column}"' for column in form.key)
    sql = f"select {names} from {form.table} t where {of_tenant(form)} and {condition(form)} order by {names}"
    return [as_text(row) for row in query(scope, sql, (scope.tenant,))]
