"""Grants say for which queue, up to how much and until when; tenants have sources of documents.

A tenant in which one person or nobody holds a grant gets `setup` open, as a new one has it; where several do, it is closed.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_setup(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Every tenant that is there gets its source `setup`."""
    source = apps.get_model("identity", "Source")
    grant = apps.get_model("identity", "Grant")
    owner = editor.connection.alias
    for tenant in apps.get_model("identity", "Tenant").objects.using(owner).all():
        people = grant.objects.using(owner).filter(tenant=tenant).values_list("user_id", flat=True).distinct().count()
        closed = {} if people < 2 else {"closed_at": django.utils.timezone.now(), "closed_by": "upgrade"}
        source.objects.using(owner).create(id=uuid.uuid4(), tenant=tenant, name="setup", kinds=["*"], **closed)


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_selling_roles")]

    operations = [
        migrations.RemoveConstraint(model_name="grant", name="identity_grant_role_known"),
        migrations.RemoveConstraint(model_name="grant", name="identity_grant_once"),
        migrations.AlterField(
            model_name="grant",
            name="role",
            field=models.CharField(
                max_length=32, help_text="ap_analyst, approver …, or a role that an installed pack brings"
            ),
        ),
        migrations.AddField("grant", "queue", models.CharField(blank=True, default="", max_length=100, help_text="for this queue alone; empty: the role's queues")),
        migrations.AddField("grant", "limit_minor", models.BigIntegerField(blank=True, null=True, help_text="how much may be accepted on one claim, in cents; empty: no limit")),
        migrations.AddField("grant", "limit_currency", models.CharField(blank=True, default="", max_length=3)),
        migrations.AddField("grant", "until", models.DateField(blank=True, null=True, help_text="the last day on which it holds; empty: for good")),
        migrations.AddField("grant", "given_by", models.CharField(blank=True, default="", max_length=150, help_text="who gave it")),
        migrations.AddField("grant", "given_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                fields=("user", "tenant", "entity", "role", "queue"), name="identity_grant_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_currency", ""), ("limit_minor__isnull", True)),
                    models.Q(("limit_minor__gte", 0), models.Q(("limit_currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="identity_grant_limit_whole",
            ),
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=150)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                (
                    "entities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                ("named_by", models.CharField(blank=True, default="", max_length=150, help_text="who said what it may say")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=150)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sources", to="identity.tenant"
                    ),
                ),
            ],
            options={"ordering": ["tenant_id", "name"]},
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="identity_source_once"),
        ),
        migrations.RunPython(name_setup, migrations.RunPython.noop),
    ]
