"""Postings are looked up by the external system's number: two of one company under one number are a contradiction."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies: ClassVar = [("store", "0021_periods_of_usage")]
    operations: ClassVar = [
        migrations.AddIndex(
            "Action",
            models.Index(fields=["tenant", "queue", "ref"], name="action_ref", condition=~models.Q(ref="")),
        )
    ]
