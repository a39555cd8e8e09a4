"""Policy as YAML: the text that a controller writes becomes a typed policy, or a list of errors with their places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from hashlib import sha256
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tieout.core.policy.policy import Layer, Policy
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.formats.policy_limits import LimitsWords, LimitWords, without_currency
from tieout.formats.policy_words import HoursWords, Models, QueueWords, Vocabulary, layer_of, models_of, policy_of
from tieout.formats.yaml_tree import Path, Place, Tree, parse
from tieout.wording.catalogue import marked

_GUIDE: Final = "see docs/guides/write-a-policy.md"
_TAGS: Final = frozenset({"word", "limits"})


SCENARIO_CURRENCY: Final = "EUR"
"""The currency of amounts in a scenario's policy that state none: that of its documents that state none."""


def read_policy(content: bytes, vocabulary: Vocabulary, *, codes: Collection[str] = (), stored: bool = False) -> Policy:
    """The policy in a YAML text. Raises `Malformed`: one line per error, with the place of the first in `where`.

    `vocabulary` is what policies may use; `codes` are the exception codes that may be routed; if empty, they are not checked.
    `stored`: it is in force. One that was accepted before amounts needed a currency is read as it was then: see `policy_of`.
    """
    tree = parse(content)
    if not isinstance(tree.value, dict):
        raise Malformed("a policy is a mapping that begins with policy:", where="line 1, column 1", remedy=_GUIDE)
    blank: list[_Wrong] = [
        (tree.place(path), path, "has no value", "write a value, or remove the line") for path in _blanks(tree.value)
    ]
    try:
        words = models_of(vocabulary).policy.model_validate(tree.value)
    except ValidationError as error:
        raise _malformed(blank + _wrong(error, tree, vocabulary)) from error
    blank += _unrouted(words, tree, codes)
    unstated = list(_without_currency(words, tree, vocabulary))
    blank += () if stored else unstated
    if blank:
        raise _malformed(blank)
    return policy_of(words, vocabulary, source_sha256=sha256(content).hexdigest(), former=bool(unstated))


def is_former(content: bytes, vocabulary: Vocabulary) -> bool:
    """Whether a policy states amounts without a currency: it was accepted before they needed one. Raises `Malformed` as `read_policy`."""
    tree = parse(content)
    words = models_of(vocabulary).policy.model_validate(tree.value)
    return any(True for _ in _without_currency(words, tree, vocabulary))


def read_layer(content: Mapping[str, Any], vocabulary: Vocabulary) -> Layer:
    """One layer from its words in a scenario (texts, or YAML's own values). Raises `Malformed` with the path."""
    try:
        words = models_of(vocabulary).layer.model_validate(dict(content))
    except ValidationError as error:
        raise _malformed(_wrong(error, Tree(value=content), vocabulary, layer=True)) from error
    wrong: list[_Wrong] = [
        (None, path, what, remedy)
        for path, what, remedy in without_currency(words, vocabulary.rules, SCENARIO_CURRENCY)
    ]
    if wrong:
        raise _malformed(wrong)
    return layer_of(words, vocabulary, currency=SCENARIO_CURRENCY)


def policy_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a policy text, for editors."""
    schema = models_of(vocabulary).policy.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Tieout policy"}


_Wrong = tuple[Place | None, Path, str, str]


def _blanks(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths without a value: a blank could mean "none" or "any", so it is refused."""
    if value is None:
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _blanks(inner, (*path, key))


def _unrouted(words: Any, tree: Tree, codes: Collection[str]) -> Iterator[_Wrong]:
    for k, layer in enumerate(words.layers):
        for code in layer.routing:
            if codes and code not in codes:
                path: Path = ("layers", k, "routing", code)
                near = get_close_matches(code, codes, n=1)
                remedy = Sentence("did you mean {other}?", other=near[0]) if near else "see docs/reference/codes.md"
                yield tree.place(path), path, Sentence("{code!r} is not an exception code", code=code), remedy


def _without_currency(words: Any, tree: Tree, vocabulary: Vocabulary) -> Iterator[_Wrong]:
    for k, layer in enumerate(words.layers):
        for inner, what, remedy in without_currency(layer, vocabulary.rules, words.currency):
            path: Path = ("layers", k, *inner)
            yield tree.place(path), path, what, remedy


def _wrong(error: ValidationError, tree: Tree, vocabulary: Vocabulary, *, layer: bool = False) -> list[_Wrong]:
    """The errors with their places; `layer`: the text is one layer, not a policy."""
    wrong: list[_Wrong] = []
    for entry in error.errors(include_url=False):
        path = tuple(part for part in entry["loc"] if part not in _TAGS)
        wrong.append(
            (tree.place(path) if tree.places else None, path, *_words(entry, path, tree.value, vocabulary, layer=layer))
        )
    paths = [path for _, path, _, _ in wrong]
    return [
        entry
        for entry in wrong
        # A list also counts as too short when its entries are wrong: then only the entries are reported.
        if not any(len(path) > len(entry[1]) and path[: len(entry[1])] == entry[1] for path in paths)
    ]


