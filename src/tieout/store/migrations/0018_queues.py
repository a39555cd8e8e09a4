"""Where the actions of a connection wait is called its queue, in the tables too: names only, nothing is rewritten."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar, Final

from django.db import migrations, models

_WORDS: Final = import_module("tieout.store.migrations.0014_words")
_QUIET: Final = import_module("tieout.store.migrations.0017_quiet_time")

RENAMED: Final = """
alter table store_lane rename to store_queue;
alter table store_action rename column lane to queue;
alter table store_waiting rename column lane to queue;
"""


def _noted() -> str:
    """The triggers that note what waits, as the two migrations made them, with the column's name."""
    actions = "".join(
        _QUIET.NOTED.format(name=name) for name in ("store_action_insert_waits", "store_action_update_waits")
    )
    notes = str(_WORDS.NOTED) + actions
    assert notes.count("job, lane") >= 4, "the triggers are not as they were"
    return notes.replace("job, lane", "job, queue")


class Migration(migrations.Migration):
    """A table and two columns, and the triggers that use one of them."""

    dependencies: ClassVar = [("store", "0017_quiet_time")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(RENAMED, migrations.RunSQL.noop),
                migrations.RunSQL(_noted(), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.RenameModel("Lane", "Queue"),
                migrations.RemoveIndex("Action", "action_open"),
                migrations.RenameField("Action", "lane", "queue"),
                migrations.AddIndex(
                    "Action",
                    models.Index(
                        fields=["tenant", "queue", "due_at"],
                        name="action_open",
                        condition=models.Q(state__in=["due", "leased", "sent", "watched", "unknown"]),
                    ),
                ),
                migrations.RemoveIndex("Waiting", "waiting_of"),
                migrations.RenameField("Waiting", "lane", "queue"),
                migrations.AddIndex(
                    "Waiting", models.Index(fields=["tenant", "job", "queue"], name="waiting_of")
                ),
            ],
        ),
    ]
