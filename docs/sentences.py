"""Finds the sentences that are raised, remarked, refused and answered: the literals of those calls, each a message of the catalogues.

A sentence with values is a message with {names} and the values by name: an f-string there has no translation and is a fault.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tieout.core.values.sentence import NAMES

Place = int | str
VALUES: Final = "**"
"""The place of all values of a finding: each keyword that is none of `NO_VALUES`, and what `also` holds."""
NO_VALUES: Final = frozenset({"ruling", "site", "queue", "stage", "status", "at_stake", "awaited", "remainder"})
Id = str | tuple[str, str]

SENTENCES: Final[Mapping[str, tuple[Place, ...]]] = {
    "Refused": (1,),
    "Malformed": (0, "remedy"),
    "Damaged": (0,),
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
    "Unfit": (0, 2, "remedy"),
    "Drift": (0, 1),
    "Unreadable": ("reason", "remedy"),
    "Rejected": ("reason",),
    "Unknown": ("hint",),
    "RefusedLine": ("reason", "remedy"),
    "Suggestion": ("reason",),
    "mapping": ("reason",),
    "ConnectionEnded": (0,),
    "put_off": (2,),
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
    "DeliveryRefused": ("reason",),
    "DeliveryUnknown": ("hint",),
    "PostingRefused": ("reason",),
    "PostingUnknown": ("hint",),
    "finding": (VALUES,),
    "HeldBack": ("reason",),
    "Open": ("reason",),
    "unfounded": (1,),
    "Agreed": ("source",),
    "Match": ("problem",),
    "Lack": ("words",),
    "place": (3,),
}
"""The calls that are given a sentence for people, and which of their arguments it is: by position, or by name."""


def of_source(source: str) -> tuple[set[Id], list[str]]:
    """The messages of a module, and its faults: "line 12: …"."""
    messages: set[Id] = set()
    faults: dict[tuple[int, int], str] = {}
    for call, scope in _module(ast.parse(source)).calls:
        name = _name(call)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "Sentence.counted":
            match call.args[:2]:
                case [ast.Constant(value=str() as one), ast.Constant(value=str() as many)]:
                    messages.add((one, many))
                case _:
                    faults[call.lineno, 0] = f"line {call.lineno}: the two forms of a plural are literals"
            continue
        places = SENTENCES.get(name, ())
        for node in _given(call, places):
            for part in _resolved(node, scope):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    if VALUES not in places:
                        messages |= {part.value} if part.value else set()
                        for text in _without_value(call, part.value):
                            faults[call.lineno, len(faults) + 1] = text
                    elif _LETTERS.search(part.value):
                        messages.add(part.value)
                elif _made_up(part):
                    text = f"line {part.lineno}: {name} is given a made-up sentence: give its values by name"
                    faults[part.lineno, -part.col_offset - 1] = text
    return messages, list(faults.values())


_LETTERS: Final = re.compile("[a-z]{2}")


def messages(paths: Iterable[Path]) -> set[Id]:
    """The messages of these modules."""
    return {message for path in paths for message in of_source(path.read_text())[0]}


@dataclass
class _Module:
    """What a module defines and calls: a sentence is followed through variables, parameters and functions of the module."""

    functions: dict[str, list[tuple[ast.FunctionDef, _Scope]]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[ast.Call, _Scope]] = field(default_factory=list)
    calls_of: dict[str, list[tuple[ast.Call, _Scope]]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class _Scope:
    """Where an expression stands: what the names there are bound to, and the function that it is in."""

    module: _Module
    bound: Mapping[str, list[ast.expr]]
    function: ast.FunctionDef | None = None


def _module(tree: ast.Module) -> _Module:
    module = _Module()

    def walk(node: ast.AST, scope: _Scope) -> None:
        for child in ast.iter_child_nodes(node):
            inside = scope
            if isinstance(child, ast.FunctionDef):
                names = {argument.arg for argument in _arguments(child)}
                outer = {name: value for name, value in scope.bound.items() if name not in names}
                inside = _Scope(module, {**outer, **_bindings(child.body)}, child)
                module.functions[child.name].append((child, inside))
            if isinstance(child, ast.Call):
                module.calls.append((child, inside))
                if isinstance(child.func, ast.Name):
                    module.calls_of[child.func.id].append((child, inside))
            walk(child, inside)

    walk(tree, _Scope(module, _bindings(tree.body)))
    return module


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _bindings(body: Iterable[ast.stmt]) -> dict[str, list[ast.expr]]:
    bound: dict[str, list[ast.expr]] = {}
    for statement in body:
        for node in ast.walk(statement):
            for name, value in _bound_by(node):
                bound.setdefault(name, []).append(value)
    return bound


def _bound_by(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
            yield from (
                (name.id, value) for name, value in zip(names, values, strict=True) if isinstance(name, ast.Name)
            )
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Call() as value):
            yield from ((name.id, value) for name in names if isinstance(name, ast.Name))
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AugAssign(target=ast.Name(id=name), value=value)
        ):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
            yield name, value


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _given(call: ast.Call, places: Iterable[Place]) -> Iterator[ast.expr]:
    for place in places:
        if place == VALUES:
            for keyword in call.keywords:
                if keyword.arg == "also" and isinstance(keyword.value, ast.Dict):
                    yield from keyword.value.values
                elif keyword.arg is not None and keyword.arg not in NO_VALUES:
                    yield keyword.value
        elif isinstance(place, str):
            yield from (keyword.value for keyword in call.keywords if keyword.arg == place)
        elif place < len(call.args):
            yield call.args[place]


def _resolved(node: ast.expr, scope: _Scope, depth: int = 0) -> Iterator[ast.expr]:
    """The expressions that may stand there."""
    further = [(part, scope) for part in _alternatives(node)]
    if not further and depth < _DEPTH_MAX:
        further = list(_elsewhere(node, scope))
        depth += 1
    if not further:
        yield node
    for part, place in further:
        yield from _resolved(part, place, depth)


def _alternatives(node: ast.expr) -> Iterable[ast.expr]:
    match node:
        case ast.IfExp(body=one, orelse=other):
            return one, other
        case ast.BoolOp(values=values) | ast.Subscript(value=ast.Dict(values=values)):
            return values
        case ast.Tuple(elts=values) | ast.List(elts=values):
            return values
        case ast.ListComp(elt=value) | ast.GeneratorExp(elt=value) | ast.Starred(value=value):
            return (value,)
        case (
            ast.Call(func=ast.Name(id="joined"), args=[_, value])
            | ast.Call(func=ast.Name(id="as_sentence"), args=[value])
        ):
            return (value,)
        case _:
            return ()


def _elsewhere(node: ast.expr, scope: _Scope) -> Iterator[tuple[ast.expr, _Scope]]:
    """What a name, a parameter or a function of the module stands for."""
    match node:
        case ast.Subscript(value=ast.Name(id=name)) if isinstance(
            next(iter(scope.bound.get(name, [])), None), ast.Dict
        ):
            for mapping in scope.bound[name]:
                yield from ((value, scope) for value in mapping.values if isinstance(mapping, ast.Dict))
        case ast.Name(id=name) if name in scope.bound:
            yield from ((value, scope) for value in scope.bound[name])
        case ast.Name(id=name) if scope.function is not None:
            yield from _arguments_for(name, scope.function, scope.module)
        case ast.Call(func=ast.Name(id=name)) if name in scope.module.functions and name not in SENTENCES:
            for function, inside in scope.module.functions[name]:
                for part in ast.walk(function):
                    if isinstance(part, ast.Return | ast.Yield) and part.value is not None:
                        yield part.value, inside


def _arguments_for(name: str, function: ast.FunctionDef, module: _Module) -> Iterator[tuple[ast.expr, _Scope]]:
    """What the calls within the module give for a parameter of a function."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    for call, scope in module.calls_of.get(function.name, []):
        given = [keyword.value for keyword in call.keywords if keyword.arg == name]
        if name in names and names.index(name) < len(call.args):
            given.append(call.args[names.index(name)])
        yield from ((value, scope) for value in given)
    yield from ((value, _Scope(module, {})) for value in _default(name, function))


