"""What the page reports after a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tieout.core.case import commands
from tieout.core.case.commands import Command
from tieout.engine.application import catalogue
from tieout.web.sides import BySide
from tieout.wording.catalogue import marked, text

_ASKED: Final = BySide(
    marked("The supplier has been asked; the time limit is suspended until the answer arrives."),
    marked("The customer has been asked; the time limit is suspended until the answer arrives."),
    marked("The counterparty has been asked; the time limit is suspended until the answer arrives."),
)
_DONE: Final[Mapping[type[Command], str]] = {
    commands.Assign: marked("The case is yours now."),
    commands.Note: marked("The note is recorded."),
    commands.RecordAnswer: marked("The answer is recorded; the time limit runs again."),
    commands.AcceptVariance: marked("Accepted on this evidence. The claim is tied out again."),
    commands.RevokeRelease: marked("The acceptance is revoked. The claim is tied out again."),
    commands.Resolve: marked("The resolution is chosen; the case is closed once the documents confirm it."),
    commands.Escalate: marked("The case is escalated."),
    commands.HandOff: marked("The case is handed over."),
    commands.Reopen: marked("The case is open again."),
}


_RESOLVED: Final[Mapping[str, str]] = {
    "release": marked("Accepted on this evidence. The claim is tied out again."),
    "pay_short": marked("Accepted on this evidence. The claim is tied out again."),
    "assign": marked("Assigned. The claim is tied out against it."),
    "wait": marked("Nobody is asked until that day; then the case comes back."),
    "reject": marked("The document is rejected."),
    "retry": marked("The action is tried again."),
    "send": marked("The document is sent once more."),
    "check": marked("The document is checked once more."),
}


def _asks(command: Command) -> bool:
    return isinstance(command, commands.Resolve) and catalogue().resolution(command.resolution).effect == "ask"


def done(command: Command, side: str = "supplier") -> str:
    """What the page reports after a command; `side` is what the other side of the claim is called."""
    if command == commands.Assign(assignee=""):
        return text("The case is back in the queue.")
    if isinstance(command, commands.Resolve) and (
        words := _RESOLVED.get(catalogue().resolution(command.resolution).effect)
    ):
        return text(words)
    if isinstance(command, commands.AskCounterparty) or _asks(command):
        return _ASKED.about(side)
    return text(_DONE[type(command)])
