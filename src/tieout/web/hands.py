"""Who had a hand in a document: who handed it in, from which source, who made and who approved it."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.access.duties import CONSOLE
from tieout.core.access.source import PERSON
from tieout.core.values.event import SYSTEM
from tieout.identity.names import names_of
from tieout.store.screens.documents import DocumentPage
from tieout.wording.catalogue import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Names for people, "" where no name is recorded. `source` is "" for what a person handed in of their own."""

    handed_in: str
    source: str
    made: str
    approved: str


def hands(page: DocumentPage) -> Hands:
    """Who had a hand in it. Ids of users become names; what systems write as names stays."""
    made, approved = (str(getattr(page.document, word, "")) for word in ("made_by", "approved_by"))
    names = names_of({page.handed_by, made, approved})
    return Hands(
        handed_in=names.get(page.handed_by, _by_console(page.handed_by)),
        source="" if page.origin.startswith(PERSON) else page.origin,
        made=names.get(made, made),
        approved=names.get(approved, approved),
    )


def _by_console(actor: str) -> str:
    """Somebody at the machine by the name of their account there; a program is nobody."""
    name = actor.removeprefix(CONSOLE)
    return "" if actor == SYSTEM else text("{name} (command line)", name=name) if name != actor else actor
