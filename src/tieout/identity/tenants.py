"""Organisations: which there are, a new one, its name, and removing one that holds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.db import transaction

from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.identity.models import Entity, Tenant

_NEAR_MAX = 3


def tenants() -> Sequence[Tenant]:
    """All organisations, by code."""
    return list(Tenant.objects.order_by("code"))


def name_of(code: str) -> str:
    """What an organisation is called; its code where it has no name."""
    return Tenant.objects.filter(code=code).values_list("name", flat=True).first() or code


def company_called(by: Scope, code: str, stated: str = "") -> str:
    """What a company of the organisation is called: as it was entered, else as a document states it, else the organisation's name."""
    entered = (
        Entity.objects.filter(tenant_id=by.tenant, code=code).values_list("name", flat=True).first() if code else ""
    )
    return (entered if entered != code else "") or stated or entered or name_of(by.tenant)


def nearest(code: str, codes: Iterable[str]) -> list[str]:
    """The codes that somebody may have meant, nearest first."""
    by_small = {one.lower(): one for one in codes}
    return [by_small[one] for one in get_close_matches(code.lower(), by_small, n=_NEAR_MAX, cutoff=0.6)]


def make_tenant(code: str, *, name: str = "") -> Tenant:
    """A new organisation. Raises `Refused` where there is one of that code, `Malformed` for a code that is none."""
    if Tenant.objects.filter(code=code).exists():
        raise Refused("GOV-TENANT", "there is an organisation {tenant!r} already: leave out --new", tenant=code)
    tenant = Tenant(code=code, name=name or code)
    try:
        tenant.full_clean()
    except ValidationError as error:
        raise Malformed("; ".join(error.messages), where="--tenant", remedy="letters, digits, - and _") from error
    tenant.save()
    return tenant


def call_tenant(code: str, name: str) -> None:
    """Gives an organisation another name."""
    for tenant in Tenant.objects.filter(code=code):
        tenant.name = name
        tenant.save(update_fields=["name"])


@transaction.atomic
def remove_tenant(code: str, *, holds: Sequence[str]) -> None:
    """Removes an organisation with its grants and companies. Raises `Refused` where `holds` names what it has."""
    if holds:
        raise Refused(
            "GOV-TENANT",
            "{tenant} is not empty, and what was received is never removed: it holds {holds}",
            tenant=code,
            holds=", ".join(holds),
        )
    tenant = Tenant.objects.get(code=code)
    tenant.grants.all().delete()
    Entity.objects.filter(tenant=tenant).delete()
    tenant.delete()
