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
from tieout.formats.policy_limits import LimitsWords, LimitWords, without_currency
from tieout.formats.policy_words import HoursWords, Models, QueueWords, Vocabulary, layer_of, models_of, policy_of
from tieout.formats.yaml_tree import Path, Place, Tree, parse

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
        raise _malformed(_wrong(error, Tree(value=content), vocabulary)) from error
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
                remedy = f"did you mean {near[0]}?" if near else "see docs/reference/codes.md"
                yield tree.place(path), path, f"{code!r} is not an exception code", remedy


def _without_currency(words: Any, tree: Tree, vocabulary: Vocabulary) -> Iterator[_Wrong]:
    for k, layer in enumerate(words.layers):
        for inner, what, remedy in without_currency(layer, vocabulary.rules, words.currency):
            path: Path = ("layers", k, *inner)
            yield tree.place(path), path, what, remedy


def _wrong(error: ValidationError, tree: Tree, vocabulary: Vocabulary) -> list[_Wrong]:
    wrong: list[_Wrong] = []
    for entry in error.errors(include_url=False):
        path = tuple(part for part in entry["loc"] if part not in _TAGS)
        wrong.append((tree.place(path) if tree.places else None, path, *_words(entry, path, tree.value, vocabulary)))
    paths = [path for _, path, _, _ in wrong]
    return [
        entry
        for entry in wrong
        # A list also counts as too short when its entries are wrong: then only the entries are reported.
        if not any(len(path) > len(entry[1]) and path[: len(entry[1])] == entry[1] for path in paths)
    ]


def _malformed(wrong: list[_Wrong]) -> Malformed:
    lines = sorted(wrong, key=lambda entry: (entry[0].line, entry[0].column) if entry[0] else (0, 0))
    text = "\n".join(
        f"{path_text(path)}: {what}{f', {place}' if place else ''}{f'; {remedy}' if remedy else ''}"
        for place, path, what, remedy in lines
    )
    place, path, _, remedy = lines[0]
    return Malformed(text, where=f"{place} ({path_text(path)})" if place else path_text(path), remedy=remedy or _GUIDE)


def path_text(path: Path) -> str:
    """ "layers[2].unit_price.upper.percent": the first layer is layers[0], as in every such path."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "policy"


def _words(error: ErrorDetails, path: Path, text: Any, vocabulary: Vocabulary) -> tuple[str, str]:
    """What is wrong in plain words, and the remedy."""
    kind, given = error["type"], error.get("input")
    shown = repr(given) if isinstance(given, str) else "nothing" if given is None else f"a {_shape(given)}"
    context: Mapping[str, Any] = error.get("ctx", {})
    for kinds, message, remedy in _MESSAGES:
        if kind.startswith(kinds):
            return message.format(shown=shown, **context), remedy.format(**context)
    if kind == "extra_forbidden":
        return _unknown_word(path, text, vocabulary)
    if kind == "missing":
        return "is missing", f"add {path[-1]}:"
    if kind == "value_error":
        return str(context.get("error", error["msg"])), ""
    message = str(error["msg"])
    return f"{shown}: {message[:1].lower()}{message[1:]}", ""


_MESSAGES: Final = (
    (("decimal_", "finite_number"), "{shown} is not a number", "write it with a point, as 2 or 12.50"),
    (("int_",), "{shown} is not a whole number", "write digits only"),
    (("bool_",), "{shown} is neither true nor false", "write true or false"),
    (("literal_error",), "{shown} is not allowed here", "use {expected}"),
    (("date_",), "{shown} is not a date", "write it as 2026-01-31"),
    (("time_",), "{shown} is not a time of day", 'write it in quotes, as "08:00"'),
    (("greater_than_equal",), "{shown} is less than {ge}", "limits and days are never negative"),
    (("string_too_short",), "is empty", "write a word"),
    (("string_pattern",), "{shown} has the wrong form", "it has to match {pattern}"),
    (("model_type", "model_attributes_type", "dict_type"), "{shown} is not allowed where words with values belong", ""),
    (("tuple_type",), "{shown} is not allowed where a list belongs", "begin each entry with a dash"),
    (("too_short",), "is an empty list", "write at least one entry"),
)  # fmt: skip


def _shape(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "list" if isinstance(value, list) else type(value).__name__


def _unknown_word(path: Path, text: Any, vocabulary: Vocabulary) -> tuple[str, str]:
    models = models_of(vocabulary)
    model = _model_at(path, models)
    word = str(path[-1])
    near = get_close_matches(word, sorted(model.model_fields), n=1)
    wrong = f"{word!r} is not a word of a policy here"
    process = _process_at(path, text) if model is models.layer else ""
    if process and process not in vocabulary.processes:
        installed = ", ".join(vocabulary.processes) or "none"
        return wrong, f"the pack {process!r} would bring its own rules and is not installed; installed: {installed}"
    if near:
        return wrong, f"did you mean {near[0]}?"
    return wrong, f"allowed are {', '.join(sorted(model.model_fields))}"


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
