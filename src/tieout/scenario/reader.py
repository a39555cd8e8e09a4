"""From the text of a scenario to a scenario, or to a list of errors, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError, create_model

from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.values.errors import Malformed
from tieout.scenario.text import DocumentsText, ScenarioText, StepText

PlaceOf = Callable[[tuple[str | int, ...]], object]
"""The position of a path's value in the text, in words ("line 14, column 3")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A scenario as read, with the position of every path in the text."""

    text: ScenarioText
    place: PlaceOf


@lru_cache(maxsize=8)
def _language(words: tuple[ScenarioWord, ...]) -> type[ScenarioText]:
    """The language with the words of packs: each is allowed where documents are, once or as a list."""
    if not words:
        return ScenarioText
    fields: dict[str, Any] = {word.name: (word.text | tuple[word.text, ...], ()) for word in words}  # type: ignore[name-defined]
    given = create_model("DocumentsText", __base__=DocumentsText, __doc__=DocumentsText.__doc__, **fields)
    step = create_model("StepText", __base__=StepText, __doc__=StepText.__doc__, **fields)
    return create_model(
        "ScenarioText",
        __base__=ScenarioText,
        __doc__=ScenarioText.__doc__,
        given=(given, given()),
        steps=(tuple[step, ...], ...),  # type: ignore[valid-type]
    )


def read_scenario(tree: object, place: PlaceOf, words: tuple[ScenarioWord, ...] = ()) -> Script:
    """Reads a tree of plain values; `words` are those of the installed packs. Raises `Malformed` with one line for every error."""
    if not isinstance(tree, Mapping):
        raise Malformed("a scenario is a mapping that begins with scenario:", where="line 1")
    try:
        return Script(text=_language(words).model_validate(_relaxed(tree)), place=place)
    except ValidationError as error:
        raise _malformed(error, place, frozenset(word.text.__name__ for word in words)) from error


def _relaxed(value: Any) -> Any:
    """One document is allowed where a list is, so lists become tuples and the rest stays as it is."""
    if isinstance(value, Mapping):
        return {key: _relaxed(item) for key, item in value.items()}
    return tuple(_relaxed(item) for item in value) if isinstance(value, list | tuple) else value


def _malformed(error: ValidationError, place: PlaceOf, classes: frozenset[str]) -> Malformed:
    seen: dict[tuple[str | int, ...], str] = {}
    for problem in error.errors(include_url=False):
        path = tuple(part for part in problem["loc"] if not (_is_tag(part) or part in classes))
        shown = ".".join(str(part) for part in path)
        seen.setdefault(path, f"{place(path)}: {shown}: {_words(problem['type'], problem['msg'])}")
    # Where one of something or a list of them is allowed, one that is wrong is no list either: only what is wrong inside it is said.
    lines = [line for path, line in seen.items() if not any(_is_inside(other, path) for other in seen)]
    return Malformed("\n".join(lines), where=lines[0].partition(": ")[0], remedy="see docs/guides/write-a-scenario.md")


def _is_inside(inner: tuple[str | int, ...], outer: tuple[str | int, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _is_tag(part: str | int) -> bool:
    return isinstance(part, str) and (part.endswith("Text") or part.startswith(("tuple[", "function-", "constrained-")))


def _words(kind: str, message: str) -> str:
    return {
        "extra_forbidden": "this keyword is not known here",
        "missing": "this is required and missing",
    }.get(kind, message[:1].lower() + message[1:])


def scenario_schema(words: tuple[ScenarioWord, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of scenarios, for editors, with the words of packs."""
    schema = _language(words).model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Tieout scenario"}
