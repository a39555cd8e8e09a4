"""Where the content of documents and events was erased, and what is left of an event's: three columns, empty for all that is there."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns that may be null: no row is written."""

    dependencies: ClassVar = [("store", "0031_short_keys_of_events")]
    operations: ClassVar = [
        migrations.AddField(
            "Event",
            "digest",
            models.BinaryField(null=True, help_text="of the payload that was erased; what is left of it is in its place"),
        ),
        migrations.AddField(
            "Document",
            "erased_at",
            models.DateTimeField(null=True, help_text="since then body, remarks and counterparty are empty"),
        ),
        migrations.AddField(
            "SourceFile",
            "erased_at",
            models.DateTimeField(null=True, help_text="since then name and content are empty"),
        ),
        migrations.AlterField(
            "Event",
            "salt",
            models.BinaryField(
                null=True,
                help_text="of what its hash covers: `core.audit.chain`; of the digests in an entry about rows, where it is never exported",
            ),
        ),
    ]
