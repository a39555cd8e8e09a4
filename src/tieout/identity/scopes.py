"""From a signed-in user to a scope: which tenant, which entities, which roles."""

from __future__ import annotations

from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.identity.models import Grant, User


def scope_of(user: User, *, tenant: str | None = None, entity: str | None = None) -> Scope:
    """The scope of a user in a tenant, or in one entity of it.

    A scope holds one set of roles for all it sees. Over several entities those are the roles that the user holds in
    every one of them: an approver of one company does not become one of its sister. To use all roles in an entity,
    ask for that entity. Raises Refused if there is no grant, or several tenants and none was named.
    """
    grants = list(Grant.objects.filter(user_id=user.pk).select_related("entity")) if user.is_active else []
    tenants = sorted({grant.tenant_id for grant in grants})
    if tenant is None and len(tenants) > 1:
        raise Refused("GOV-SCOPE", f"You work for several tenants ({', '.join(tenants)}): say which.")
    chosen = tenant or (tenants[0] if tenants else None)
    within = [grant for grant in grants if grant.tenant_id == chosen]
    if entity is not None:
        within = [grant for grant in within if grant.entity is None or grant.entity.code == entity]
    if chosen is None or not within:
        raise Refused("GOV-SCOPE", "You hold no role there. Ask a controller for one.")
    everywhere = frozenset(grant.role for grant in within if grant.entity is None)
    places: dict[str, set[str]] = {}
    for grant in within:
        if grant.entity is not None:
            places.setdefault(grant.entity.code, set()).add(grant.role)
    if entity is not None:
        return Scope(
            tenant=chosen,
            entities=frozenset({entity}),
            actor=str(user.pk),
            roles=everywhere | frozenset(places.get(entity, ())),
        )
    if everywhere:  # sees the whole tenant; a role in one entity is not a role in all
        return Scope(tenant=chosen, actor=str(user.pk), roles=everywhere)
    common = frozenset.intersection(*(frozenset(roles) for roles in places.values()))
    return Scope(tenant=chosen, entities=frozenset(places), actor=str(user.pk), roles=common)


def tenants_of(user: User) -> tuple[str, ...]:
    """The codes of all tenants that a user holds a role in, sorted."""
    if not user.is_active:
        return ()
    return tuple(sorted(set(Grant.objects.filter(user_id=user.pk).values_list("tenant_id", flat=True))))
