"""Who may do what: `list` grants, `grant NAME ROLE` or `end NAME ROLE`, `company CODE` adds or renames a company, `erase NAME` a person.

A grant can be restricted to a company, a queue, a limit for acceptances on one claim, and a last day. Granting the same role
for the same company and queue replaces the grant. Here, and not on the page, also a user who works for another organisation may
be given a role. The first grant to a second person closes the source `setup` (see
`tieout setup`).

`erase` closes a person's account for good, in all organisations: names, mail address, password, grants, links and sessions go. What the
person did stays under the user's id. It says first what goes and what stays, and asks.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording import owners
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.core.values.money import Money
    from tieout.core.values.scope import Scope


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, for which user, and where the grant applies."""
    parser.add_argument("act", choices=["list", "grant", "end", "company", "erase"])
    parser.add_argument("name", nargs="?", default="", help="the user's name, or the company's code")
    parser.add_argument("role", nargs="?", default="", help="the role, such as ap_analyst")
    parser.add_argument("--entity", default="", metavar="CODE", help="only in this company (default: all)")
    parser.add_argument("--queue", default="", help="only for this queue (default: the role's queues)")
    parser.add_argument(
        "--limit",
        default="",
        metavar="AMOUNT",
        help='may accept up to this amount on one invoice or other claim, such as "5000 EUR"',
    )
    parser.add_argument("--until", default="", metavar="DATE", help="the last day on which it is valid (2026-12-31)")
    parser.add_argument("--called", default="", metavar="NAME", help="the company's name")
    parser.add_argument("--currency", default="", help="the company's currency, such as EUR")
    parser.add_argument("--rename", default="", metavar="NEW", help="erase: also replace the user name by this one")
    parser.add_argument("--yes", action="store_true", help="erase: do it without asking")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the grants after that, or the company."""
    from tieout.cli.people_erase import erase
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say):
        if arguments.act == "erase":
            return erase(arguments, _required(arguments.name, "NAME"))
        scope = scope_of(arguments)
        match arguments.act:
            case "grant":
                _grant(scope, arguments)
            case "end":
                _end(scope, arguments)
            case "company":
                _company(scope, arguments)
            case _:
                _list(scope)
    return 0


def _grant(scope: Scope, arguments: argparse.Namespace) -> None:
    from tieout import app
    from tieout.identity.people import give
    from tieout.identity.sources import setup_is_open

    was_open = setup_is_open(scope.tenant)
    give(
        scope,
        _required(arguments.name, "NAME"),
        _required(arguments.role, "ROLE"),
        entity=arguments.entity,
        queue=arguments.queue,
        limit=_limit(arguments.limit),
        until=_day(arguments.until),
        roles=app.roles().keys(),
        at=datetime.now(UTC),
        of_others=True,
    )
    _list(scope)
    if was_open and not setup_is_open(scope.tenant):
        print(
            text(
                "More than one person has a grant now: the source `setup` is closed. `tieout sources` lists the others."
            )
        )


def _end(scope: Scope, arguments: argparse.Namespace) -> None:
    from tieout.core.values.errors import Malformed
    from tieout.identity.people import grants_of, take_back

    meant = (arguments.name, arguments.role, arguments.entity, arguments.queue)
    grants = [
        grant
        for grant in grants_of(scope)
        if meant == (grant.user.username, grant.role, grant.entity.code if grant.entity else "", grant.queue)
    ]
    if not grants:
        raise Malformed("{name} has no such grant", remedy="tieout people list shows the grants", name=arguments.name)
    for grant in grants:
        take_back(scope, grant.pk)
    _list(scope)


def _company(scope: Scope, arguments: argparse.Namespace) -> None:
    from tieout.identity.people import add_entity

    code = _required(arguments.name, "CODE")
    entity = add_entity(
        scope, code, name=arguments.called or code, currency=_required(arguments.currency, "--currency").upper()
    )
    print(f"{entity.code}: {entity.name}, {entity.currency}")


def _list(scope: Scope) -> None:
    from tieout.app import roles
    from tieout.cli import terminal
    from tieout.identity.people import grants_of

    grants, names = grants_of(scope), roles()
    if not grants:
        print(text("Nobody has a role yet: tieout people grant NAME ROLE"))
    for grant in grants:
        limit = text(", up to {limit}", limit=terminal.money(grant.limit)) if grant.limit else ""
        until = text(", until {until}", until=terminal.day(grant.until)) if grant.until else ""
        place = text("in {company}", company=grant.entity.code) if grant.entity else text("in every company")
        queue = text(", queue {queue}", queue=_named(owners.queue(grant.queue), grant.queue)) if grant.queue else ""
        role = _named(text(names[grant.role].name), grant.role) if grant.role in names else grant.role
        print(f"{grant.user.username}: {role} {place}{queue}{limit}{until}")


def _named(name: str, written: str) -> str:
    """A name, with the word by which commands know it: "AP analyst (ap_analyst)"."""
    return f"{name} ({written})"


def _limit(given: str) -> Money | None:
    from tieout.core.values.money import Money

    return Money.parse(given) if given else None


def _day(given: str) -> date | None:
    from tieout.core.values.errors import Malformed

    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Malformed("{given!r} is no day", where="--until", remedy="write it as 2026-12-31", given=given) from error


def _required(given: str, where: str) -> str:
    from tieout.core.values.errors import Malformed

    if not given.strip():
        raise Malformed("an argument is missing", where=where, remedy="see tieout people --help")
    return given.strip()
