"""Let somebody in: a user with roles in a tenant, made if there is none yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tieout.core.values.errors import Refused
from tieout.identity.models import Grant, Tenant, User
from tieout.identity.roles import Role


def person(name: str) -> User:
    """The user of that name. Raises Refused if there is none."""
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise Refused("GOV-SIGN-IN", f"There is no user {name!r}.") from None


@transaction.atomic
def admit(name: str, *, tenant: str, roles: Iterable[Role]) -> User:
    """The user of that name, holding these roles in all of the tenant. User and tenant are made if there are none."""
    user, made = User.objects.get_or_create(username=name)
    if made:
        user.set_unusable_password()  # signs in by link until a password is set
        user.save()
    Tenant.objects.get_or_create(code=tenant, defaults={"name": tenant})
    for role in roles:
        Grant.objects.get_or_create(user=user, tenant_id=tenant, entity=None, role=role)
    return user
