"""`tieout people erase NAME`: what goes and what stays, a question, and then it is done."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tieout.wording.catalogue import plural, text

if TYPE_CHECKING:
    from tieout.identity.erasing import Account


def erase(arguments: argparse.Namespace, name: str) -> int:
    """Erases the person of that user name. Exits with 69 where nobody has said yes."""
    from tieout.cli.table import Exit
    from tieout.cli.whose import actor
    from tieout.core.audit.records import INSTALLATION
    from tieout.core.values.scope import Scope
    from tieout.engine import erase_person
    from tieout.identity.erasing import account, checked_rename

    person = account(name)
    if arguments.rename in {"", name} and erase_person.is_erased(person):
        print(text("{name} is already erased: nothing of the person is left but the user name.", name=name))
        return Exit.DONE
    new = checked_rename(name, arguments.rename)
    _preview(person, new)
    if not _confirmed(arguments):
        print(text("Nothing was erased. Add --yes to erase it."))
        return Exit.CANNOT
    scope = Scope(tenant=INSTALLATION, actor=actor())
    erase_person.erase(scope, name, rename=new, at=datetime.now(UTC))
    print(text("{name} is erased. `tieout audit verify --all` shows that the log is whole.", name=new))
    return Exit.DONE


def _preview(person: Account, new: str) -> None:
    from tieout.app import roles
    from tieout.engine.erase_person import cases_with

    names = roles()
    print(text("This is erased for good:"))
    print(text("  first name, last name, mail address and password of {name}; the account is closed", name=person.name))
    for grant in person.grants:
        role = text(names[grant.role].name) if grant.role in names else grant.role
        place = text("in {company}", company=grant.entity.code) if grant.entity else text("in every company")
        print(text("  the grant {role} {place} of {tenant}", role=role, place=place, tenant=grant.tenant_id))
    if person.links or person.sessions:
        print(text("  sign-in links: {links}, sessions: {sessions}", links=person.links, sessions=person.sessions))
    print(text("  what would allow trying addresses and names against the log"))
    where = text(
        "the rows that state who gave or changed a grant, source or column mapping ({count})", count=person.mentions
    )
    if new != person.name:
        print(text("  the user name {name}: it becomes {new}, also in {where}", name=person.name, new=new, where=where))
    print(text("This stays:"))
    print(text("  the id {id}, under which the log says who did what", id=person.id))
    if new == person.name:
        print(text("  the user name {name}, also in {where} (--rename NEW replaces it)", name=person.name, where=where))
    print(text("  names in documents, in their originals, in what people wrote, in exports and in backups"))
    for tenant, numbers in cases_with(person).items():
        print(
            plural(
                "In {tenant} {count} open case stays assigned to {name} until a colleague takes it over on its page: {numbers}",
                "In {tenant} {count} open cases stay assigned to {name} until colleagues take them over on their pages: {numbers}",
                len(numbers), tenant=tenant, name=person.name, numbers=", ".join(dict.fromkeys(numbers)),
            )
        )  # fmt: skip
    for held, tenant in person.alone:
        role = text(names[held].name) if held in names else held
        print(text("Nobody else has the role {role} in {tenant}: grant it to somebody.", role=role, tenant=tenant))


def _confirmed(arguments: argparse.Namespace) -> bool:
    if arguments.yes or not sys.stdin.isatty():
        return bool(arguments.yes)
    answer = input(text("Erase it? [y/N]") + " ")
    return answer.strip().lower() in {"y", "yes", "j", "ja"}
