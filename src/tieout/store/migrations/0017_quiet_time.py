"""What was handed over and not answered is only looked up for a while, and what may have been done twice is watched (docs/decisions/0079)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

# What had begun and was not answered when this came counts as handed over when it was first tried.
BEFORE: Final = """
alter table store_action no force row level security;
update store_action set handed_at = tried_at, handovers = greatest(attempts, 1)
where tried_at is not null and sent_at is null and state in ('leased', 'unknown');
alter table store_action force row level security;
"""

# As 0014 made them, with one more state that is looked up.
NOTED: Final = """
create or replace function {name}() returns trigger language plpgsql as $$
begin
    insert into store_waiting (tenant, job, lane, at)
    select tenant, case when state in ('sent', 'watched') then 'look' else 'perform' end as job, lane, min(due_at) from written
    where state in ('due', 'leased', 'unknown', 'sent', 'watched') group by tenant, job, lane;
    return null;
end
$$;
"""


class Migration(migrations.Migration):
    """Two columns, a setting of queues, and the triggers that note what waits."""

    dependencies: ClassVar = [("store", "0016_near_duplicates")]
    operations: ClassVar = [
        migrations.AddField("lane", "quiet", models.IntegerField(default=600, db_default=600)),
        migrations.AddField(
            "action",
            "handed_at",
            models.DateTimeField(null=True, help_text="last handed over, and what came of it is not sure"),
        ),
        migrations.AddField(
            "action",
            "handovers",
            models.IntegerField(default=0, db_default=0, help_text="times it may have been carried out"),
        ),
        migrations.RemoveIndex("action", "action_open"),
        migrations.AddIndex(
            "action",
            models.Index(
                fields=["tenant", "lane", "due_at"],
                name="action_open",
                condition=models.Q(state__in=["due", "leased", "sent", "watched", "unknown"]),
            ),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(NOTED.format(name=name), migrations.RunSQL.noop)
            for name in ("store_action_insert_waits", "store_action_update_waits")
        ),
    ]
