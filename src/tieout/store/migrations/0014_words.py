"""Tables and columns bear the words of everything else: a source file is called so, and so is a job.

Names only: nothing is rewritten. The triggers that note what waits are made anew, since they name the column.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import ClassVar, Final

from django.db import migrations, models

_SECURITY: Final = import_module("tieout.store.migrations.0011_row_security")

RENAMED: Final = """
alter table store_raw rename to store_sourcefile;
alter index raw_source_key rename to source_file_key;
alter index raw_content rename to source_file_content;
alter index document_raw rename to document_source_file;
alter table store_unread rename column raw to source_file;
alter table store_document rename column raw to source_file;
alter table store_usagebatch rename column raw to source_file;
alter table store_usagerefused rename column raw to source_file;
alter table store_waiting rename column chore to job;
alter table store_usagepublished rename column stray to unmapped;
"""

NOTED: Final = re.sub(r"\ncreate trigger .*?;\n", "\n", _SECURITY.NOTES, flags=re.DOTALL).replace(
    "create function", "create or replace function"
).replace("(tenant, chore, lane, at)", "(tenant, job, lane, at)")


class Migration(migrations.Migration):
    """Names, and the triggers that use one of them."""

    dependencies: ClassVar = [("store", "0013_column_words")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (RENAMED, NOTED)],
            state_operations=[
                migrations.RenameModel("Raw", "SourceFile"),
                migrations.RemoveConstraint("SourceFile", "raw_source_key"),
                migrations.AddConstraint(
                    "SourceFile",
                    models.UniqueConstraint(
                        fields=["tenant", "system", "source_kind", "external_id", "version"], name="source_file_key"
                    ),
                ),
                migrations.RemoveIndex("SourceFile", "raw_content"),
                migrations.AddIndex("SourceFile", models.Index(fields=["tenant", "sha256"], name="source_file_content")),
                migrations.RemoveIndex("Document", "document_raw"),
                migrations.RenameField("Document", "raw", "source_file"),
                migrations.AddIndex(
                    "Document", models.Index(fields=["tenant", "source_file"], name="document_source_file")
                ),
                migrations.RemoveIndex("Waiting", "waiting_of"),
                migrations.RenameField("Waiting", "chore", "job"),
                migrations.AddIndex("Waiting", models.Index(fields=["tenant", "job", "lane"], name="waiting_of")),
                # What the columns hold, in other words.
                migrations.AlterField("Claim", "key", models.TextField(help_text="the source key of its document, with the version")),
                migrations.AlterField("Case", "number", models.TextField(help_text="of the claim's document")),
                migrations.AlterField("Case", "wait_until", models.DateTimeField(help_text="evidence may still come until then, whoever owns it meanwhile", null=True)),
                migrations.AlterField("SourceFile", "system", models.TextField(help_text="the external system or channel that sent it")),
                migrations.AlterField("SourceFile", "stated", models.BooleanField(help_text="the sender named the file; else its name is its hash")),
                migrations.AlterField("SourceFile", "handed_by", models.TextField(default="", help_text="the actor who handed it in; empty: not recorded")),
                migrations.AlterField("Document", "entity", models.TextField(help_text="the company that the document names, or empty")),
                migrations.AlterField("Document", "book", models.TextField(help_text="whose document it is: the company it names, else that of the source it came by")),
                migrations.AlterField("Document", "source_file", models.UUIDField(help_text="null for documents that were made here, such as acceptances", null=True)),
                migrations.AlterField("Document", "remarks", models.BinaryField(help_text="canonical JSON of the reader's remarks", null=True)),
                # A composite key cannot be told that its field has another name: Django's picture of the table is made anew.
                migrations.DeleteModel("Unread"),
                migrations.CreateModel(
                    "Unread",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant", "source_file", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("tenant", models.TextField()),
                        ("source_file", models.UUIDField()),
                        ("received_at", models.DateTimeField()),
                    ],
                ),
                migrations.DeleteModel("UsagePublished"),
                migrations.CreateModel(
                    "UsagePublished",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant",
                                "meter",
                                "unmapped",
                                "owner",
                                "month",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("tenant", models.TextField()),
                        ("meter", models.TextField()),
                        ("unmapped", models.BooleanField()),
                        ("owner", models.TextField(help_text="the account, or the identifier")),
                        ("month", models.IntegerField()),
                        ("quantity", models.DecimalField(decimal_places=30, max_digits=60)),
                        ("events", models.BigIntegerField()),
                        ("hours", models.IntegerField()),
                        ("missing", models.IntegerField()),
                        ("worth", models.BigIntegerField(help_text="minor units of `currency`, at list price", null=True)),
                        ("currency", models.TextField()),
                        ("body", models.BinaryField(help_text="canonical JSON of the statement")),
                    ],
                ),
                migrations.DeleteModel("UsageBatch"),
                migrations.CreateModel(
                    "UsageBatch",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant", "source_file", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("tenant", models.TextField()),
                        ("source_file", models.UUIDField()),
                        ("feed", models.TextField(help_text="who sent it, for events that do not say so themselves")),
                        ("layout", models.TextField()),
                        ("first_line", models.IntegerField()),
                        ("received_at", models.DateTimeField()),
                    ],
                ),
                migrations.DeleteModel("UsageRefused"),
                migrations.CreateModel(
                    "UsageRefused",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant",
                                "source_file",
                                "line",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("tenant", models.TextField()),
                        ("source_file", models.UUIDField()),
                        ("line", models.IntegerField()),
                        ("feed", models.TextField()),
                        ("reason", models.TextField()),
                        ("remedy", models.TextField()),
                        ("content", models.BinaryField()),
                        ("refused_at", models.DateTimeField()),
                    ],
                ),
            ],
        ),
    ]
