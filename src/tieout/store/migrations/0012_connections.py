"""Connections are rows: those that the settings name are written when a tenant first needs one."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import migrations, models

SECURITY: Final = """
alter table store_connection enable row level security, force row level security;
create policy of_the_tenant on store_connection using (tenant = current_setting('tieout.tenant', true))
    with check (tenant = current_setting('tieout.tenant', true));
"""


class Migration(migrations.Migration):
    """One table."""

    dependencies: ClassVar = [("store", "0011_row_security")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", models.TextField()),
                ("name", models.TextField()),
                ("system", models.TextField()),
                ("entity", models.TextField()),
                ("queue", models.TextField()),
                ("settings", models.JSONField()),
                ("secret", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "queue"), name="connection_queue")],
            },
        ),
        migrations.RunSQL(SECURITY, migrations.RunSQL.noop),
    ]
