"""Cases say until when the world may answer: lists keep them apart from those that need someone."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies: ClassVar = [("store", "0003_lanes")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="case",
            name="wait_until",
            field=models.DateTimeField(
                null=True, help_text="the world may answer until then, whoever owns it meanwhile"
            ),
        ),
    ]
