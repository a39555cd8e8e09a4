"""Tables of identity: users, tenants, entities, grants, sources of documents and one-time sign-in links."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone

from tieout.core.access.source import ANY, PERSON, SETUP
from tieout.core.values.money import Money


class Recorded(models.Model):
    """What is saved or deleted in one transaction with its entry in the log, which Django's signals cause."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves it."""
        with transaction.atomic():
            super().save(*args, **kwargs)


class User(Recorded, AbstractUser):
    """A person, or a program that signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta(AbstractUser.Meta):
        db_table = "identity_user"


class Tenant(Recorded):
    """An organisation whose data is apart from all others. Its code leads every row of the store.

    A new one has one source of documents, `setup`: the machine's own console, which may deliver everything until it is closed.
    """

    code = models.SlugField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves it; a new one gets its source `setup`."""
        new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if new:
                Source.objects.get_or_create(tenant=self, name=SETUP, defaults={"kinds": [ANY]})


class Entity(Recorded):
    """A company of a tenant with a ledger of its own, in one currency and one calendar."""

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


class Grant(Recorded):
    """A user holds a role: in an entity or in all of the tenant, for a queue or for all, up to a limit, until a day.

    The first grant in a second person's name closes the tenant's source `setup`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="grants")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="grants", null=True, blank=True)
    role = models.CharField(max_length=32, help_text="ap_analyst, approver …, or a role that an installed pack brings")
    queue = models.CharField(
        max_length=100, blank=True, default="", help_text="for this queue alone; empty: the role's queues"
    )
    limit_minor = models.BigIntegerField(
        null=True, blank=True, help_text="how much may be accepted on one claim, in cents; empty: no limit"
    )
    limit_currency = models.CharField(max_length=3, blank=True, default="")
    until = models.DateField(null=True, blank=True, help_text="the last day on which it holds; empty: for good")
    given_by = models.CharField(max_length=150, blank=True, default="", help_text="who gave it")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["tenant_id", "user_id", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "tenant", "entity", "role", "queue"], nulls_distinct=False, name="identity_grant_once"
            ),
            models.CheckConstraint(
                condition=models.Q(limit_minor__isnull=True, limit_currency="")
                | models.Q(limit_minor__gte=0) & ~models.Q(limit_currency=""),
                name="identity_grant_limit_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} in {self.entity_id or self.tenant_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves it, and closes `setup` where more than one person holds a grant now."""
        with transaction.atomic():
            open_setup = Source.objects.select_for_update().filter(
                tenant_id=self.tenant_id, name=SETUP, closed_at__isnull=True
            )
            rows = list(open_setup)
            super().save(*args, **kwargs)
            if rows and Grant.objects.filter(tenant_id=self.tenant_id).exclude(user_id=self.user_id).exists():
                for setup in rows:
                    setup.closed_at, setup.closed_by = self.given_at, self.given_by or "the second person's grant"
                    setup.save(update_fields=["closed_at", "closed_by"])

    @property
    def limit(self) -> Money | None:
        """How much may be accepted under it on one claim; None where it sets no limit."""
        return None if self.limit_minor is None else Money(self.limit_minor, self.limit_currency)


class Source(Recorded):
    """A source of documents, and what it may deliver: kinds of document ("*": all), of which entities (empty: all).

    A person is a source under `person:` and the user's id: their row says what they may hand in besides claims.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=150)
    kinds = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    entities = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    named_by = models.CharField(max_length=150, blank=True, default="", help_text="who said what it may say")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["tenant_id", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="identity_source_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.tenant_id}"

    @property
    def shown(self) -> str:
        """The name for people: a person's own name instead of their id."""
        user = User.objects.filter(pk=self.name.removeprefix(PERSON)).first() if self.name.startswith(PERSON) else None
        return f"{PERSON} {user.get_username()}" if user else self.name


class ColumnMapping(Recorded):
    """Which headings of a source's tables mean which of our columns: one version of it. The last one holds, unless it was removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="column_mappings")
    source = models.CharField(max_length=150)
    kind = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    columns = models.JSONField(default=list)
    fixed = models.JSONField(default=list, blank=True)
    ignored = models.JSONField(default=list, blank=True)
    decimal = models.CharField(max_length=1, blank=True, default="")
    first = models.CharField(max_length=5, blank=True, default="")
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    removed_by = models.CharField(max_length=150, blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["tenant_id", "source", "kind", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "source", "kind", "version"], name="identity_column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.source}, version {self.version}"

    @property
    def shown(self) -> str:
        """The name of the source for people."""
        return Source(name=self.source).shown


class SignInLink(Recorded):
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