def _malformed(wrong: list[_Wrong]) -> Malformed:
    lines = sorted(wrong, key=lambda entry: (entry[0].line, entry[0].column) if entry[0] else (0, 0))
    parts = {f"line{k}": _line(entry) for k, entry in enumerate(lines)}
    text = Sentence("\n".join(f"{{{name}}}" for name in parts), **parts)
    place, path, _, remedy = lines[0]
    return Malformed(text, where=f"{place} ({path_text(path)})" if place else path_text(path), remedy=remedy or _GUIDE)


def _line(entry: _Wrong) -> Sentence:
    """One error in a line: where, what, and the remedy."""
    place, path, what, remedy = entry
    values = {"path": path_text(path), "what": as_sentence(what), "remedy": as_sentence(remedy)}
    if place is None:
        return Sentence("{path}: {what}; {remedy}" if remedy else "{path}: {what}", **values)
    values |= {"line": str(place.line), "column": str(place.column)}
    if not remedy:
        return Sentence("{path}: {what}, line {line}, column {column}", **values)
    return Sentence("{path}: {what}, line {line}, column {column}; {remedy}", **values)


def path_text(path: Path) -> str:
    """ "layers[2].unit_price.upper.percent": the first layer is layers[0], as in every such path."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "policy"


def _words(error: ErrorDetails, path: Path, text: Any, vocabulary: Vocabulary, *, layer: bool) -> tuple[str, str]:
    """What is wrong in plain words, and the remedy."""
    kind, given = error["type"], error.get("input")
    shown = repr(given) if isinstance(given, str) else Sentence("nothing") if given is None else _shape(given)
    context: Mapping[str, Any] = error.get("ctx", {})
    for kinds, message, remedy in _MESSAGES:
        if kind.startswith(kinds):
            return Sentence(message, shown=shown, **context), Sentence(remedy, **context)
    if kind == "extra_forbidden":
        return _unknown_word(path, text, vocabulary, layer=layer)
    if kind == "missing":
        return Sentence("is missing"), Sentence("add {name}:", name=path[-1])
    if kind == "value_error":
        raised = context.get("error")
        return raised.args[0] if isinstance(raised, ValueError) and raised.args else str(error["msg"]), ""
    message = str(error["msg"])
    return f"{shown}: {message[:1].lower()}{message[1:]}", ""


_MESSAGES: Final = (
    (("decimal_", "finite_number"), marked("{shown} is not a number"), marked("write it with a point, as 2 or 12.50")),
    (("int_",), marked("{shown} is not a whole number"), marked("write digits only")),
    (("bool_",), marked("{shown} is neither true nor false"), marked("write true or false")),
    (("literal_error",), marked("{shown} is not allowed here"), marked("use {expected}")),
    (("date_",), marked("{shown} is not a date"), marked("write it as 2026-01-31")),
    (("time_",), marked("{shown} is not a time of day"), marked('write it in quotes, as "08:00"')),
    (("greater_than_equal",), marked("{shown} is less than {ge}"), marked("limits and days are never negative")),
    (("string_too_short",), marked("is empty"), marked("write a word")),
    (("string_pattern",), marked("{shown} has the wrong form"), marked("it has to match {pattern}")),
    (("model_type", "model_attributes_type", "dict_type"), marked("{shown} is not allowed where keywords with values belong"), ""),
    (("tuple_type",), marked("{shown} is not allowed where a list belongs"), marked("begin each entry with a dash")),
    (("too_short",), marked("is an empty list"), marked("write at least one entry")),
)  # fmt: skip


def _shape(value: Any) -> Sentence:
    if isinstance(value, dict):
        return Sentence("a mapping")
    return Sentence("a list") if isinstance(value, list) else Sentence("a {type}", type=type(value).__name__)


def _unknown_word(path: Path, text: Any, vocabulary: Vocabulary, *, layer: bool) -> tuple[str, str]:
    models = models_of(vocabulary)
    model = models.layer if layer and len(path) == 1 else _model_at(path, models)
    word = str(path[-1])
    near = get_close_matches(word, sorted(model.model_fields), n=1)
    wrong = Sentence("{word!r} is not a policy keyword here", word=word)
    process = _process_at(path, text) if model is models.layer else ""
    if process and process not in vocabulary.processes:
        installed = ", ".join(vocabulary.processes) or Sentence("none")
        return wrong, Sentence(
            "the pack {pack!r} would bring its own rules and is not installed; installed: {installed}",
            pack=process,
            installed=installed,
        )
    if near:
        return wrong, Sentence("did you mean {other}?", other=near[0])
    return wrong, Sentence("allowed are {words}", words=", ".join(sorted(model.model_fields)))


def _process_at(path: Path, text: Any) -> str:
    """The process of the layer around a word, by its own `when` or the policy's; "" where neither names one."""
    around = text
    process = ""
    for part in (*path[:-1], None):
        when = around.get("when") if isinstance(around, Mapping) else None
        if isinstance(when, Mapping):
            process = str(when.get("process") or process)
        if part is not None:
            around = around[part]
    return process


_SHAPES: Final[Mapping[str, type[BaseModel]]] = {"upper": LimitWords, "lower": LimitWords, "hours": HoursWords}


def _model_at(path: Path, models: Models) -> type[BaseModel]:
    around = path[-2] if len(path) > 1 else None
    if isinstance(around, int):
        return models.layer
    if isinstance(around, str):
        if around == "when":
            return models.facts
        routed = len(path) > 2 and path[-3] == "routing"
        return QueueWords if routed else _SHAPES.get(around, LimitsWords)
    return models.policy
