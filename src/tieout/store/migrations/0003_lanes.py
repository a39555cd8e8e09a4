"""Lanes, and what an action remembers of its tries."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


def _seconds(default: int) -> models.Field[int, int]:
    return models.IntegerField(default=default, db_default=default)


class Migration(migrations.Migration):
    """Lane rows are made when a lane is first used."""

    dependencies: ClassVar = [("store", "0002_physical")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("batch_max", _seconds(200)),
                ("per_minute", models.IntegerField(null=True)),
                ("lease", _seconds(120)),
                ("answer_within", _seconds(14_400)),
                ("attempts_max", _seconds(3)),
                ("retry_first", _seconds(5)),
                ("retry_last", _seconds(900)),
                ("breaker_after", _seconds(3)),
                ("breaker_first", _seconds(30)),
                ("breaker_last", _seconds(600)),
                (
                    "failures",
                    models.IntegerField(default=0, db_default=0, help_text="tries in a row that did not reach it"),
                ),
                ("allowance", _seconds(200)),
                ("open_until", models.DateTimeField(null=True, help_text="nothing is tried before")),
                ("paid_until", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.TextField(
                        default="", db_default="", help_text="why the last try failed; empty when all is well"
                    ),
                ),
                ("down_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField("action", "tried_at", models.DateTimeField(null=True, help_text="first handed out")),
        migrations.AddField("action", "sent_at", models.DateTimeField(null=True, help_text="taken over, unanswered")),
    ]
