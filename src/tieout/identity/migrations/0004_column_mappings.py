"""Column mappings: what the headings of a source's tables mean, in versions."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_grants_and_sources")]

    operations = [
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=150)),
                ("kind", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("columns", models.JSONField(default=list)),
                ("fixed", models.JSONField(blank=True, default=list)),
                ("ignored", models.JSONField(blank=True, default=list)),
                ("decimal", models.CharField(blank=True, default="", max_length=1)),
                ("first", models.CharField(blank=True, default="", max_length=5)),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                ("removed_by", models.CharField(blank=True, default="", max_length=150)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="column_mappings",
                        to="identity.tenant",
                    ),
                ),
            ],
            options={"ordering": ["tenant_id", "source", "kind", "version"]},
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.UniqueConstraint(
                fields=("tenant", "source", "kind", "version"), name="identity_column_mapping_once"
            ),
        ),
    ]
