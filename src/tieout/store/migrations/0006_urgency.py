"""Cases say what a day of waiting costs, as numbers that a list is ordered by on any day."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns. Cases that were open before get their numbers when their claim is next written."""

    dependencies: ClassVar = [("store", "0005_usage")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="case",
            name="steady",
            field=models.BigIntegerField(default=0, help_text="what each day of waiting costs, in millionths"),
        ),
        migrations.AddField(
            model_name="case",
            name="pressing",
            field=models.BigIntegerField(
                default=0, help_text="to be shared out over the days that are left, in millionths"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="last_day",
            field=models.IntegerField(
                null=True, help_text="day number on which it is lost; null: the end of each month"
            ),
        ),
    ]
