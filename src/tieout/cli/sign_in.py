"""Print a one-time link that signs a user in. With --role, grant the user these roles in the organisation first.

An organisation is only made with --new, so that a misspelt one is refused.
"""

from __future__ import annotations

import argparse

from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which user, with which roles."""
    parser.add_argument("name", help="the user's name")
    parser.add_argument(
        "--tenant", help="the organisation in which the roles are granted; optional where there is only one"
    )
    parser.add_argument("--new", action="store_true", help="create the organisation that --tenant names")
    parser.add_argument(
        "--called", default="", metavar="NAME", help="with --new: the organisation's name, for the pages"
    )
    parser.add_argument("--role", action="append", default=[], help="a role to grant; may be given more than once")
    parser.add_argument("--port", type=int, help="port of the web interface, if it was started on another one")


def run(arguments: argparse.Namespace) -> int:
    """Print the link. Uses the database that `tieout up` runs, or starts it for a moment."""
    from datetime import UTC, datetime

    from tieout.cli.terminal import say
    from tieout.config.boot import booted

    with booted(say=say) as settings:
        from tieout.identity.links import make_link
        from tieout.identity.people import admit, person

        roles = _roles(arguments.role)
        tenant = _tenant(arguments)
        user = admit(arguments.name, tenant=tenant, roles=roles) if roles else person(arguments.name)
        token = make_link(user, at=datetime.now(UTC), minutes=settings.sign_in_minutes)
        port = settings.http_port if arguments.port is None else arguments.port
        print(f"http://{settings.http_address}:{port}/enter/{token}")
        say(text("Valid once, for {minutes} minutes.", minutes=settings.sign_in_minutes))
    return 0


def _tenant(arguments: argparse.Namespace) -> str:
    """The organisation that is meant, made if --new says so; "" where none matters."""
    from tieout.cli.whose import tenant_of
    from tieout.core.values.errors import Malformed
    from tieout.identity.tenants import make_tenant

    if not arguments.new:
        return tenant_of(arguments.tenant) if arguments.tenant or arguments.role else ""
    if not arguments.tenant or not arguments.role:
        raise Malformed(
            "a new organisation needs its code and a first user with a role",
            where="--new",
            remedy="tieout sign-in NAME --new --tenant CODE --role controller",
        )
    return make_tenant(arguments.tenant, name=arguments.called).code


def _roles(names: list[str]) -> list[str]:
    from tieout import app
    from tieout.core.values.errors import Malformed

    unknown = sorted(set(names) - set(app.roles()))
    if unknown:
        raise Malformed(
            "No such role: {unknown}. There are: {roles}.",
            where="--role",
            unknown=", ".join(unknown),
            roles=", ".join(app.roles()),
        )
    return names
