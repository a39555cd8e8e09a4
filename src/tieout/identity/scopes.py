"""From a signed-in user to a scope: which tenant, which entities, what was granted."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tieout.core.values.errors import Refused
from tieout.core.values.grant import Grant as Held
from tieout.core.values.scope import Scope
from tieout.identity.models import Grant, User


def scope_of(user: User, *, on: date, tenant: str | None = None, entity: str | None = None) -> Scope:
    """The scope of a user in a tenant, or in one entity of it, with all grants that hold there on a day.

    It sees every entity that some grant is for; what the user may do in each follows from the grants for that one: an
    approver of one company is not an approver of its sister company. Raises Refused if there is no grant, or several tenants and none was
    named.
    """
    grants = _held(Grant.objects.filter(user_id=user.pk), on) if user.is_active else []
    tenants = sorted({grant.tenant_id for grant in grants})
    if tenant is None and len(tenants) > 1:
        raise Refused(
            "GOV-SCOPE", "You work for several organisations ({tenants}): say which.", tenants=", ".join(tenants)
        )
    chosen = tenant or (tenants[0] if tenants else None)
    within = [grant for grant in grants if grant.tenant_id == chosen]
    if entity is not None:
        within = [grant for grant in within if grant.entity is None or grant.entity.code == entity]
    if chosen is None or not within:
        raise Refused("GOV-SCOPE", "You have no role there. Ask a controller for one.")
    return _scope(user, chosen, within, entity)


def colleagues(tenant: str, *, on: date) -> tuple[Scope, ...]:
    """The scopes of all who hold a grant in a tenant on a day, by user name."""
    by_user: dict[User, list[Grant]] = {}
    for grant in _held(Grant.objects.filter(tenant_id=tenant, user__is_active=True).select_related("user"), on):
        by_user.setdefault(grant.user, []).append(grant)
    ordered = sorted(by_user, key=lambda user: user.get_username())
    return tuple(_scope(user, tenant, by_user[user], None) for user in ordered)


def tenants_of(user: User) -> tuple[str, ...]:
    """The codes of all tenants that a user holds a role in, sorted."""
    if not user.is_active:
        return ()
    return tuple(sorted(set(Grant.objects.filter(user_id=user.pk).values_list("tenant_id", flat=True))))


def _held(grants: QuerySet[Grant], on: date) -> list[Grant]:
    return [grant for grant in grants.select_related("entity") if grant.until is None or on <= grant.until]


def _scope(user: User, tenant: str, grants: list[Grant], entity: str | None) -> Scope:
    everywhere = any(grant.entity is None for grant in grants)
    codes = frozenset(grant.entity.code for grant in grants if grant.entity is not None)
    return Scope(
        tenant=tenant,
        entities=frozenset({entity}) if entity is not None else frozenset() if everywhere else codes,
        actor=str(user.pk),
        name=user.get_username(),
        grants=tuple(
            Held(
                user=str(user.pk),
                role=grant.role,
                entity=grant.entity.code if grant.entity is not None else "",
                queue=grant.queue,
                limit=grant.limit,
                until=grant.until,
            )
            for grant in grants
        ),
    )
