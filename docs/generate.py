"""Writes the generated pages of the reference: `make docs`; with `--check` it only names those that are out of date.

Each page is a function of the code that it describes; `tests/docs` fails when a page in the repository differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from tieout.app import kinds, policy_vocabulary
from tieout.formats.csv_columns import TABLES, Table
from tieout.formats.json_schema import document_schema
from tieout.formats.policy_yaml import policy_schema
from tieout.scenario.reader import scenario_schema

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE))

from pages.cases import cases_page, events_page  # noqa: E402
from pages.command_line import command_line_page  # noqa: E402
from pages.coverage import coverage_page  # noqa: E402
from pages.document_types import document_types_page  # noqa: E402
from pages.glossary import glossary_page  # noqa: E402
from pages.policy_rules import policy_rules_page  # noqa: E402
from pages.resolving import codes_page, resolutions_page  # noqa: E402
from pages.running import formats_page, scenario_page, settings_page  # noqa: E402
from pages.tables import currencies_page, units_page  # noqa: E402
from pages.tax_rules import tax_rules_page  # noqa: E402
from pages.text import NOTE  # noqa: E402
from pages.text import row as _row  # noqa: E402


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _csv_page() -> str:
    lines = [
        "# CSV",
        NOTE,
        "One file holds documents of one kind. The header says which: it names the key column in bold below. A row is one",
        "line of its document; what belongs to the whole document is repeated on each row, or left empty after the first.",
        "",
        "* **Text**: UTF-8, UTF-16 or Windows-1252. **Delimiter**: comma, semicolon, tab or vertical bar; the header shows which.",
        "* **Numbers**: one spelling in each file: `1,234.50` or `1.234,50`. A file in which `1.234` could be either is refused.",
        "* **Dates**: `2026-05-03`, `20260503` or `3.5.2026`; `03/05/2026` only where another date in the file shows which",
        "  number is the day. **Timestamps** need a time zone: `2026-05-04T08:30Z`. **Yes or no**: yes, no, true, false, 1, 0.",
        "* **Formulas**: a text that begins with `=`, `+`, `-` or `@` is written with an apostrophe before it, so that it is shown as",
        "  text; reading takes the apostrophe away again. Numbers are written as they are.",
        "* **Headers**: capitals, blanks and dots do not matter. Columns that are not listed are not read; a warning lists them.",
        "* An invalid row makes its document unreadable, with row, column and remedy. All other documents are read.",
        "",
    ]
    for table in TABLES:
        lines += _csv_table(table)
    return "\n".join(lines).rstrip() + "\n"


def _csv_table(table: Table) -> Iterator[str]:
    yield f"## {table.kind.replace('_', ' ').capitalize()}s\n"
    yield _row("column", "what", "needed", "also called")
    yield _row("---", "---", "---", "---")
    for column in table.columns:
        name = f"**`{column.name}`**" if column.name == table.key else f"`{column.name}`"
        needed = "yes" if column.required else ""
        yield _row(
            name,
            f"{column.words}{_kind(column.kind)}",
            needed,
            ", ".join(f"`{synonym}`" for synonym in column.synonyms),
        )
    yield ""


def _kind(kind: str) -> str:
    return {"date": " (date)", "instant": " (instant)", "yes_no": " (yes or no)"}.get(kind, "")


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "glossary.md": glossary_page,
    "reference/schemas/document.schema.json": lambda: _json(document_schema(kinds())),
    "reference/schemas/policy.schema.json": lambda: _json(policy_schema(policy_vocabulary())),
    "reference/schemas/scenario.schema.json": lambda: _json(scenario_schema()),
    "reference/csv.md": _csv_page,
    "reference/codes.md": codes_page,
    "reference/document-types.md": document_types_page,
    "reference/policy-rules.md": policy_rules_page,
    "reference/resolutions.md": resolutions_page,
    "reference/cases.md": cases_page,
    "reference/events.md": events_page,
    "reference/settings.md": settings_page,
    "reference/command-line.md": command_line_page,
    "reference/formats.md": formats_page,
    "reference/units.md": units_page,
    "reference/currencies.md": currencies_page,
    "reference/scenario.md": scenario_page,
    "reference/coverage.md": coverage_page,
    "reference/tax-rules.md": tax_rules_page,
}


def others() -> list[str]:
    """Installed packages with a pack or connector that are no part of Tieout: their codes, rules and sentences are not Tieout's."""
    groups = (entry_points(group=group) for group in ("tieout.packs", "tieout.connectors"))
    names = {point.dist.name for group in groups for point in group if point.dist is not None}
    return sorted(names - {"tieout"})


def remedy() -> str:
    """What to do where a page is not what the code says."""
    if not others():
        return "run make docs"
    names = " ".join(others())
    return f"the reference is of Tieout alone, and others' packs or connectors are installed: .venv/bin/pip uninstall {names}, try again"


def main(words: list[str]) -> int:
    """0: written, or all current; 1: some are stale (`--check`), or a pack is installed that is no part of Tieout."""
    if others():
        sys.stdout.write(f"{remedy()}\n")
        return 1
    stale = [path for path, made in PAGES.items() if not _current(HERE / path, made())]
    for path in stale:
        if "--check" in words:
            sys.stdout.write(f"docs/{path} is stale: run make docs\n")
        else:
            (HERE / path).parent.mkdir(parents=True, exist_ok=True)
            (HERE / path).write_text(PAGES[path](), encoding="utf-8")
            sys.stdout.write(f"docs/{path} written\n")
    return 1 if stale and "--check" in words else 0


def _current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
