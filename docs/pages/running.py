"""Settings, formats and the language of scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pages.text import NOTE, page, row, table, words_of
from tieout.config.table import rows
from tieout.formats.format import Format
from tieout.formats.recognised import _KNOWN as RECOGNISED
from tieout.formats.registry import formats
from tieout.scenario.reader import scenario_schema
from tieout.scenario.target import MOODS


def settings_page() -> str:
    """Every variable of the environment."""
    lines = [
        "# Settings",
        NOTE,
        "How this copy runs: variables of the environment, read once at its start. What the business decides is",
        "[policy](../guides/write-a-policy.md). A `TIEOUT_` name that is not in this table is refused.",
        "",
        *table("variable", "kind", "default", "what"),
    ]
    lines += [row(f"`{each.name}`", each.kind, f"{each.default or 'none'}", each.help) for each in rows()]
    return page(*lines)


def formats_page() -> str:
    """Every format that is read, and what is known by sight only."""
    lines = [
        "# Formats",
        NOTE,
        "What is inside decides what a file is; its name does not. Formats are asked in this order:",
        "",
        *table("format", "what", "in", "is written too"),
    ]
    lines += [row(f"`{known.name}`", *_what(known)) for known in formats()]
    lines += ["", "## Known by sight, not read", "", "Refused with a name and a remedy, and kept as they came.", ""]
    lines += [*table("what", "what helps"), *(row(each.called, each.remedy) for each in RECOGNISED)]
    lines += ["", "What real files came to: [corpus.md](corpus.md)."]
    return page(*lines)


def _what(known: Format) -> tuple[str, str, str]:
    room = import_module(known.read.__module__)
    package = import_module(room.__package__ or "")
    told = room if package.__name__ == "tieout.formats" else package
    return words_of(told).partition("\n")[0], f"`{told.__name__}`", "yes" if known.write else "no"


def scenario_page() -> str:
    """Every mapping of the language with its words."""
    schema = scenario_schema()
    lines = [
        "# The language of scenarios",
        NOTE,
        "How to write one: [write-a-scenario.md](../guides/write-a-scenario.md). For editors:",
        "[scenario.schema.json](schemas/scenario.schema.json). Words that are not listed are refused.",
        "",
        f"`target` is how the outer system behaves from this step on: {', '.join(f'`{mood}`' for mood in MOODS)}.",
        "`partner` is how whoever gets our invoices behaves, in the same words. Behind `rejects:` may stand what it says:",
        '`partner: "rejects: missing PO reference"`.',
        "",
    ]
    lines += _mapping("The file", schema)
    for name, each in schema["$defs"].items():
        lines += _mapping(name.removesuffix("Text"), each)
    return page(*lines)


def _mapping(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield " ".join(schema.get("description", "").split()) + "\n"
    yield from table("word", "takes", "needed")
    for word, each in schema["properties"].items():
        yield row(f"`{word}`", _takes(each), "yes" if word in schema.get("required", ()) else "")
    yield ""


def _takes(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_takes(each) for each in schema["anyOf"] if each.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
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
