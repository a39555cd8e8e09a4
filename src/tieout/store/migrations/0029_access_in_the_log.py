"""The log names what administration and access rest on: grants, sources, users, connections, settings of queues … as they stand now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.db import migrations

from tieout.core.audit.records import INSTALLATION, Form
from tieout.store.log import INSERT, adopted

_SETTINGS: Final = (
    "batch_max", "per_minute", "lease", "answer_within", "quiet", "attempts_max", "retry_first", "retry_last", "breaker_after",
    "breaker_first", "breaker_last",
)  # fmt: skip


def _form(name: str, table: str, key: str, /, *, of: str = "tenant_id", **columns: str) -> Form:
    return Form(
        name=name, table=table, key=(key,), columns=tuple(columns), types=tuple(columns.values()), tenant=of, lasting=False
    )  # fmt: skip


FORMS: Final = (
    _form(
        "connection/1", "store_connection", "name", of="tenant", name="text", system="text", entity="text", queue="text",
        settings="jsonb", secret="text", added_at="timestamptz",
    ),
    _form("queue/1", "store_queue", "name", of="tenant", name="text", **dict.fromkeys(_SETTINGS, "int4")),
    _form("tenant/1", "identity_tenant", "code", of="code", code="text", name="text"),
    _form("entity/1", "identity_entity", "id", id="uuid", code="text", name="text", currency="text", time_zone="text"),
    _form(
        "grant/1", "identity_grant", "id", id="uuid", user_id="uuid", entity_id="uuid", role="text", queue="text", limit_minor="int8",
        limit_currency="text", until="date", given_by="text", given_at="timestamptz",
    ),
    _form(
        "source/1", "identity_source", "id", id="uuid", name="text", kinds="text[]", entities="text[]", named_by="text",
        closed_at="timestamptz", closed_by="text",
    ),
    _form(
        "column_mapping/1", "identity_columnmapping", "id", id="uuid", source="text", kind="text", version="int4", columns="jsonb",
        fixed="jsonb", ignored="jsonb", decimal="text", first="text", made_by="text", made_at="timestamptz", removed_by="text",
        removed_at="timestamptz",
    ),
    _form(
        "user/1", "identity_user", "id", of="", password="text", last_login="timestamptz", is_superuser="bool", username="text",
        first_name="text", last_name="text", email="text", is_staff="bool", is_active="bool", date_joined="timestamptz", id="uuid",
    ),
    _form(
        "sign_in_link/1", "identity_signinlink", "id", of="", id="uuid", user_id="uuid", token_hash="bytea", created_at="timestamptz",
        expires_at="timestamptz", used_at="timestamptz",
    ),
)  # fmt: skip


def adopt(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  Django's shape
    """Entries for the rows that are there: of each organisation in its log, of users and links in the installation's."""
    bound = ("store_event", "store_connection", "store_queue")
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for table in bound:
            cursor.execute(f"alter table {table} no force row level security")
        at = datetime.now(UTC)
        for form in FORMS:
            tenants = [(INSTALLATION,)]
            if form.tenant:
                cursor.execute(f'select distinct "{form.tenant}" from {form.table}')
                tenants = cursor.fetchall()
            for (tenant,) in tenants:
                with connection.chunked_cursor() as reading:
                    for values in adopted(reading, tenant, form, at=at):
                        cursor.execute(INSERT, values)
        for table in bound:
            cursor.execute(f"alter table {table} force row level security")


class Migration(migrations.Migration):
    """No table changes."""

    dependencies: ClassVar = [("store", "0028_records_in_the_log"), ("identity", "0004_column_mappings")]
    operations: ClassVar = [migrations.RunPython(adopt, migrations.RunPython.noop)]
