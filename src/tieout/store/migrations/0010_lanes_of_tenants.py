"""Each tenant has lanes of its own: what one of them waits for, and how fast it goes, is nothing to another."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

APART: Final = """
alter table store_lane drop constraint store_lane_pkey;
alter table store_lane add column tenant text;
insert into store_lane (tenant, name, batch_max, per_minute, lease, answer_within, attempts_max, retry_first, retry_last,
    breaker_after, breaker_first, breaker_last, failures, allowance, open_until, paid_until, trouble, down_since)
select t.tenant, l.name, l.batch_max, l.per_minute, l.lease, l.answer_within, l.attempts_max, l.retry_first, l.retry_last,
    l.breaker_after, l.breaker_first, l.breaker_last, l.failures, l.allowance, l.open_until, l.paid_until, l.trouble,
    l.down_since
from store_lane l, (select tenant from store_action union select code from identity_tenant) as t;
delete from store_lane where tenant is null;
alter table store_lane alter column tenant set not null;
alter table store_lane add primary key (tenant, name);
"""

_FIELDS: Final = [
    ("pk", models.CompositePrimaryKey("tenant", "name", blank=True, editable=False, primary_key=True, serialize=False)),
    ("tenant", models.TextField()),
    ("name", models.TextField()),
    *(
        (name, models.IntegerField(default=default, db_default=default))
        for name, default in {
            "batch_max": 200,
            "lease": 120,
            "answer_within": 14_400,
            "attempts_max": 3,
            "retry_first": 5,
            "retry_last": 900,
            "breaker_after": 3,
            "breaker_first": 30,
            "breaker_last": 600,
        }.items()
    ),
    ("per_minute", models.IntegerField(null=True)),
    ("failures", models.IntegerField(default=0, db_default=0, help_text="tries in a row that did not reach it")),
    ("allowance", models.IntegerField(default=200, db_default=200)),
    ("open_until", models.DateTimeField(null=True, help_text="nothing is tried before")),
    ("paid_until", models.DateTimeField(null=True)),
    (
        "trouble",
        models.TextField(default="", db_default="", help_text="why the last try failed; empty when all is well"),
    ),
    ("down_since", models.DateTimeField(null=True)),
]


class Migration(migrations.Migration):
    """A column more in the key; every tenant gets a copy of what people had set."""

    dependencies: ClassVar = [("store", "0009_action_kinds"), ("identity", "0001_initial")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(APART, migrations.RunSQL.noop)],
            state_operations=[
                migrations.DeleteModel(name="Lane"),
                migrations.CreateModel(name="Lane", fields=_FIELDS),
            ],
        )
    ]
