"""Source files say from which source they came, and who handed them in. What was there before says neither."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns."""

    dependencies: ClassVar = [("store", "0007_books")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="raw",
            name="origin",
            field=models.TextField(default="", help_text="the source that it came from, as the tenant has named it"),
        ),
        migrations.AddField(
            model_name="raw",
            name="handed_by",
            field=models.TextField(
                default="", help_text="the actor who handed it in; empty: nobody knows any more"
            ),
        ),
    ]
