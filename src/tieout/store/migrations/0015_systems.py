"""Allocations say of which source system's order they are, where several systems of a company use its number."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was used up before names no system: it counts against every system's order of that number."""

    dependencies: ClassVar = [("store", "0014_words")]
    operations: ClassVar = [
        migrations.AddField(
            "allocation",
            "system",
            models.TextField(
                default="", help_text="whose number, where several systems use it; empty: every system's"
            ),
            preserve_default=False,
        )
    ]
