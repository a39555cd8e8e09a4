"""Tables of identity: users, tenants, entities, grants and one-time sign-in links."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from tieout.identity.roles import Role


class User(AbstractUser):
    """A person, or a program that signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta(AbstractUser.Meta):
        db_table = "identity_user"


class Tenant(models.Model):
    """An organisation whose books are apart from all others. Its code is what every row of the store leads with."""

    code = models.SlugField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Entity(models.Model):
    """A company of a tenant with books of its own, in one currency and one calendar."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="entities")
    code = models.SlugField(max_length=64)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        ordering: ClassVar = ["tenant_id", "code"]
        verbose_name_plural = "entities"
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="identity_entity_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Grant(models.Model):
    """A user holds a role in an entity, or in all entities of a tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="grants")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="grants", null=True, blank=True)
    role = models.CharField(max_length=32, choices=Role.choices)

    class Meta:
        ordering: ClassVar = ["tenant_id", "user_id", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "tenant", "entity", "role"], nulls_distinct=False, name="identity_grant_once"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="identity_grant_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} in {self.entity_id or self.tenant_id}"


class SignInLink(models.Model):
    """A link that signs a user in once. Only the hash of its token is kept, so that reading the table opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"link for {self.user_id}, good until {self.expires_at:%Y-%m-%d %H:%M}"
