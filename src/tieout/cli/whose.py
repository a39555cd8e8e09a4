"""The tenant that a command works on: the one that is named, or the only one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tieout.core.access.source import Source
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine

USAGE: Final = "usage"
"""What a source may send that sends usage events or mappings: not documents, but evidence all the same."""


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """The option that names the tenant."""
    parser.add_argument("--tenant", help="the organisation; optional where there is only one")


def add_source(parser: argparse.ArgumentParser) -> None:
    """The option that names the source of files."""
    parser.add_argument(
        "--source",
        default="",
        help="the source of these files (see `tieout sources`); default: `setup`, while the initial set-up is open",
    )


def usage_source_of(engine: Engine, scope: Scope, name: str = "") -> Source:
    """The source of usage events and mappings. Raises `Refused` GOV-SOURCE for one that may not send usage."""
    from tieout.core.values.errors import Refused

    source = source_of(engine, scope, name)
    if not source.says(USAGE):
        says = ", ".join(sorted(source.kinds))
        raise Refused(
            "GOV-SOURCE",
            "{source} may not send usage: it may send {says} (see `tieout sources allow`)",
            source=source.name,
            says=says,
        )
    if not source.speaks_for(()):
        whose = ", ".join(sorted(source.entities))
        raise Refused(
            "GOV-SOURCE",
            "{source} is allowed for {whose} only, and usage concerns all companies",
            source=source.name,
            whose=whose,
        )
    return source


def source_of(engine: Engine, scope: Scope, name: str = "") -> Source:
    """The source of a name; `setup` where none is named. Raises `Refused` GOV-SOURCE for one that may send nothing."""
    from datetime import UTC, datetime

    from tieout.core.access.source import SETUP
    from tieout.core.values.errors import Refused
    from tieout.core.values.sentence import Sentence
    from tieout.identity.sources import every

    source = engine.sources.named(scope, name or SETUP, on=datetime.now(UTC).date())
    if source.kinds:
        return source
    names = ", ".join(row.name for row in every(scope) if row.closed_at is None) or Sentence("none yet")
    raise Refused(
        "GOV-SOURCE",
        "no source {name!r} is active (--source NAME; one of: {names}; `tieout sources allow` adds one)"
        if name
        else "the initial set-up of this organisation is closed: name the source of the files "
        "(--source NAME; one of: {names}; `tieout sources allow` adds one)",
        name=name,
        names=names,
    )


def scope_of(arguments: argparse.Namespace) -> Scope:
    """The scope of a command typed at this computer. Raises `Malformed` where the tenant is not clear."""
    from tieout.core.values.scope import Scope

    return Scope(tenant=tenant_of(arguments.tenant), actor=actor())


def actor() -> str:
    """Who types at this computer, as events name it."""
    import getpass

    return f"console:{getpass.getuser()}"


def tenant_of(wanted: str | None) -> str:
    """The organisation of that code, or the only one. Raises `Malformed` for one that is not there, with the nearest codes."""
    from tieout.core.values.errors import Malformed
    from tieout.identity.tenants import nearest, tenants

    codes = [tenant.code for tenant in tenants()]
    if not codes:
        raise Malformed(
            "there is no organisation yet",
            remedy="create one: tieout sign-in NAME --new --tenant CODE --role controller",
        )
    if not wanted and len(codes) == 1:
        return codes[0]
    if not wanted:
        raise Malformed(
            "there are several organisations",
            where="--tenant",
            remedy="name one of {tenants}",
            tenants=", ".join(codes),
        )
    if wanted in codes:
        return wanted
    near = nearest(wanted, codes)
    raise Malformed(
        "there is no organisation {tenant!r}",
        where="--tenant",
        remedy="did you mean {near}? `tieout tenants` lists them all" if near else "name one of {tenants}",
        tenant=wanted,
        near=", ".join(near),
        tenants=", ".join(codes),
    )
