"""Whose books a command works on: the tenant that is named, or the only one there is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieout.core.values.scope import Scope


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """The option that names the tenant."""
    parser.add_argument("--tenant", help="whose books; need not be said where there is only one organisation")


def scope_of(arguments: argparse.Namespace) -> Scope:
    """The scope of a command that somebody types at this computer. Raises `Malformed` where no tenant is meant."""
    import getpass

    from tieout.core.values.errors import Malformed
    from tieout.core.values.scope import Scope
    from tieout.identity.models import Tenant

    known = sorted(Tenant.objects.values_list("code", flat=True))
    wanted = arguments.tenant or (known[0] if len(known) == 1 else "")
    if not known:
        raise Malformed(
            "there is no organisation yet", remedy="make one: tieout sign-in NAME --tenant CODE --role controller"
        )
    if wanted not in known:
        said = f"there is no organisation {wanted!r}" if wanted else "there are several organisations"
        raise Malformed(said, where="--tenant", remedy=f"name one of {', '.join(known)}")
    return Scope(tenant=wanted, actor=f"console:{getpass.getuser()}")
