"""What commands print goes through the catalogue: no literal of words is printed, titled, headed or said as it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tieout

SOURCES = Path(tieout.__file__).parent
ROOMS = ("cli", "config", "worker")
PRINTERS = frozenset(
    {"print", "say", "add_column", "add_row", "Table", "TextColumn", "add_task", "stage", "line", "track"}
)
"""What shows its arguments to people."""
TITLES = frozenset({"title", "caption", "description"})
WORD = re.compile(r"[A-Za-z]{3,}")
ALONE = frozenset({"cli/verify_log.py"})
"""What is handed out to run without Tieout, and so without its catalogue."""
AS_IT_IS = re.compile(r"tieout ?\w*:? |https?://|/enter/| \(Python |\{task\.\w+\}")
"""Names of commands, addresses and versions are the same in every language."""


def printed(source: str) -> list[str]:
    """The words that a module shows as they stand: "line 12: …"."""
    return [
        f"line {call.lineno}: {text!r}"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and _name(call) in PRINTERS
        for shown in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in TITLES))
        for text in _texts(shown)
        if WORD.search(AS_IT_IS.sub("", text))
    ]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.Call(func=ast.Attribute(value=value, attr="join" | "format" | "ljust" | "rjust")):
            yield from _texts(value)


def test_nothing_is_printed_as_it_stands() -> None:
    wrong = {
        str(path.relative_to(SOURCES)): lines
        for room in ROOMS
        for path in sorted((SOURCES / room).rglob("*.py"))
        if path.relative_to(SOURCES).as_posix() not in ALONE
        if (lines := printed(path.read_text()))
    }
    assert wrong == {}, "give it to `text` of wording/catalogue.py, or mark it where `text` gets it later"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('print("No action is open.")', 1),
        ('out.print(f"{count:,} files in", style="bold")', 1),
        ('print("a" if some else "No file.")', 1),
        ('table.add_column("owner queue")', 1),
        ('Table(title=f"{count} pairs")', 1),
        ('line(out, "ordered", text("{quantity}", quantity=quantity))', 1),
        ('with stage("Tying out", 3):\n    pass', 1),
        ('print(text("No action is open."))', 0),
        ('print(f"{number:<15} {state}")', 0),
        ('print(f"http://{address}/enter/{token}")', 0),
        ('print(f"tieout {name}: {message}")', 0),
        ('out.print(text("all"), style="bold")', 0),
    ],
)
def test_what_is_printed_as_it_stands_is_reported(line: str, count: int) -> None:
    assert len(printed(line)) == count
