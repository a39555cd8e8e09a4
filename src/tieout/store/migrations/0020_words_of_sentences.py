"""Sentences in columns of their own have the words beside them that they were made from (docs/decisions/0087).

What is there already has none, and is shown as it stands.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column in three tables."""

    dependencies: ClassVar = [("store", "0019_forms_of_numbers")]
    operations: ClassVar = [
        migrations.AddField(
            "action",
            "words",
            models.TextField(
                default="", db_default="", help_text="what `last_error` was made from: `store.sentences`"
            ),
        ),
        migrations.AddField(
            "queue",
            "words",
            models.TextField(default="", db_default="", help_text="what `trouble` was made from: `store.sentences`"),
        ),
        migrations.AddField(
            "usagerefused",
            "words",
            models.TextField(default="", db_default="", help_text="what both were made from: `store.sentences`"),
        ),
    ]
