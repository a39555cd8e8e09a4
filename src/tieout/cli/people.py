"""Who may do what: `list` grants, `grant NAME ROLE` or `end NAME ROLE` one, `company CODE` adds or renames a company.

A grant can be bound to a company, a queue, a limit on what is accepted on one claim, and a last day. The same role for the
same place is granted anew. The first grant in a second person's name closes the source `setup` (see `tieout setup`).
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant

if TYPE_CHECKING:
    from tieout.core.values.money import Money
    from tieout.core.values.scope import Scope


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, for whom, and where the grant holds."""
    parser.add_argument("act", choices=["list", "grant", "end", "company"])
    parser.add_argument("name", nargs="?", default="", help="the user's name, or the company's code")
    parser.add_argument("role", nargs="?", default="", help="the role, as ap_analyst")
    parser.add_argument("--entity", default="", metavar="CODE", help="in this company alone; all if not said")
    parser.add_argument("--queue", default="", help="for this queue alone; the role's queues if not said")
    parser.add_argument("--limit", default="", metavar="AMOUNT", help='accepts up to this on one claim, as "5000 EUR"')
    parser.add_argument("--until", default="", metavar="DATE", help="the last day on which it holds (2026-12-31)")
    parser.add_argument("--called", default="", metavar="NAME", help="the company's name")
    parser.add_argument("--currency", default="", help="the company's currency, as EUR")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was granted or ended, or what there is."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say):
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
        _said(arguments.name, "NAME"),
        _said(arguments.role, "ROLE"),
        entity=arguments.entity,
        queue=arguments.queue,
        limit=_limit(arguments.limit),
        until=_day(arguments.until),
        roles=app.roles().keys(),
        at=datetime.now(UTC),
    )
    _list(scope)
    if was_open and not setup_is_open(scope.tenant):
        print("More than one person holds a grant now: the source `setup` is closed. `tieout sources` names others.")


def _end(scope: Scope, arguments: argparse.Namespace) -> None:
    from tieout.core.values.errors import Malformed
    from tieout.identity.people import grants_of, take_back

    meant = (arguments.name, arguments.role, arguments.entity, arguments.queue)
    found = [
        grant
        for grant in grants_of(scope)
        if meant == (grant.user.username, grant.role, grant.entity.code if grant.entity else "", grant.queue)
    ]
    if not found:
        raise Malformed(f"{arguments.name} holds no such grant", remedy="tieout people list says what there is")
    for grant in found:
        take_back(scope, grant.pk)
    _list(scope)


def _company(scope: Scope, arguments: argparse.Namespace) -> None:
    from tieout.identity.people import add_entity

    code = _said(arguments.name, "CODE")
    entity = add_entity(
        scope, code, name=arguments.called or code, currency=_said(arguments.currency, "--currency").upper()
    )
    print(f"{entity.code}: {entity.name}, {entity.currency}")


def _list(scope: Scope) -> None:
    from tieout.identity.people import grants_of

    for grant in grants_of(scope):
        limit = f", up to {grant.limit}" if grant.limit else ""
        until = f", until {grant.until}" if grant.until else ""
        place = f"in {grant.entity.code}" if grant.entity else "in every company"
        queue = f", queue {grant.queue}" if grant.queue else ""
        print(f"{grant.user.username}: {grant.role} {place}{queue}{limit}{until}")


def _limit(text: str) -> Money | None:
    from tieout.core.values.money import Money

    return Money.parse(text) if text else None


def _day(text: str) -> date | None:
    from tieout.core.values.errors import Malformed

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Malformed(f"{text!r} is no day", where="--until", remedy="write it as 2026-12-31") from error


def _said(text: str, where: str) -> str:
    from tieout.core.values.errors import Malformed

    if not text.strip():
        raise Malformed("something is missing", where=where, remedy="tieout people --help says what goes where")
    return text.strip()
