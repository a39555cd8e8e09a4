"""Rows of many columns are built by name: one more column in the table must not shift the others."""

from __future__ import annotations

import ast
from pathlib import Path

from tieout.engine import record

ENGINE = Path(record.__file__).parent
WIDE = 8
OF_USAGE = frozenset({"usage.py", "usage_publish.py", "usage_advice.py", "usage_owners.py"})
"""Modules of usage, which has tables of its own and moves to a room of its own."""


def by_position(text: str) -> list[str]:
    return [
        f"{node.func.id} in line {node.lineno}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id.endswith("Row")
        and len(node.args) + sum(4 for argument in node.args if isinstance(argument, ast.Starred)) > WIDE
    ]


def test_the_engine_builds_wide_rows_by_name() -> None:
    read = {path.name: path.read_text(encoding="utf-8") for path in ENGINE.glob("*.py") if path.name not in OF_USAGE}
    assert read
    assert {name: complaints for name, text in read.items() if (complaints := by_position(text))} == {}


def test_a_wide_row_by_position_is_reported() -> None:
    assert by_position(f"ClaimRow({', '.join('abcdefghi')})") == ["ClaimRow in line 1"]
    assert by_position("SourceFileRow(a, b, *key, c, d, e)") == ["SourceFileRow in line 1"]
    assert by_position("WatchRow(a, b, c, d)") == []
    assert by_position("ClaimRow(" + ", ".join(f"{name}={name}" for name in "abcdefghi") + ")") == []
