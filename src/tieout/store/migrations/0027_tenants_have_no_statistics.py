"""Whose rows they are says nothing about how many: planners no longer believe that an organisation they have not seen has one row.

With statistics, an organisation that is not among the frequent ones is taken to have a single row in each table. Then a look-up by tenant and
id costs as much, for the planner, as one by the tenant alone, and it joins each of its rows with each. Without, a tenant is taken to have
its part of the rows, and the other columns decide.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations

# Of statistics that are there already, PostgreSQL takes leave from release 18 on; on former ones they go with the next release.
FORGOTTEN: Final = """
do $$
declare
    target record;
begin
    for target in
        select c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname like 'store\\_%'
            and a.attname = 'tenant' and not a.attisdropped
    loop
        execute format('alter table %I alter column tenant set statistics 0', target.name);
        begin
            perform pg_clear_attribute_stats(current_schema()::text, target.name, 'tenant', false);
        exception when undefined_function or insufficient_privilege then
            raise notice 'statistics of % stay until it is made anew', target.name;
        end;
    end loop;
end
$$;
"""


class Migration(migrations.Migration):
    """A setting of a column of every table of the store."""

    dependencies: ClassVar = [("store", "0024_order_of_cases")]
    operations: ClassVar = [migrations.RunSQL(FORGOTTEN, migrations.RunSQL.noop)]
