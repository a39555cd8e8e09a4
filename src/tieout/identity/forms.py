"""What the log holds of the tables of identity: who may do what, which sources may deliver what, users and their links."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models

from tieout.core.audit.records import Form
from tieout.identity.models import ColumnMapping, Entity, Grant, SignInLink, Source, Tenant, User

_TYPES: Final = {
    "UUIDField": "uuid", "CharField": "text", "SlugField": "text", "TextField": "text", "EmailField": "text", "BooleanField": "bool",
    "DateField": "date", "DateTimeField": "timestamptz", "BigIntegerField": "int8", "PositiveIntegerField": "int4",
    "JSONField": "jsonb", "ArrayField": "text[]", "BinaryField": "bytea",
}  # fmt: skip


def _form(name: str, model: type[models.Model], *, tenant: str = "tenant_id") -> Form:
    """A form of all columns of a model."""
    described = model._meta  # noqa: SLF001  Django's documented way to a model's columns
    fields = [field for field in described.concrete_fields if field.column != tenant or tenant == "code"]
    return Form(
        name=name,
        table=described.db_table,
        key=(str(described.pk.column),),
        columns=tuple(str(field.column) for field in fields),
        types=tuple(_type(field) for field in fields),
        tenant=tenant,
        lasting=False,
    )


def _type(field: models.Field[object, object]) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return _TYPES[type(target).__name__]


FORMS: Final[Mapping[type[models.Model], Form]] = MappingProxyType(
    {
        Tenant: _form("tenant/1", Tenant, tenant="code"),
        Entity: _form("entity/1", Entity),
        Grant: _form("grant/1", Grant),
        Source: _form("source/1", Source),
        ColumnMapping: _form("column_mapping/1", ColumnMapping),
        User: _form("user/1", User, tenant=""),
        SignInLink: _form("sign_in_link/1", SignInLink, tenant=""),
    }
)
"""The form of each model: of a tenant's rows in its log, of users and links in the installation's."""

SHOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "tenant/1": ("code", "name"),
        "entity/1": ("code", "name", "currency", "time_zone"),
        "grant/1": ("user_id", "role", "entity_id", "queue", "limit_minor", "limit_currency", "until"),
        "source/1": ("name", "kinds", "entities", "closed_at"),
        "column_mapping/1": ("source", "kind", "version", "removed_at"),
        "user/1": ("is_active", "is_staff", "is_superuser"),
    }
)
"""What entries state in plain, before and after. Names, mail addresses and passwords are digests alone."""
