"""Watches have eight bytes in place of their key, and claims one index less: a claim has its document's id.

The table of watches is written anew, some seconds for a million claims.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

# As `store.watches.short` does it. Changing a column's type is not bound by row-level security.
SHORT: Final = """
alter table store_watch drop constraint store_watch_pkey;
alter table store_watch alter column key type bigint
    using ('x' || encode(substr(sha256(convert_to(tenant || chr(10) || key, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint;
alter table store_watch add primary key (key, claim);
"""


class Migration(migrations.Migration):
    """The type of a column, its table's key, and an index."""

    dependencies: ClassVar = [("store", "0029_access_in_the_log")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SHORT, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField("Watch", "key", models.BigIntegerField()),
                migrations.AlterField(
                    "Watch",
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "claim", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex("Claim", "claim_document"),
        migrations.AlterField("Claim", "document", models.UUIDField(help_text="has the claim's own id")),
    ]
