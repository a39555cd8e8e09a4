"""Lists of cases are read in their order by indexes: each case says in which list it stands and by which instant it is sorted there."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

_AWAITS_EVIDENCE: Final = Q(status__in=("waiting", "asked")) | Q(wait_until__isnull=False)
_NEVER: Final = Value(datetime.fromisoformat("9999-01-01T00:00:00+00:00"))
_OPEN: Final = Q(closed_at__isnull=True)
# What is lost at the end of a month or on a day of its own is worked out again on each day: of open cases, by the next worker.
_FIRST: Final = """
alter table store_case no force row level security;
update store_case set priority = steady, priority_on = case when pressing <> 0 then 1 end where closed_at is null;
insert into store_waiting (tenant, job, queue, at)
select distinct tenant, 'priority', '', '-infinity'::timestamptz from store_case where closed_at is null and priority_on is not null;
alter table store_case force row level security;
"""


class Migration(migrations.Migration):
    """The priority and two columns that the database works out, and indexes in the order of lists in place of two that nothing reads."""

    dependencies: ClassVar = [("store", "0022_number_of_a_posting")]
    operations: ClassVar = [
        migrations.AddField(
            "Case",
            "view",
            models.GeneratedField(
                expression=Case(
                    When(closed_at__isnull=False, then=Value("closed")),
                    When(_AWAITS_EVIDENCE, then=Value("waiting")),
                    default=Value("open"),
                ),
                output_field=models.TextField(),
                db_persist=True,
                help_text="the list that it stands in: open, waiting or closed",
            ),
        ),
        migrations.AddField(
            "Case",
            "moment",
            models.GeneratedField(
                expression=Case(
                    When(closed_at__isnull=False, then=F("closed_at")),
                    When(_AWAITS_EVIDENCE, then=Coalesce("wait_until", "due_at", _NEVER)),
                    default=Coalesce("due_at", _NEVER),
                ),
                output_field=models.DateTimeField(),
                db_persist=True,
                help_text="when it was closed, until when evidence may come, or by when somebody must act",
            ),
        ),
        migrations.AddField(
            "Case",
            "priority",
            models.BigIntegerField(
                default=0, db_default=0, help_text="what a day of waiting costs on the day `priority_on`, in millionths"
            ),
        ),
        migrations.AddField(
            "Case",
            "priority_on",
            models.IntegerField(null=True, help_text="day number; null: on every day that is still to come"),
        ),
        migrations.RunSQL(_FIRST, migrations.RunSQL.noop),
        migrations.RemoveIndex("Case", "case_due"),
        migrations.RemoveIndex("Case", "case_queue"),
        migrations.AddIndex("Case", models.Index(fields=["tenant", "queue"], name="case_queue", condition=_OPEN)),
        migrations.AddIndex(
            "Case",
            models.Index(
                fields=["tenant", "view", "moment", "id"], name="case_moment", include=["queue", "code", "entity"]
            ),
        ),
        migrations.AddIndex(
            "Case",
            models.Index(
                "tenant", "view", F("priority").desc(), "moment", "id",
                name="case_priority",
                include=["queue", "code", "entity"],
                condition=_OPEN,
            ),
        ),
        migrations.AddIndex(
            "Case",
            models.Index(
                fields=["tenant", "priority_on"],
                name="case_priority_on",
                condition=Q(closed_at__isnull=True, priority_on__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "Claim",
            models.Index(
                fields=["tenant", "received_at", "id"], name="claim_received", include=["status", "kind", "entity"]
            ),
        ),
    ]  # fmt: skip
