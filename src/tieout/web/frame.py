"""What every page shows around its own content: the organisation, whether set-up is open, and whether the person may grant roles."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from tieout.core.values.scope import Scope
from tieout.identity.column_mappings import may_map
from tieout.identity.sources import setup_is_open
from tieout.identity.tenants import name_of
from tieout.web.asking import now

GRANTS: Final = frozenset({"controller", "engineer"})
"""The roles whose holders grant roles to others."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows; nothing where nobody is signed in, or the person has no grant."""
    scope: Scope | None = getattr(request, "scope", None)
    if scope is None:
        return {}
    return {
        "setup_open": setup_is_open(scope.tenant),
        "tenant": scope.tenant,
        "organisation": name_of(scope.tenant),
        "may_grant": may_grant(scope),
        "may_map": may_map(scope, on=now().date()),
    }


def may_grant(scope: Scope) -> bool:
    """Whether the person grants roles to others, in the companies that they see."""
    return any(grant.role in GRANTS and not grant.queue for grant in scope.grants)
