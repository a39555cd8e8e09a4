"""Finds the sentences that are raised, remarked, refused and answered: the literals of those calls, each a message of the catalogues.

A sentence with values is a message with {names} and the values by name: an f-string there has no translation and is a fault.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tieout.core.values.sentence import NAMES

Place = int | str
Id = str | tuple[str, str]

SENTENCES: Final[Mapping[str, tuple[Place, ...]]] = {
    "Refused": (1,),
    "Malformed": (0, "remedy"),
    "Sentence": (0,),
    "CannotRunError": (0,),
    "EmbeddedError": (0, "remedy"),
    "SettingError": (0,),
    "NoAnswer": (0,),
    "Unreachable": (0,),
    "Remark": ("message",),
    "remark": (0,),
    "refusal": (1, "reason", "remedy"),
    "_RefusedError": (0, 1),
    "_Unfit": (0, 2, "remedy"),
    "Drift": (0, 1),
    "Unreadable": ("reason", "remedy"),
    "Rejected": ("reason",),
    "Unknown": ("hint",),
    "required_text": (1,),
    "_refused": (1, "remedy"),
    "_note": (0,),
    "_sort": (1, 3),
    "contradiction": (2,),
    "quantity_of": (3,),
    "unread": (1, 2),
    "Flaw": (1, 2, "what", "remedy"),
    "add_argument": ("help",),
    "withdraw": (1,),
    "RetieRequested": ("reason",),
    "HeldBack": ("reason",),
    "Match": ("problem",),
    "place": (3,),
}
"""The calls that are given a sentence for people, and which of their arguments it is: by position, or by name."""


def of_source(source: str) -> tuple[set[Id], list[str]]:
    """The messages of a module, and its faults: "line 12: …"."""
    messages: set[Id] = set()
    faults: list[str] = []
    for call, bound in _calls(ast.parse(source)):
        name = _name(call)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "Sentence.counted":
            match call.args[:2]:
                case [ast.Constant(value=str() as one), ast.Constant(value=str() as many)]:
                    messages.add((one, many))
                case _:
                    faults.append(f"line {call.lineno}: the two forms of a plural are literals")
            continue
        for node in _given(call, SENTENCES.get(name, ())):
            for part in _resolved(node, bound):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    messages |= {part.value} if part.value else set()
                    faults += _without_value(call, part.value)
                elif _made_up(part):
                    faults.append(f"line {part.lineno}: {name} is given a made-up sentence: give its values by name")
    return messages, faults


def messages(paths: Iterable[Path]) -> set[Id]:
    """The messages of these modules."""
    return {message for path in paths for message in of_source(path.read_text())[0]}


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, Mapping[str, list[ast.expr]]]]:
    """Every call with what the names around it are bound to: in its function, and in the module."""
    outer = _bindings(tree.body)

    def walk(
        node: ast.AST, bound: Mapping[str, list[ast.expr]]
    ) -> Iterator[tuple[ast.Call, Mapping[str, list[ast.expr]]]]:
        for child in ast.iter_child_nodes(node):
            inside = {**bound, **_bindings(child.body)} if isinstance(child, ast.FunctionDef) else bound
            if isinstance(child, ast.Call):
                yield child, inside
            yield from walk(child, inside)

    yield from walk(tree, outer)


def _bindings(body: Iterable[ast.stmt]) -> dict[str, list[ast.expr]]:
    bound: dict[str, list[ast.expr]] = {}
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bound.setdefault(name, []).append(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    bound.setdefault(name, []).append(value)
    return bound


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _given(call: ast.Call, places: Iterable[Place]) -> Iterator[ast.expr]:
    for place in places:
        if isinstance(place, str):
            yield from (keyword.value for keyword in call.keywords if keyword.arg == place)
        elif place < len(call.args):
            yield call.args[place]


def _resolved(node: ast.expr, bound: Mapping[str, list[ast.expr]], depth: int = 0) -> Iterator[ast.expr]:
    """The expressions that may stand there."""
    match node:
        case ast.IfExp(body=one, orelse=other):
            yield from (*_resolved(one, bound, depth), *_resolved(other, bound, depth))
        case ast.BoolOp(values=values):
            for value in values:
                yield from _resolved(value, bound, depth)
        case ast.Subscript(value=ast.Dict(values=values)):
            for value in values:
                yield from _resolved(value, bound, depth)
        case ast.Subscript(value=ast.Name(id=name)) if depth < _DEPTH_MAX and isinstance(
            next(iter(bound.get(name, [])), None), ast.Dict
        ):
            for mapping in bound[name]:
                for value in mapping.values if isinstance(mapping, ast.Dict) else []:
                    yield from _resolved(value, bound, depth + 1)
        case ast.Name(id=name) if name in bound and depth < _DEPTH_MAX:
            for value in bound[name]:
                yield from _resolved(value, bound, depth + 1)
        case _:
            yield node


_DEPTH_MAX: Final = 3


def _made_up(node: ast.expr) -> bool:
    """Whether words of ours are put together with values: an f-string, a sum, a slice or a format of texts."""
    match node:
        case ast.JoinedStr(values=parts):
            return any(
                isinstance(part, ast.Constant) and any(sign.isalpha() for sign in str(part.value)) for part in parts
            )
        case ast.BinOp(left=left, right=right):
            return any(_made_up(side) or isinstance(side, ast.Constant) for side in (left, right))
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _made_up(value)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format" | "join")):
            return any(sign.isalpha() for sign in text)
        case _:
            return False


def _without_value(call: ast.Call, message: str) -> Iterator[str]:
    """Names of a message for which its call gives no value."""
    given = {keyword.arg for keyword in call.keywords}
    if None not in given:  # not **values
        for name in sorted({name for name, _ in NAMES.findall(message)} - given):
            yield f"line {call.lineno}: no value is given for {{{name}}}"
