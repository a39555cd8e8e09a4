"""The log names rows beside it: originals, documents, verdicts, policies, actions. Those of an earlier release as they stand now.

Their digests go into entries of a thousand rows, by the actor "upgrade". Bytes are hashed by the database: no file is read here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.db import migrations, models

from tieout.core.audit.records import Form
from tieout.store.log import INSERT, adopted

FORMS: Final = (
    Form(
        name="source_file/1",
        table="store_sourcefile",
        key=("id",),
        columns=(
            "id", "sha256", "system", "source_kind", "external_id", "version", "stated", "name", "media_type", "size", "content",
            "received_at", "entity", "origin", "handed_by",
        ),
        types=(
            "uuid", "text", "text", "text", "text", "text", "bool", "text", "text", "int8", "bytea",
            "timestamptz", "text", "text", "text",
        ),
    ),
    Form(
        name="document/1",
        table="store_document",
        key=("id",),
        columns=(
            "id", "kind", "key", "version", "number", "entity", "book", "counterparty", "currency", "net", "tax", "payable",
            "issue_date", "sha256", "body", "format", "source_file", "part", "remarks", "recorded_at",
        ),
        types=(
            "uuid", "text", "text", "text", "text", "text", "text", "text", "text", "int8", "int8", "int8",
            "date", "text", "bytea", "text", "uuid", "int4", "bytea", "timestamptz",
        ),
    ),
    Form(
        name="document_superseded/1",
        table="store_document",
        key=("id",),
        columns=("id", "superseded_at"),
        types=("uuid", "timestamptz"),
        only=("superseded_at", ()),
    ),
    Form(
        name="verdict/1",
        table="store_verdict",
        key=("claim", "seq"),
        columns=("claim", "seq", "status", "sha256", "body", "rows", "facts", "looked_up", "code_version", "at"),
        types=("uuid", "int4", "text", "text", "bytea", "bytea", "bytea", "bytea", "text", "timestamptz"),
    ),
    Form(
        name="policy/1",
        table="store_policyversion",
        key=("name", "version"),
        columns=("name", "version", "effective_from", "effective_to", "sha256", "text", "added_at", "added_by"),
        types=("text", "text", "date", "date", "text", "text", "timestamptz", "text"),
    ),
    Form(
        name="action/1",
        table="store_action",
        key=("id",),
        columns=("id", "kind", "claim", "stream", "queue", "payload", "created_at"),
        types=("uuid", "text", "text", "uuid", "text", "text", "timestamptz"),
    ),
    Form(
        name="action_outcome/1",
        table="store_action",
        key=("id",),
        columns=(
            "id", "state", "due_at", "attempts", "ref", "last_error", "words", "tried_at", "sent_at", "handed_at", "handovers",
            "done_at",
        ),
        types=(
            "uuid", "text", "timestamptz", "int4", "text", "text", "text", "timestamptz", "timestamptz", "timestamptz", "int4",
            "timestamptz",
        ),
        only=("state", ("done", "refused", "withdrawn")),
    ),
    Form(name="seal/1", table="store_seal", key=("number",), columns=("number", "at"), types=("int4", "timestamptz")),
)  # fmt: skip


def adopt(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  Django's shape
    """Entries for the rows that are there, tenant by tenant."""
    tables = sorted({form.table for form in FORMS} | {"store_event"})
    with schema_editor.connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"alter table {table} no force row level security")
        at = datetime.now(UTC)
        for form in FORMS:
            cursor.execute(f"select distinct tenant from {form.table}")
            for (tenant,) in cursor.fetchall():
                with schema_editor.connection.chunked_cursor() as reading:
                    for values in adopted(reading, tenant, form, at=at):
                        cursor.execute(INSERT, values)
        for table in tables:
            cursor.execute(f"alter table {table} force row level security")


class Migration(migrations.Migration):
    """A column for the salt of an entry about rows, and the entries."""

    dependencies: ClassVar = [("store", "0027_tenants_have_no_statistics")]
    operations: ClassVar = [
        migrations.AddField(
            "Event",
            "salt",
            models.BinaryField(
                null=True, help_text="of the digests in an entry about rows: `core.audit.records`; never exported"
            ),
        ),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
