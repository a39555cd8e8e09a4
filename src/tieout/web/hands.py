"""Through whose hands a document went: who handed it in, from which source, who made and who approved it."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.access.duties import CONSOLE
from tieout.core.access.source import PERSON
from tieout.core.values.event import SYSTEM
from tieout.identity.names import names_of
from tieout.store.screens.papers import PaperPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Names for people, "" where nobody is known. `source` is "" for what a person handed in of their own."""

    handed_in: str
    source: str
    made: str
    approved: str


def hands(paper: PaperPage) -> Hands:
    """Through whose hands it went. Ids of users become names; what systems write as names stays."""
    made, approved = (str(getattr(paper.document, word, "")) for word in ("made_by", "approved_by"))
    names = names_of({paper.handed_by, made, approved})
    return Hands(
        handed_in=names.get(paper.handed_by, _by_console(paper.handed_by)),
        source="" if paper.origin.startswith(PERSON) else paper.origin,
        made=names.get(made, made),
        approved=names.get(approved, approved),
    )


def _by_console(actor: str) -> str:
    """Somebody at the machine by the name of their account there; a program is nobody."""
    name = actor.removeprefix(CONSOLE)
    return "" if actor == SYSTEM else f"{name} at the console" if name != actor else actor
