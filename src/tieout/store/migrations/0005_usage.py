"""Usage: events by id, totals by hour, and what proves that they are complete."""

from django.db import migrations, models

SEQUENCES = """
create sequence store_usage_feed_id_seq as bigint cache 1 owned by store_usagefeed.id;
alter table store_usagefeed alter column id set default nextval('store_usage_feed_id_seq');
create sequence store_usage_series_id_seq as bigint cache 1 owned by store_usageseries.id;
alter table store_usageseries alter column id set default nextval('store_usage_series_id_seq');
"""

# A quantity comes back with the decimals that it was given with, and sums are exact.
EXACT = """
alter table store_usageevent alter column quantity type numeric;
alter table store_usagehour alter column total type numeric, alter column largest type numeric,
    alter column latest type numeric;
alter table store_usagepublished alter column quantity type numeric;
"""

FINDING = """
create index usage_event_hour on store_usageevent (tenant, series, hour);
create index usage_event_waits on store_usageevent (tenant, feed, corrects) where waits;
create index usage_event_corrects on store_usageevent (tenant, feed, corrects) where corrects is not null;
create index usage_mappings on store_document (tenant, id) where kind = 'account_mapping';
"""

ROOM = """
alter table store_usagehour set (fillfactor = 70);
alter table store_usagetouched set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);
alter table store_usagebatch set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_case_waits'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageBatch',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'raw', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('raw', models.UUIDField()),
                ('feed', models.TextField(help_text='who sent it, for events that do not say so themselves')),
                ('layout', models.TextField()),
                ('first_line', models.IntegerField()),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageClosed',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'meter', 'feed', 'hour', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('meter', models.TextField()),
                ('feed', models.BigIntegerField()),
                ('hour', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageEvent',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'feed', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('feed', models.BigIntegerField()),
                ('key', models.BinaryField()),
                ('series', models.BigIntegerField()),
                ('hour', models.IntegerField()),
                ('occurred_at', models.DateTimeField()),
                ('quantity', models.DecimalField(decimal_places=30, max_digits=60)),
                ('corrects', models.BinaryField(null=True)),
                ('waits', models.BooleanField(default=False, db_default=False, help_text='a correction of an event that has not come yet')),
            ],
        ),
        migrations.CreateModel(
            name='UsageHour',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'series', 'hour', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('series', models.BigIntegerField()),
                ('hour', models.IntegerField()),
                ('total', models.DecimalField(decimal_places=30, max_digits=60)),
                ('largest', models.DecimalField(decimal_places=30, max_digits=60)),
                ('latest', models.DecimalField(decimal_places=30, max_digits=60)),
                ('first_at', models.DateTimeField()),
                ('latest_at', models.DateTimeField()),
                ('latest_key', models.BinaryField()),
                ('events', models.BigIntegerField()),
                ('late', models.BigIntegerField()),
                ('corrected', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='UsagePublished',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'meter', 'stray', 'owner', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('meter', models.TextField()),
                ('stray', models.BooleanField()),
                ('owner', models.TextField(help_text='the account, or the identifier')),
                ('month', models.IntegerField()),
                ('quantity', models.DecimalField(decimal_places=30, max_digits=60)),
                ('events', models.BigIntegerField()),
                ('hours', models.IntegerField()),
                ('missing', models.IntegerField()),
                ('worth', models.BigIntegerField(help_text='minor units of `currency`, at list price', null=True)),
                ('currency', models.TextField()),
                ('body', models.BinaryField(help_text='canonical JSON of the statement')),
            ],
        ),
        migrations.CreateModel(
            name='UsageRefused',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'raw', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('raw', models.UUIDField()),
                ('line', models.IntegerField()),
                ('feed', models.TextField()),
                ('reason', models.TextField()),
                ('remedy', models.TextField()),
                ('content', models.BinaryField()),
                ('refused_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageRun',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'feed', 'first', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('feed', models.BigIntegerField()),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageSpan',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'feed', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('feed', models.BigIntegerField()),
                ('month', models.IntegerField()),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='UsageTouched',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'series', 'month', 'former', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('series', models.BigIntegerField()),
                ('month', models.IntegerField()),
                ('former', models.TextField(db_default='', default='')),
            ],
        ),
        migrations.CreateModel(
            name='UsageFeed',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'name', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('name', models.TextField()),
                ('id', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='usage_feed_id')],
            },
        ),
        migrations.CreateModel(
            name='UsageSeries',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.TextField()),
                ('id', models.BigIntegerField()),
                ('feed', models.BigIntegerField()),
                ('meter', models.TextField()),
                ('identifier', models.TextField()),
                ('account', models.TextField(db_default='', default='')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'meter', 'account'], name='usage_series_account'), models.Index(fields=['tenant', 'identifier'], name='usage_series_identifier')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'feed', 'meter', 'identifier'), name='usage_series_name')],
            },
        ),
    ] + [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (SEQUENCES, EXACT, FINDING, ROOM)]
