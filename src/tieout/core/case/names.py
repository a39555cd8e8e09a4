"""What states, commands, roles, codes and resolutions are called in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from tieout.core.access.role import BUILT_IN
from tieout.core.case.commands import CommandName
from tieout.core.case.state import State
from tieout.core.findings.catalogue import Catalogue
from tieout.core.findings.precedence import DOCUMENT
from tieout.core.values.sentence import Sentence, joined

_STATES: Final[Mapping[State, str]] = MappingProxyType(
    {
        "waiting": Sentence("waiting for evidence"),
        "open": Sentence("open"),
        "assigned": Sentence("taken by somebody"),
        "asked": Sentence("waiting for the counterparty's answer"),
        "resolved": Sentence("resolved"),
        "rejected": Sentence("rejected"),
    }
)
_COMMANDS: Final[Mapping[CommandName, str]] = MappingProxyType(
    {
        "assign": Sentence("taking or assigning the case"),
        "note": Sentence("writing a note"),
        "ask_counterparty": Sentence("asking the counterparty"),
        "record_answer": Sentence("recording an answer"),
        "accept_variance": Sentence("accepting a variance"),
        "revoke_release": Sentence("revoking an acceptance"),
        "resolve": Sentence("choosing a resolution"),
        "escalate": Sentence("escalating the case"),
        "hand_off": Sentence("handing the case to another queue"),
        "reopen": Sentence("reopening the case"),
    }
)


def state_called(state: State) -> str:
    """ "waiting for evidence"."""
    return _STATES[state]


def command_called(command: CommandName) -> str:
    """ "asking the counterparty"."""
    return _COMMANDS[command]


def commands_called(commands: Iterable[CommandName]) -> str:
    """Several commands, or "nothing"."""
    return joined(", ", (_COMMANDS[command] for command in commands)) or Sentence("nothing")


def roles_called(roles: Iterable[str]) -> str:
    """Roles by their names, in the order of the kernel's list; what is no role of the kernel by its id."""
    wanted = set(roles)
    names = [Sentence(role.name) for role in BUILT_IN.values() if role.id in wanted]
    others = [Sentence(name) for name in sorted(wanted - BUILT_IN.keys())]
    return joined(", ", (*names, *others))


def code_called(catalogue: Catalogue, code: str) -> str:
    """ "GOV-NOPOLICY (No policy)"; the code alone where it is not known here."""
    row = catalogue.codes.get(code)
    return Sentence("{code} ({name})", code=code, name=Sentence(row.name)) if row else code


def resolution_called(catalogue: Catalogue, name: str) -> str:
    """The label of its button."""
    return Sentence(catalogue.resolution(name).name)


def resolutions_called(catalogue: Catalogue, names: Iterable[str]) -> str:
    """The labels of several, or "nothing"."""
    return joined(", ", (resolution_called(catalogue, name) for name in names)) or Sentence("nothing")


def place_called(where: str) -> str:
    """ "line 10", or "the whole document"."""
    return Sentence("the whole document") if where in {"", DOCUMENT} else Sentence("line {line}", line=where)
