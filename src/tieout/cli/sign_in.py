"""Print a one-time link that signs a user in. With --tenant and --role, grant the user these roles first."""

from __future__ import annotations

import argparse

from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which user, with which roles."""
    parser.add_argument("name", help="the user's name")
    parser.add_argument(
        "--tenant", help="the organisation in which the roles are granted; created if it does not exist"
    )
    parser.add_argument("--role", action="append", default=[], help="a role to grant; may be given more than once")
    parser.add_argument("--port", type=int, help="port of the workbench, if it was started on another one")


def run(arguments: argparse.Namespace) -> int:
    """Print the link. Uses the database that `tieout up` runs, or starts it for a moment."""
    from datetime import UTC, datetime

    from tieout.cli.terminal import say
    from tieout.config.boot import booted

    with booted(say=say) as settings:
        from tieout.identity.links import make_link
        from tieout.identity.people import admit, person

        if arguments.role and arguments.tenant:
            user = admit(arguments.name, tenant=arguments.tenant, roles=_roles(arguments.role))
        else:
            user = person(arguments.name)
        token = make_link(user, at=datetime.now(UTC), minutes=settings.sign_in_minutes)
        port = settings.http_port if arguments.port is None else arguments.port
        print(f"http://{settings.http_address}:{port}/enter/{token}")
        say(text("Valid once, for {minutes} minutes.", minutes=settings.sign_in_minutes))
    return 0


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
