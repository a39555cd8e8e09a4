"""Canonical JSON as third parties write it: one document, a list of them, or one per line, each naming its kind.

More lenient than the storage codec in notation (amounts may be objects, numbers may be numbers), but stricter in names: an
unknown field is refused, because a misspelt "quantity" would otherwise silently not be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, get_args, get_type_hints

import msgspec

from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.reading import Reading
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.core.values.units import canonical_unit
from tieout.formats import canonical_json
from tieout.formats.format import Format, Source, refusal
from tieout.formats.json_trees import BOMS, REFERENCE, Unfit, too_many, trees, utf8
from tieout.formats.soundness import flaws

NAME: Final = "canonical-json"
_UNITS: Final = frozenset({"unit", "price_unit", "into"})
_PLACE: Final = re.compile(r"(?s)(.*?) - at `\$?\.?([^`]*)`$")


def _sniff(source: Source) -> bool:
    head = source.content[:200]
    for mark, encoding in BOMS:
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "ignore").encode()
            break
    return head.lstrip()[:1] in {b"{", b"["}


def _read(source: Source) -> tuple[Reading, ...]:
    try:
        entries: list[tuple[str, Any]] = []
        for entry in trees(utf8(source.content), source.limits):
            if len(entries) == source.limits.documents_max:
                raise too_many(source.limits)
            entries.append(entry)
    except Unfit as wrong:
        return (refusal(source, wrong.what, where=wrong.where, remedy=wrong.remedy, format_name=NAME),)
    return tuple(_reading(source, tree, where, part) for part, (where, tree) in enumerate(entries, 1))


def _reading(source: Source, tree: Any, where: str, part: int) -> Reading:
    try:
        if isinstance(tree, Unfit):
            raise tree
        return Reading(document=_document(tree, source.kinds), format=NAME, part=part)
    except Unfit as wrong:
        path = f"$.{wrong.where}" if wrong.where and not isinstance(tree, Unfit) else wrong.where
        place = ", ".join(filter(None, (where, path)))
        return refusal(source, wrong.what, where=place, remedy=wrong.remedy, format_name=NAME, part=part)


def document_of(tree: Any, kinds: Kinds) -> Document:
    """The document of a tree of plain values. Raises `Malformed` with the path in `where`."""
    try:
        return _document(tree, kinds)
    except Unfit as wrong:
        raise Malformed(wrong.what, where=wrong.where, remedy=wrong.remedy) from wrong


def _document(tree: Any, kinds: Kinds) -> Document:
    if not isinstance(tree, dict):
        raise Unfit(
            Sentence("a document is an object, not {shown}", shown=_shown(tree)), remedy='write {"kind": "order", …}'
        )
    kind = tree.get("kind")
    document_kind = kinds.get(kind) if isinstance(kind, str) else None
    if document_kind is None or document_kind.name == "unreadable":
        names = ", ".join(name for name in kinds if name != "unreadable")
        what = (
            "names no kind of document"
            if kind is None
            else Sentence("{value} is not a kind of document", value=_shown(kind))
        )
        raise Unfit(what, "kind", Sentence("use one of {names}", names=names))
    type_ = document_kind.type
    tree.pop("$schema", None)
    _tidied(tree, type_, "")
    try:
        document: Document = msgspec.convert(tree, type_, dec_hook=_hook)
    except msgspec.ValidationError as error:
        raise _explained(error, type_) from error
    for flaw in flaws(document):
        raise Unfit(flaw.what, flaw.path, flaw.remedy)
    return document


def _tidied(tree: dict[str, Any], type_: type, path: str) -> None:
    """Refuses unknown fields, and normalises units."""
    hints = _hints(type_)
    for name, value in tree.items():
        here = f"{path}.{name}" if path else name
        if name not in hints:
            near = get_close_matches(name, hints, n=1)
            remedy = (
                Sentence("did you mean {other!r}?", other=near[0])
                if near
                else Sentence("{type} has {names}", type=type_.__name__, names=", ".join(hints))
            )
            raise Unfit(Sentence("there is no field {name!r} here", name=name), here, remedy)
        if name in _UNITS and isinstance(value, str) and value:
            tree[name] = _unit(value, here)
        inner = hints[name]
        if inner is not None and isinstance(value, dict):
            _tidied(value, inner, here)
        elif inner is not None and isinstance(value, list):
            for k, entry in enumerate(value):
                if isinstance(entry, dict):
                    _tidied(entry, inner, f"{here}[{k}]")


def _unit(value: str, path: str) -> str:
    try:
        return canonical_unit(value)
    except Malformed as error:
        raise Unfit(error.message, path, error.remedy) from error


@lru_cache(maxsize=64)
def _hints(type_: type) -> dict[str, type | None]:
    """Field names, each with the dataclass that it holds (alone or in a list), if any."""
    hints = get_type_hints(type_)
    return {field.name: next(_dataclasses(hints[field.name]), None) for field in fields(type_)}


def _dataclasses(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses(inner)


def _hook(type_: type, value: Any) -> Any:
    try:
        if type_ is Money:
            return _money(value)
        if type_ is Quantity:
            return _quantity(value)
        if type_ is Fraction:
            return Fraction(value if isinstance(value, str) else str(value))
    except Malformed as error:
        remedy = as_sentence(error.remedy or "write it as the reference says")
        raise ValueError(Sentence("{what}; {remedy}", what=error, remedy=remedy)) from error
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"{_shown(value)} is not a number; write 12 or 1/12") from error
    raise AssertionError(f"no reader for {type_}")


def _money(value: Any) -> Money:
    if isinstance(value, str):
        return Money.parse(value)
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return Money.of(_number(value["amount"]), str(value["currency"]))
    raise Malformed(
        "{shown} is not an amount with a currency",
        remedy='write it as "12.34 EUR" or as {"amount": "12.34", "currency": "EUR"}',
        shown=_shown(value),
    )


def _quantity(value: Any) -> Quantity:
    if isinstance(value, str):
        return Quantity.parse(value)
    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return Quantity.of(_number(value["value"]), str(value["unit"]))
    raise Malformed(
        "{shown} is not a quantity with a unit",
        remedy='write it as "5 EA" or as {"value": "5", "unit": "EA"}',
        shown=_shown(value),
    )


def _number(value: Any) -> Decimal:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return decimal_of(value)
    raise Malformed("{shown} is not a number", remedy="write it as 12.34", shown=_shown(value))


_WORDS: Final = {
    "str": Sentence("text"),
    "int": Sentence("a whole number"),
    "float": Sentence("a number"),
    "decimal": Sentence("a number"),
    "bool": Sentence("true or false"),
    "object": Sentence("an object"),
    "array": Sentence("a list"),
    "null": Sentence("null"),
    "date": Sentence("a date"),
    "datetime": Sentence("an instant"),
}


def _explained(error: msgspec.ValidationError, type_: type) -> Unfit:
    """The converter's message in plain words."""
    match = _PLACE.match(str(error))
    what, where = (match[1], match[2]) if match else (str(error), "")
    if isinstance(own := error.__cause__, Malformed):  # the document's class refused it (`__post_init__`)
        return Unfit(own.message, ".".join(part for part in (where, own.where) if part), own.remedy or REFERENCE)
    if isinstance(ours := getattr(own, "__cause__", None), Malformed):  # of our own hook
        return Unfit(ours.message, where, ours.remedy or "write it as the reference says")
    if (missing := re.match(r"Object missing required field `(\w+)`", what)) is not None:
        return Unfit(
            Sentence("{name!r} is missing", name=missing[1]),
            where,
            Sentence("add {name!r}; {reference}", name=missing[1], reference=Sentence(REFERENCE)),
        )
    if (shape := re.match(r"Expected `([^`]*)`, got `(\w+)`", what)) is not None:
        first, *others = (as_sentence(_WORDS.get(word, word)) for word in shape[1].split(" | "))
        expected = first
        for other in others:
            expected = Sentence("{one} or {other}", one=expected, other=other)
        return Unfit(
            Sentence("expected {expected}, found {came}", expected=expected, came=_WORDS.get(shape[2], shape[2])),
            where,
        )
    if "RFC3339" in what:
        instant = "datetime" in what
        remedy = 'write it as "2026-05-03T10:02:00Z"' if instant else 'write it as "2026-05-03"'
        return Unfit("not an instant" if instant else "not a date", where, remedy)
    if (choice := re.match(r"Invalid enum value '?(.*?)'?$", what)) is not None:
        return Unfit(
            Sentence("{value!r} is not allowed here", value=choice[1]),
            where,
            Sentence("use {choices}", choices=", ".join(_choices(type_, where))),
        )
    problem, _, remedy = what.partition("; ")
    return Unfit(problem, where, remedy or REFERENCE)


def _choices(type_: type, where: str) -> Iterator[str]:
    """The allowed values at a path that takes one of a few words."""
    *around, name = re.sub(r"\[[^]]*\]", "", where).split(".")
    for part in around:
        type_ = _hints(type_)[part] or type_
    yield from (str(word) for word in get_args(get_type_hints(type_)[name]))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 60:
        return f"{value:f}"[:60]
    return repr(value)[:60] if isinstance(value, str) else str(value)[:60]


def _write(document: Document) -> bytes:
    return msgspec.json.format(canonical_json.encode(document), indent=2) + b"\n"


FORMAT: Final = Format(name=NAME, sniff=_sniff, read=_read, write=_write)
