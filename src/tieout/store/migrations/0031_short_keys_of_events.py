"""Usage events are found by feed and key, and by hour and series, without the organisation before them: their numbers say whose they are.

Only indexes are made anew, some two seconds for a million events; no row is written.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

# The number of a feed, and that of a series, is from one sequence for all organisations.
SHORT: Final = """
alter table store_usageevent drop constraint store_usageevent_pkey;
alter table store_usageevent add primary key (feed, key);
drop index usage_event_hour;
create index usage_event_hour on store_usageevent (hour, series);
drop index usage_event_waits;
create index usage_event_waits on store_usageevent (feed) where waits;
drop index usage_event_corrects;
create index usage_event_corrects on store_usageevent (feed, corrects) where corrects is not null;
"""


class Migration(migrations.Migration):
    """The key of a table, and its indexes."""

    dependencies: ClassVar = [("store", "0030_short_watches")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SHORT, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField(
                    "UsageEvent",
                    "pk",
                    models.CompositePrimaryKey(
                        "feed", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
    ]
