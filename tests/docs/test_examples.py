"""What the pages show is what the program does: every command in a console block is run, every shown line compared.

A block is run in the folder of its page until it changes to another with `cd` (from the root of the repository). `…` stands
for lines that are not shown. Blocks whose commands need a database, or files that the reader makes, are not run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieout.formats.yaml_tree import parse

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "start.md",
    *sorted(
        page for page in (ROOT / "examples").glob("*/README.md") if not page.with_name("pyproject.toml").exists()
    ),  # a package has tests of its own
]
RUN = ("tieout check", "tieout read", "tieout scenario")


def commands(page: Path) -> Iterator[tuple[Path, str, list[str]]]:
    """(folder, command, lines that are shown of its output), in order."""
    folder = page.parent
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        shown: list[str] = []
        for line in block.splitlines():
            if not line.startswith("$ "):
                shown.append(line)
            elif line.startswith("$ cd "):
                folder = ROOT / line.removeprefix("$ cd ")
            else:
                shown = []
                yield folder, line.removeprefix("$ "), shown


def missing(shown: list[str], output: str) -> list[str]:
    """Shown lines that the output does not have, in order; blank lines and the ends of lines do not matter."""
    lines = iter([line.rstrip() for line in output.splitlines()])
    wanted = [line.rstrip() for line in shown if line.strip() and line.strip() != "…"]
    return [line for line in wanted if line not in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_is_what_happens(page: Path) -> None:
    ran = 0
    for folder, command, shown in list(commands(page)):
        if not command.startswith(RUN):
            continue
        words = [sys.executable, "-m", "tieout.cli", *shlex.split(command)[1:]]
        environment = {**os.environ, "COLUMNS": "140", "NO_COLOR": "1"}
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 1, 2}, f"{command}\n{done.stderr}"
        assert missing(shown, done.stdout) == [], f"{command}\n{done.stdout}"
        ran += 1
    assert ran, f"{page} shows nothing that can be run"


def test_a_line_that_is_not_printed_is_reported() -> None:
    assert missing(["a", "…", "c"], "a\nb\nc\n") == []
    assert missing(["c", "a"], "a\nb\nc\n") == ["a"]


def test_the_example_policy_is_the_shipped_one_but_for_prices() -> None:
    shipped = parse((ROOT / "src/tieout/packs/payables/default_policy.yaml").read_bytes()).value
    mine = parse((ROOT / "examples/first-check/my-policy.yaml").read_bytes()).value
    assert isinstance(shipped, dict)
    assert isinstance(mine, dict)
    (ours,), (theirs,) = mine["layers"], shipped["layers"]
    assert {name for name in theirs | ours if theirs.get(name) != ours.get(name)} == {"unit_price", "line_total"}
    assert mine["policy"] == shipped["policy"], "under another name it would be in force together with the shipped one"
