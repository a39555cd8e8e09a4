"""Which capability of the contract is shown by which test or scenario, by the ids that they name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from pages.text import NOTE, page, row, table

ROOT: Final = Path(__file__).parents[2]
_FAMILIES: Final = {
    "S": "Scenarios",
    "ING": "Intake",
    "MAT": "Matching",
    "EXC": "Exceptions",
    "RTE": "Routing",
    "COM": "Communication",
    "WF": "Workflow",
    "ERP": "ERP",
    "MID": "Middleware",
    "GOV": "Governance",
    "API": "API",
    "AI": "Advice",
    "AGT": "Agents",
    "KPI": "Measures",
    "TEN": "Tensions",
    "DOM": "Domains",
}
_ID: Final = re.compile(
    r"(?<![\w-])(?:(?:S|ING|MAT|EXC|RTE|COM|WF|ERP|MID|GOV|API|AI|AGT|KPI|TEN)-\d\d|DOM-[A-Z][A-Z0-9]*)(?![\w-])"
)


def coverage_page() -> str:
    """Ids by family, each with where it is shown."""
    shown = where()
    lines = [
        "# What is shown where",
        NOTE,
        "Ids of the capabilities and scenarios that Tieout is held to, and the tests and scenarios that name them: a scenario",
        "file under `shows:`, a test in its name, docstring or body. An id that is not here is shown by nothing yet.",
        "",
        f"{len(shown)} ids.",
        "",
    ]
    for family, words in _FAMILIES.items():
        ids = sorted(each for each in shown if each.partition("-")[0] == family)
        if ids:
            lines += [f"## {words}", "", *table("id", "shown by")]
            lines += [row(each, ", ".join(_link(place) for place in sorted(shown[each]))) for each in ids]
            lines.append("")
    return page(*lines)


def _link(place: tuple[str, str]) -> str:
    path, test = place
    name = path.rpartition("/")[2].removesuffix(".yaml")
    return f"[{test or name}](../../{path})"


def where() -> dict[str, set[tuple[str, str]]]:
    """(path, test's name) by id."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*.yaml")):
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        for each in (tree.get("shows") or ()) if isinstance(tree, dict) else ():
            found[str(each)].add((path.relative_to(ROOT).as_posix(), ""))
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test, text in _tests(path.read_text(encoding="utf-8")):
            for each in set(_ID.findall(text)):
                found[each].add((path.relative_to(ROOT).as_posix(), test))
    return found


def _tests(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            # A list of ids that a test only counts shows none of them.
            yield node.name, "\n".join([_name(node.name), ast.get_docstring(node) or "", *_calls(node)])


def _name(test: str) -> str:
    """`test_s20_…` and `…_kpi_09` name S-20 and KPI-09."""
    known = re.sub(r"_s_?(\d\d)(?=_|$)", r" S-\1 ", test)
    family = "|".join(name.lower() for name in _FAMILIES if name != "S")
    return re.sub(rf"_({family})_(\d\d)(?=_|$)", lambda found: f" {found[1].upper()}-{found[2]} ", known)


def _calls(node: ast.FunctionDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and len(each.value) > len("S-00"):
            yield each.value if not _ID.fullmatch(each.value) else ""