def _default(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What stands for a parameter that a call leaves out."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args]
    pairs = zip(named[len(named) - len(arguments.defaults) :], arguments.defaults, strict=True)
    for argument, value in (*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)):
        if argument.arg == name and value is not None:
            yield value


_DEPTH_MAX: Final = 5


def _made_up(node: ast.expr) -> bool:
    """Whether words of ours are put together with values: an f-string, a sum, a slice or a format of texts; or lose their values: `str`."""
    match node:
        case ast.JoinedStr(values=parts):
            return any(
                isinstance(part, ast.Constant) and any(sign.isalpha() for sign in str(part.value)) for part in parts
            ) or any(_sentence_in(part) for part in parts)
        case ast.Call(func=ast.Name(id="str"), args=[part]):
            return _sentence_in(part)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str()), attr="join"), args=[ast.GeneratorExp(elt=part)]
        ):
            return _sentence_in(part)
        case ast.BinOp(left=left, right=right):
            return any(_made_up(side) or isinstance(side, ast.Constant) for side in (left, right))
        case ast.Subscript(value=value, slice=ast.Slice()):
            return _made_up(value)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format" | "join")):
            return any(sign.isalpha() for sign in text)
        case _:
            return False


def _sentence_in(node: ast.AST) -> bool:
    """Whether a sentence of ours is in it: one that another error, answer or remark has, or a literal."""
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _SENTENCES_OF)
        or (isinstance(part, ast.Name) and part.id in _RAISED)
        or (isinstance(part, ast.BoolOp | ast.IfExp) and any(_is_text(choice) for choice in _alternatives(part)))
        for part in ast.walk(node)
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _LETTERS.search(node.value) is not None


_SENTENCES_OF: Final = frozenset({"message", "reason", "hint", "remedy"})
_RAISED: Final = frozenset({"trouble", "problem"})
"""What errors of ours are called where they are caught; those of other libraries are `error`."""


def _without_value(call: ast.Call, message: str) -> Iterator[str]:
    """Names of a message for which its call gives no value."""
    given = {keyword.arg for keyword in call.keywords}
    if None not in given:  # not **values
        for name in sorted({name for name, _ in NAMES.findall(message)} - given):
            yield f"line {call.lineno}: no value is given for {{{name}}}"
