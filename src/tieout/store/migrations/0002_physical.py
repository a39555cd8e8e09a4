"""What Django has no words for: sequences, storage and room for updates in place."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SEQUENCES = """
create sequence store_lookup_id_seq as bigint cache 1 owned by store_lookup.id;
alter table store_lookup alter column id set default nextval('store_lookup_id_seq');
create sequence store_event_position_seq as bigint cache 1 owned by store_event.position;
alter table store_event alter column position set default nextval('store_event_position_seq');
"""

# A quantity comes back with the decimals that it was given with.
EXACT = "alter table store_allocation alter column quantity type numeric;"

# Bodies are one to some ten kilobytes: lz4 costs a tenth of pglz. A server that was built without it keeps pglz.
COMPRESSION = """
do $$
declare
    target record;
begin
    for target in
        select * from (values
            ('store_raw', 'content'), ('store_document', 'body'), ('store_verdict', 'body'), ('store_verdict', 'rows'),
            ('store_verdict', 'facts'), ('store_claim', 'state'), ('store_case', 'state'), ('store_event', 'payload'),
            ('store_action', 'payload')
        ) as known (tab, col)
    loop
        begin
            execute format('alter table %I alter column %I set compression lz4', target.tab, target.col);
        exception when others then
            raise notice 'no lz4 in this server: % stays with pglz', target.tab;
        end;
    end loop;
end
$$;
"""

ROOM = """
alter table store_claim set (fillfactor = 80);
alter table store_case set (fillfactor = 80);
alter table store_action set (fillfactor = 80);
alter table store_watch set (fillfactor = 90);
alter table store_signal set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
alter table store_unread set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
alter table store_recheck set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
"""


class Migration(migrations.Migration):
    """Only PostgreSQL is spoken to."""

    dependencies: ClassVar = [("store", "0001_tables")]
    operations: ClassVar = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (SEQUENCES, EXACT, COMPRESSION, ROOM)
    ]
