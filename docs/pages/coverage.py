"""What of the product works, by the tests that show it: all capabilities as works, part or none, and the scenarios.

A test shows a capability by the marker `mission`, a scenario by `shows:`. A capability works if at least one of them uses an
interface that users have and `mission.toml` names nothing missing; it works in part if something is missing, or if only
internal tests show it; otherwise it is none.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import yaml

from pages.text import NOTE, page, row, table

ROOT: Final = Path(__file__).parents[2]
DOORS: Final = ("tests/api/", "tests/web/", "tests/cli/", "tests/scenarios/")
"""Tests here use what users use: API calls, pages, commands, and scenarios, whose steps are commands and files."""
_FAMILIES: Final = {
    "ING": "Intake",
    "MAT": "Matching",
    "EXC": "Exceptions",
    "RTE": "Routing",
    "WF": "Workflow",
    "ERP": "ERP",
    "MID": "Middleware",
    "API": "API",
    "AI": "Advice",
    "AGT": "Agents",
    "KPI": "Measures",
    "GOV": "Governance",
    "COM": "Communication",
    "DOM": "Domains",
    "TEN": "Tenancy",
}

State = Literal["works", "part", "none"]
Place = tuple[str, str]
"""A file below the repository's root, and the test in it ("" for a scenario)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A capability: what it is, what it lacks, and which tests show it through an interface and internally."""

    id: str
    title: str
    lacks: str
    doors: tuple[Place, ...]
    inside: tuple[Place, ...]

    @property
    def state(self) -> State:
        """A capability without a test does not count."""
        if self.doors and not self.lacks:
            return "works"
        return "part" if self.doors or self.inside else "none"


def rows() -> list[Row]:
    """All capabilities, in their order."""
    shown = where()
    mission = tomllib.loads((Path(__file__).parent / "mission.toml").read_text(encoding="utf-8"))
    return [_row(id_, entry, sorted(shown.get(id_, ()))) for id_, entry in mission.items()]


def _row(id_: str, entry: Mapping[str, str], places: list[Place]) -> Row:
    doors = tuple(place for place in places if place[0].startswith(DOORS))
    inside = tuple(place for place in places if place not in doors)
    return Row(id=id_, title=entry["title"], lacks=entry["lacks"], doors=doors, inside=inside)


def coverage_page() -> str:
    """The number in each state, then each capability with its state, what is missing, and its tests; then the scenarios."""
    all_rows = rows()
    count = {state: sum(one.state == state for one in all_rows) for state in ("works", "part", "none")}
    lines = [
        "# What works",
        NOTE,
        f"{len(all_rows)} capabilities: {count['works']} work, {count['part']} work in part, {count['none']} do not work.",
        "",
        "**works**: a test marked for this capability uses an interface that users have (an API call, a page, a command, a scenario),",
        "and we know of nothing missing. **part**: something is missing, or only internal tests show it. **none**: no test is marked",
        "for it, whatever the code may do.",
        "",
    ]
    for family, words in _FAMILIES.items():
        lines += [f"## {words}", "", *table("id", "what", "state", "missing", "shown by", "internal tests")]
        lines += [_line(one) for one in all_rows if one.id.partition("-")[0] == family]
        lines.append("")
    return page(*lines, *_scenarios())


def _line(one: Row) -> str:
    lacks = one.lacks or ("" if one.state == "works" else "a test through an interface")
    return row(one.id, one.title, one.state, lacks, _links(one.doors), _links(one.inside))


def _scenarios() -> Iterator[str]:
    yield from ("## Scenarios", "", *table("id", "title", "shown by"))
    titles = tomllib.loads((Path(__file__).parent / "scenarios.toml").read_text(encoding="utf-8"))
    for id_, places in sorted(where().items()):
        if id_.startswith("S-"):
            yield row(id_, titles[id_], _links(sorted(places)))


def _links(places: tuple[Place, ...] | list[Place]) -> str:
    return ", ".join(_link(*place) for place in places)


def _link(path: str, test: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".yaml")
    return f"[{test or name}](../../{path})"


def where() -> dict[str, set[Place]]:
    """The tests that show a capability, by its id."""
    shown: dict[str, set[Place]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*.yaml")):
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        for id_ in (tree.get("shows") or ()) if isinstance(tree, dict) else ():
            shown[str(id_)].add((path.relative_to(ROOT).as_posix(), ""))
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test, ids in marked(path.read_text(encoding="utf-8")):
            for id_ in ids:
                shown[id_].add((path.relative_to(ROOT).as_posix(), test))
    return shown


def marked(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tests with the ids of their marker `@pytest.mark.mission("MAT-01", …)`; names and docstrings do not count."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = [mark for mark in node.decorator_list if isinstance(mark, ast.Call)]
            ids = [
                word.value
                for mark in marks
                if ast.unparse(mark.func) == "pytest.mark.mission"
                for word in mark.args
                if isinstance(word, ast.Constant)
            ]
            if ids:
                yield node.name, tuple(map(str, ids))
