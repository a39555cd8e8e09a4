"""Whose books a command works on: the tenant that is named, or the only one there is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tieout.core.access.source import Source
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine

USAGE: Final = "usage"
"""What a source says that sends usage events, or whose an identifier is: no documents, but evidence all the same."""


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """The option that names the tenant."""
    parser.add_argument("--tenant", help="whose books; need not be said where there is only one organisation")


def add_source(parser: argparse.ArgumentParser) -> None:
    """The option that names the source of what comes in."""
    parser.add_argument(
        "--source",
        default="",
        help="the source that these files come from (see `tieout sources`); `setup` while it is open",
    )


def usage_source_of(engine: Engine, scope: Scope, name: str = "") -> Source:
    """The source of usage events and of whose an identifier is. Raises `Refused` GOV-SOURCE for one that may not say usage."""
    from tieout.core.values.errors import Refused

    source = source_of(engine, scope, name)
    if not source.says(USAGE):
        says = ", ".join(sorted(source.kinds))
        raise Refused("GOV-SOURCE", f"{source.name} may not say usage: it says {says} (see `tieout sources allow`)")
    if not source.speaks_for(()):
        whose = ", ".join(sorted(source.entities))
        raise Refused("GOV-SOURCE", f"{source.name} speaks for {whose}, and usage is of all companies")
    return source


def source_of(engine: Engine, scope: Scope, name: str = "") -> Source:
    """The source of a name; `setup` where none is named. Raises `Refused` GOV-SOURCE for one that may say nothing."""
    from datetime import UTC, datetime

    from tieout.core.access.source import SETUP
    from tieout.core.values.errors import Refused
    from tieout.identity.sources import every

    source = engine.sources.named(scope, name or SETUP, on=datetime.now(UTC).date())
    if source.kinds:
        return source
    names = ", ".join(row.name for row in every(scope) if row.closed_at is None) or "none yet"
    words = (
        f"no source {name!r} is open" if name else "the set-up of these books is closed: say where the files come from"
    )
    raise Refused("GOV-SOURCE", f"{words} (--source NAME; there are: {names}; `tieout sources allow` names one)")


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
