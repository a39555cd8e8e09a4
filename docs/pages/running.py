"""Settings, formats and the scenario language."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pages.text import NOTE, page, row, table, words_of
from tieout.config.table import rows
from tieout.formats.format import Format
from tieout.formats.recognised import _SORTS as RECOGNISED
from tieout.formats.registry import formats
from tieout.scenario.reader import scenario_schema
from tieout.scenario.target import MOODS


def settings_page() -> str:
    """Every variable of the environment."""
    lines = [
        "# Settings",
        NOTE,
        "How this installation runs: environment variables, read once at the start. Business decisions are",
        "[policy](../guides/write-a-policy.md). A `TIEOUT_` name that is not in this table is refused.",
        "",
        *table("variable", "kind", "default", "what"),
    ]
    lines += [
        row(f"`{setting.name}`", setting.kind, f"{setting.default or 'none'}", setting.help) for setting in rows()
    ]
    return page(*lines)


def formats_page() -> str:
    """Every format that is read, and those that are only recognised."""
    lines = [
        "# Formats",
        NOTE,
        "The content of a file decides its format; its name does not. Formats are tried in this order:",
        "",
        *table("format", "what", "in", "is written too"),
    ]
    lines += [row(f"`{format_.name}`", *_what(format_)) for format_ in formats()]
    lines += ["", "## Recognised, not read", "", "Refused with their name and a remedy, and kept as they came.", ""]
    lines += [*table("what", "remedy"), *(row(shape.called, shape.remedy) for shape in RECOGNISED)]
    lines += ["", "Results with real files: [corpus.md](corpus.md)."]
    return page(*lines)


def _what(format_: Format) -> tuple[str, str, str]:
    module = import_module(format_.read.__module__)
    package = import_module(module.__package__ or "")
    described = module if package.__name__ == "tieout.formats" else package
    return words_of(described).partition("\n")[0], f"`{described.__name__}`", "yes" if format_.write else "no"


def scenario_page() -> str:
    """Every mapping of the language with its words."""
    schema = scenario_schema()
    lines = [
        "# The scenario language",
        NOTE,
        "How to write one: [write-a-scenario.md](../guides/write-a-scenario.md). For editors:",
        "[scenario.schema.json](schemas/scenario.schema.json). Keywords that are not listed are refused.",
        "",
        f"`target` is how the external system behaves from this step on: {', '.join(f'`{mood}`' for mood in MOODS)}.",
        "`partner` is how the recipient of our invoices behaves, by the same keywords. After `rejects:` its reason may follow:",
        '`partner: "rejects: missing PO reference"`.',
        "",
    ]
    lines += _mapping("The file", schema)
    for name, definition in schema["$defs"].items():
        lines += _mapping(name.removesuffix("Text"), definition)
    return page(*lines)


def _mapping(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield " ".join(schema.get("description", "").split()) + "\n"
    yield from table("keyword", "value", "required")
    for word, value in schema["properties"].items():
        yield row(f"`{word}`", _takes(value), "yes" if word in schema.get("required", ()) else "")
    yield ""


def _takes(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_takes(option) for option in schema["anyOf"] if option.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2].removesuffix("Text")
        return f"[{name}](#{name.lower()})"
    kind = schema.get("type", "text")
    if kind == "array":
        return f"list of {_takes(schema['items'])}" if isinstance(schema.get("items"), dict) else "list"
    if schema.get("format") == "date":
        return "date"
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}.get(
        kind, "mapping"
    )
