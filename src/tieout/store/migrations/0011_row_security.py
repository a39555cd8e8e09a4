"""Tenants are kept apart by the database: every table of theirs shows a session the rows of its tenant and no others.

What looks over tenants reads `store_waiting`, which triggers write. Owner's sessions are bound too: a later migration that reads
or changes rows has to say for which tenant, or to lift `force` while it works (docs/decisions/0038).
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

TABLES: Final = (
    "store_action",
    "store_allocation",
    "store_case",
    "store_claim",
    "store_document",
    "store_event",
    "store_held",
    "store_lane",
    "store_lookup",
    "store_policyversion",
    "store_raw",
    "store_recheck",
    "store_seal",
    "store_signal",
    "store_unread",
    "store_usagebatch",
    "store_usageclosed",
    "store_usageevent",
    "store_usagefeed",
    "store_usagehour",
    "store_usagepublished",
    "store_usagerefused",
    "store_usagerun",
    "store_usageseries",
    "store_usagespan",
    "store_usagetouched",
    "store_verdict",
    "store_watch",
)

SECURITY: Final = "\n".join(
    f"""
alter table {table} enable row level security, force row level security;
create policy of_the_tenant on {table} using (tenant = current_setting('tieout.tenant', true))
    with check (tenant = current_setting('tieout.tenant', true));
"""
    for table in TABLES
)


def _noted(table: str, event: str, rows: str) -> str:
    """A trigger that notes what waits: `rows` are (tenant, chore, lane, instant) of what a statement has written."""
    name = f"{table}_{event}_waits"
    side = "old" if event == "delete" else "new"
    return f"""
create function {name}() returns trigger language plpgsql as $$
begin
    insert into store_waiting (tenant, chore, lane, at) {rows};
    return null;
end
$$;
create trigger waits_after_{event} after {event} on {table}
    referencing {side} table as written for each statement execute function {name}();
"""


_AT_ONCE: Final = "select distinct tenant, '{chore}', '', '-infinity'::timestamptz from written"
_IN_A_WHILE: Final = "select tenant, '{chore}', '', min(received_at) + interval '5 minutes' from written group by tenant"
_CLAIMS: Final = """
    select distinct tenant, 'tie_out', '', '-infinity'::timestamptz from written where dirty
    union all
    select tenant, 'due', '', min(due_at) from written where due_at is not null group by tenant
"""
_ACTIONS: Final = """
    select tenant, case state when 'sent' then 'look' else 'perform' end as chore, lane, min(due_at) from written
    where state in ('due', 'leased', 'unknown', 'sent') group by tenant, chore, lane
"""
NOTES: Final = "".join(
    (
        _noted("store_unread", "insert", _IN_A_WHILE.format(chore="read")),
        _noted("store_usagebatch", "insert", _IN_A_WHILE.format(chore="usage")),
        _noted("store_usagebatch", "delete", _AT_ONCE.format(chore="usage_statements")),
        _noted("store_usagetouched", "insert", _AT_ONCE.format(chore="usage_statements")),
        _noted("store_signal", "insert", _AT_ONCE.format(chore="announce")),
        _noted("store_recheck", "insert", _AT_ONCE.format(chore="recheck")),
        _noted("store_event", "insert", _AT_ONCE.format(chore="seal")),
        *(_noted("store_claim", event, _CLAIMS) for event in ("insert", "update")),
        *(_noted("store_action", event, _ACTIONS) for event in ("insert", "update")),
    )
)

# Before the first rows are bound: what waits in a home of an earlier release.
BEFORE: Final = """
insert into store_waiting (tenant, chore, lane, at)
select tenant, chore, '', '-infinity'::timestamptz from (
    select tenant from store_event union select tenant from store_raw
) as t, unnest(array['read', 'usage', 'usage_statements', 'announce', 'recheck', 'seal', 'tie_out', 'due']) as chore
union all
select distinct tenant, chore, lane, '-infinity'::timestamptz from store_action, unnest(array['perform', 'look']) as chore;
alter table store_waiting set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
"""


class Migration(migrations.Migration):
    """The table of what waits, its triggers, and the policies."""

    dependencies: ClassVar = [("store", "0010_lanes_of_tenants")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tenant", models.TextField()),
                ("chore", models.TextField()),
                ("lane", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["tenant", "chore", "lane"], name="waiting_of")]},
        ),
        migrations.RemoveIndex(model_name="action", name="action_open"),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                fields=["tenant", "lane", "due_at"],
                name="action_open",
                condition=models.Q(state__in=["due", "leased", "sent", "unknown"]),
            ),
        ),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (BEFORE, NOTES, SECURITY)),
    ]
