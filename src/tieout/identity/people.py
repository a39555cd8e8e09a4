"""Letting people in and granting roles: users, their grants in a tenant, and its companies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from tieout.core.access.role import BUILT_IN
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.core.values.who import by_them
from tieout.identity.models import Entity, Grant, Tenant, User


def person(name: str) -> User:
    """The user of that name. Raises Refused if there is none."""
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise Refused("GOV-SIGN-IN", "There is no user {name!r}.", name=name) from None


@transaction.atomic
def admit(name: str, *, tenant: str, roles: Iterable[str], given_by: str = "") -> User:
    """The user of that name, holding these roles in all of the tenant. User and tenant are made if there are none."""
    Tenant.objects.get_or_create(code=tenant, defaults={"name": tenant})
    user = _user(name)
    for role in roles:
        Grant.objects.get_or_create(
            user=user, tenant_id=tenant, entity=None, role=role, queue="", defaults={"given_by": given_by}
        )
    return user


@transaction.atomic
@by_them
def give(
    by: Scope,
    name: str,
    role: str,
    *,
    entity: str = "",
    queue: str = "",
    limit: Money | None = None,
    until: date | None = None,
    roles: Collection[str] = tuple(BUILT_IN),
    at: datetime,
    of_others: bool = False,
) -> Grant:
    """Grants a role to the user of that name, who is made if there is none; a grant for the same place is replaced.

    `of_others`: also to a user who works for another tenant alone: for who runs the installation, never for a tenant's people.
    Raises `Malformed` for an unknown role or entity, `Refused` where the giver does not see the entity, grants a role to
    themself, or to a user of another tenant.
    """
    if role not in roles:
        raise Malformed(
            "there is no role {role!r}",
            where="role",
            remedy="one of: {roles}",
            role=role,
            roles=", ".join(sorted(roles)),
        )
    company = _entity(by, entity)
    if name in {by.name, by.actor} and by.name:
        raise Refused("GOV-SELF", "you cannot grant a role to yourself: ask another controller or engineer")
    if not of_others and _is_of_others(name, by.tenant):
        raise Refused(
            "GOV-CONSENT",
            "{name} works for another organisation: take another user name, or ask who runs this installation to grant the role",
            name=name,
        )
    user = _user(name)
    Grant.objects.filter(user=user, tenant_id=by.tenant, entity=company, role=role, queue=queue).delete()
    grant = Grant(
        user=user,
        tenant_id=by.tenant,
        entity=company,
        role=role,
        queue=queue,
        limit_minor=None if limit is None else limit.minor,
        limit_currency="" if limit is None else limit.currency,
        until=until,
        given_by=by.name or by.actor,
        given_at=at,
    )
    grant.save()
    return grant


@transaction.atomic
@by_them
def take_back(by: Scope, grant: UUID) -> None:
    """Ends a grant. Raises `Refused` where there is none that the actor may end."""
    stored = Grant.objects.filter(tenant_id=by.tenant, id=grant).select_related("entity").first()
    if stored is None or not (by.sees(stored.entity.code) if stored.entity else not by.entities):
        raise Refused("GOV-SCOPE", "there is no such grant that you may end")
    stored.delete()


def grants_of(by: Scope) -> Sequence[Grant]:
    """The grants that the actor may see, by user, role and place."""
    grants = Grant.objects.filter(tenant_id=by.tenant).select_related("user", "entity")
    if by.entities:
        grants = grants.filter(entity__code__in=by.entities)
    return list(grants.order_by("user__username", "role", "entity__code", "queue"))


def entities_of(by: Scope) -> Sequence[Entity]:
    """The companies that the actor sees, by code."""
    entities = Entity.objects.filter(tenant_id=by.tenant)
    return list(entities.filter(code__in=by.entities) if by.entities else entities)


@by_them
def add_entity(by: Scope, code: str, *, name: str, currency: str) -> Entity:
    """A company of the tenant, made or renamed. Raises `Malformed` for a code that is none."""
    entity, _ = Entity.objects.get_or_create(
        tenant_id=by.tenant, code=code, defaults={"name": name, "currency": currency}
    )
    entity.name, entity.currency = name, currency
    try:
        entity.full_clean()
    except ValidationError as error:
        entity.delete()
        raise Malformed("; ".join(error.messages), where="code", remedy="letters, digits, - and _") from error
    entity.save()
    return entity


def _entity(by: Scope, code: str) -> Entity | None:
    if not code:
        if by.entities:
            raise Refused(
                "GOV-SCOPE", "name one of your companies: {entities}", entities=", ".join(sorted(by.entities))
            )
        return None
    company = Entity.objects.filter(tenant_id=by.tenant, code=code).first()
    if company is None or not by.sees(code):
        codes = ", ".join(entity.code for entity in entities_of(by)) or "none yet"
        raise Malformed(
            "there is no company {code!r} that you see",
            where="entity",
            remedy="there are: {codes}",
            code=code,
            codes=codes,
        )
    return company


def _is_of_others(name: str, tenant: str) -> bool:
    """Whether the user of that name holds grants, all of them of other tenants, or runs the installation."""
    user = User.objects.filter(username=name).first()
    if user is None or user.grants.filter(tenant_id=tenant).exists():
        return False
    return user.is_superuser or user.grants.exists()


def _user(name: str) -> User:
    """The user of that name, made where there is none. Raises `Refused` for a closed account: its id stands for somebody else."""
    user, made = User.objects.get_or_create(username=name)
    if not user.is_active:
        raise Refused("GOV-SIGN-IN", "The account {name!r} is closed: take another user name.", name=name)
    if made:
        user.set_unusable_password()  # signs in by link until a password is set
        user.save()
    return user
