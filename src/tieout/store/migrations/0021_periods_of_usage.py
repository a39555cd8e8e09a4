"""Usage is stated by the periods of contracts: when events came, which numbers feeds sent in an hour, the statements in force.

Of events that are here already nobody knows when they came. Of their numbers only the month is known: each of its hours has them all,
so that a gap in a month counts for every period that has hours of it, as it did.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

OF_TENANTS: Final = "\n".join(
    f"""
alter table {table} enable row level security, force row level security;
create policy of_the_tenant on {table} using (tenant = current_setting('tieout.tenant', true))
    with check (tenant = current_setting('tieout.tenant', true));
"""
    for table in ("store_usageperiod", "store_usagesequence")
)
EXACT: Final = "alter table store_usageperiod alter column quantity type numeric;"
SPREAD: Final = """
alter table store_usagespan no force row level security;
insert into store_usagesequence (tenant, hour, feed, first, last)
select s.tenant, h, s.feed, s.first, s.last from store_usagespan s, lateral (
    select make_date(s.month / 12, s.month % 12 + 1, 1) - date '1970-01-01' as begins,
           make_date((s.month + 1) / 12, (s.month + 1) % 12 + 1, 1) - date '1970-01-01' as ends
) as d, generate_series(d.begins * 24, d.ends * 24 - 1) as h;
alter table store_usagespan force row level security;
"""


class Migration(migrations.Migration):
    """Two tables and three columns."""

    dependencies: ClassVar = [("store", "0020_words_of_sentences")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="UsagePeriod",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant", "meter", "owner", "first", "last", "zone",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("tenant", models.TextField()),
                ("meter", models.TextField()),
                ("owner", models.TextField()),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("zone", models.TextField()),
                ("interval", models.TextField()),
                ("quantity", models.DecimalField(decimal_places=30, max_digits=60)),
                ("events", models.BigIntegerField()),
                ("hours", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("body", models.BinaryField(help_text="canonical JSON of the statement")),
            ],
        ),
        migrations.CreateModel(
            name="UsageSequence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant", "hour", "feed", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", models.TextField()),
                ("hour", models.IntegerField()),
                ("feed", models.BigIntegerField()),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            "UsageEvent",
            "came",
            models.IntegerField(null=True, help_text="in which minute since 1970; unknown of events of earlier releases"),
        ),
        migrations.AddField("UsageHour", "came_first", models.IntegerField(null=True)),
        migrations.AddField("UsageHour", "came_last", models.IntegerField(null=True)),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (EXACT, SPREAD, OF_TENANTS)),
    ]  # fmt: skip
