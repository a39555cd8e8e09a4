"""The life of a claim and of a case: commands, events, permitted moves, refusals."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final, get_args

import tieout
from pages.text import NOTE, page, row, table, words_of
from tieout.core.case.commands import NAMES
from tieout.core.case.events import CaseEvent
from tieout.core.case.legal import LEGAL, ROLES, diagram
from tieout.core.case.state import STATES
from tieout.core.claim.events import ClaimEvent
from tieout.core.values.event import Event
from tieout.wording.reworded import reworded

SOURCE: Final = Path(tieout.__file__).parent
_OF_ALL: Final = {field.name for field in fields(Event)}


def cases_page() -> str:
    """The commands, in which state each is permitted, and to which state it leads."""
    lines = [
        "# Cases: commands and where they are permitted",
        NOTE,
        "A command asks something of a case; [events](events.md) are what happened. The table below is the one that the program",
        "enforces (`core/case/legal.py`): a command without a row is refused with a code.",
        "",
        "```mermaid",
        diagram().rstrip(),
        "```",
        "",
        "## Commands",
        "",
    ]
    for type_, name in NAMES.items():
        lines += [f"### {name}", "", words_of(type_), ""]
        lines += [f"Fields: {_fields(type_) or 'none'}. Roles: {', '.join(sorted(ROLES[name]))}.", ""]
    lines += ["## Permitted moves by state, and the states they lead to", "", *table("move", *STATES)]
    leads = {(legal.state, legal.move): legal.leads_to for legal in LEGAL}
    for move in dict.fromkeys(legal.move for legal in LEGAL):
        cells = (", ".join(sorted(leads.get((state, move), ()), key=STATES.index)) for state in STATES)
        lines.append(row(f"`{move}`", *(cell or "–" for cell in cells)))
    lines += ["", "`tie_out`, `timer`, `outcome` and `close` are made by the system, all others by people.", ""]
    lines += [
        "`resolved` is a closed case that documents cleared or a resolution ended, `rejected` one whose document is rejected.",
        "",
    ]
    lines += ["## Refusals", "", "A refused command changes nothing. Its code is stable; its text is for people.", ""]
    lines += [
        *table("code", "says"),
        *(row(f"`{code}`", " / ".join(sorted(map(reworded, texts)))) for code, texts in refusals().items()),
    ]
    return page(*lines)


def events_page() -> str:
    """Every event of claims and cases."""
    lines = [
        "# Events",
        NOTE,
        "What happened; never changed. Every event has `at` (an instant) and `actor` (`system` where no person asked). Each",
        "claim and each case is a stream of events, chained by their hashes: see [proof](../concepts/proof.md).",
        "",
        "Names of events and fields are stored and hashed, so those of an earlier release stay as they are: `paper` is a document,",
        "`ladder` the times of the escalation levels, `urgency` the priority, `release` an acceptance; `settled` says that a verdict",
        "leaves nothing to post.",
        "",
        "## Claims",
        "",
        *_events(get_args(ClaimEvent)),
        "## Cases",
        "",
        *_events(get_args(CaseEvent)),
    ]
    return page(*lines)


def _events(types: Iterable[type[Event]]) -> Iterator[str]:
    for type_ in types:
        yield f"### {type_.__name__}\n"
        yield words_of(type_) + "\n"
        yield f"Version {type_.version}. Fields: {_fields(type_) or 'none of its own'}.\n"


def _fields(type_: type[Any]) -> str:
    shown = []
    for field in fields(type_):
        if field.name in _OF_ALL and issubclass(type_, Event):
            continue
        optional = field.default is not MISSING or field.default_factory is not MISSING
        shown.append(f"`{field.name}`{' (may be left out)' if optional else ''}")
    return ", ".join(shown)


def refusals() -> dict[str, list[str]]:
    """Every code that the program refuses with, and its texts; «…» in place of a value that has no name."""
    by_code: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and len(node.args) > 1:
                    by_code.setdefault(str(code.value), set()).update(_texts(node.args[1], tree))
    return {code: sorted(filter(None, texts)) for code, texts in sorted(by_code.items())}


def _texts(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The sentences that an expression may be: of each branch, and those that a function of the same module returns."""
    match node:
        case ast.Constant():
            yield str(node.value)
        case ast.JoinedStr():
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "«…»" for part in node.values)
        case ast.IfExp():
            yield from _texts(node.body, tree)
            yield from _texts(node.orelse, tree)
        case ast.Call(func=ast.Name(id="Sentence"), args=[sentence, *_]):
            yield from _texts(sentence, tree)
        case ast.Call(func=ast.Name(id=name)):
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef) and function.name == name:
                    for given in ast.walk(function):
                        if isinstance(given, ast.Return) and given.value is not None:
                            yield from _texts(given.value, tree)
