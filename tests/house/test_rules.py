"""The house is in order, and every rule bites: it is given a tree that breaks it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.rules import RULES, Rule

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "tieout"

CLEAN = {
    "core/values/money.py": (
        '"""Money."""\n'
        "from dataclasses import dataclass\n"
        "from decimal import Decimal\n"
        "@dataclass(frozen=True, slots=True, kw_only=True)\n"
        "class Money:\n"
        "    minor: int\n"
        "def add(a: Money, b: Money, c: int, d: int, e: int, *, f: Decimal) -> Money:\n"
        "    return Money(minor=a.minor + b.minor)\n"
    ),
    "cli/__init__.py": '"""Door."""\ntry:\n    print(1)\nexcept Exception:\n    raise\n',
    "store/rows.py": '"""Rows."""\nfrom django.db import models\n',
    "config/table.py": '"""Settings."""\nimport os\nHOME = os.environ["HOME"]\n',
    "identity/migrations/0001_data.py": "x = 1.5\n",
}

OFFENCES: list[tuple[Rule, str, str]] = [
    (rules.walls, "web/pages.py", '"""Pages."""\n' + "x = 1\n" * 400),
    (rules.walls, "web/pages.py", '"""Pages."""\ndef f() -> None:\n' + "    x = 1\n" * 70),
    (rules.positional_parameters, "engine/go.py", '"""Go."""\ndef f(a, b, c, d, e, g): ...\n'),
    (rules.positional_parameters, "engine/go.py", '"""Go."""\nclass A:\n    def f(self, a, b, c, d, e, g): ...\n'),
    (rules.floats, "core/values/money.py", '"""Money."""\nrate = 1.19\n'),
    (rules.floats, "core/values/money.py", '"""Money."""\ndef f(x: float) -> int: ...\n'),
    (rules.floats, "packs/payables/price.py", '"""Price."""\nx = float("1")\n'),
    (rules.floats, "store/models.py", '"""Tables."""\nfrom django.db import models\nx = models.FloatField()\n'),
    (rules.names_that_mean_everything, "engine/case_manager.py", '"""Cases."""\n'),
    (rules.names_that_mean_everything, "engine/utils/__init__.py", '"""Things."""\n'),
    (rules.names_that_mean_everything, "engine/go.py", '"""Go."""\nclass InvoiceHandler: ...\n'),
    (rules.names_that_mean_everything, "engine/go.py", '"""Go."""\nclass ERPService: ...\n'),
    (rules.blind_excepts, "store/go.py", '"""Go."""\ntry:\n    x = 1\nexcept Exception:\n    x = 2\n'),
    (
        rules.blind_excepts,
        "store/go.py",
        '"""Go."""\ntry:\n    x = 1\nexcept (ValueError, BaseException):\n    x = 2\n',
    ),
    (rules.blind_excepts, "store/go.py", '"""Go."""\ntry:\n    x = 1\nexcept:\n    x = 2\n'),
    (rules.blind_excepts, "cli/more.py", '"""More."""\ntry:\n    x = 1\nexcept Exception:\n    x = 2\n'),
    (rules.unfinished, "engine/go.py", '"""Go."""\nx = 1  # TO' + "DO later\n"),
    (rules.unfinished, "engine/go.py", '"""Go."""\ndef f():\n    raise NotImplemented' + "Error\n"),
    (rules.impure_imports, "core/values/ids.py", '"""Ids."""\ndef f():\n    import os\n'),
    (rules.impure_imports, "formats/ubl.py", '"""UBL."""\nfrom urllib.request import urlopen\n'),
    (rules.impure_imports, "scenario/text.py", '"""Text."""\nfrom django.utils import timezone\n'),
    (rules.impure_imports, "metering/formats/read.py", '"""Reading."""\nimport os\n'),
    (rules.impure_calls, "core/values/ids.py", '"""Ids."""\nopen("x")\n'),
    (rules.impure_calls, "packs/payables/x.py", '"""X."""\nprint(1)\n'),
    (rules.impure_calls, "core/values/ids.py", '"""Ids."""\nimport uuid\nuuid.uuid4()\n'),
    (rules.impure_calls, "formats/ubl.py", '"""UBL."""\ndef f(p): return p.read_bytes()\n'),
    (rules.wall_clocks, "engine/go.py", '"""Go."""\nfrom datetime import datetime\nat = datetime.now()\n'),
    (rules.wall_clocks, "core/values/ids.py", '"""Ids."""\nimport datetime\nat = datetime.date.today()\n'),
    (rules.wall_clocks, "store/rows.py", '"""Rows."""\nfrom django.utils import timezone\nat = timezone.now()\n'),
    (rules.wall_clocks, "metering/engine/go.py", '"""Go."""\nfrom datetime import datetime\nat = datetime.now()\n'),
    (rules.third_parties_in_core, "core/values/ids.py", '"""Ids."""\nimport msgspec\n'),
    (rules.third_parties_in_core, "core/values/ids.py", '"""Ids."""\nfrom tieout.store import rows\n'),
    (rules.third_parties_in_core, "core/values/ids.py", '"""Ids."""\nfrom tieout.trade import keys\n'),
    (rules.rooms_of_the_core, "core/ids.py", '"""Ids."""\n'),
    (rules.rooms_of_the_core, "core/bits/ids.py", '"""Ids."""\n'),
    (rules.words_of_trade_in_the_kernel, "core/case/rules.py", '"""What a supplier may."""\n'),
    (rules.words_of_trade_in_the_kernel, "engine/go.py", '"""Go."""\ninvoice_number = 1\n'),
    (rules.words_of_trade_in_the_kernel, "store/rows.py", '"""Rows."""\nQUEUE = "ap-intake"\n'),
    (rules.words_of_trade_in_the_kernel, "core/outbox/queue.py", '"""Routing."""\npostings: str = "supplier"\n'),
    (rules.silent_modules, "engine/go.py", "x = 1\n"),
    (rules.silent_modules, "engine/__init__.py", ""),
    (rules.loose_values, "core/values/x.py", '"""X."""\nfrom dataclasses import dataclass\n@dataclass\nclass A: ...\n'),
    (
        rules.loose_values,
        "core/values/x.py",
        '"""X."""\nimport dataclasses\n@dataclasses.dataclass(frozen=True, slots=True)\nclass A: ...\n',
    ),
    (rules.tables_elsewhere, "engine/go.py", '"""Go."""\nfrom django.db import transaction\n'),
    (rules.tables_elsewhere, "web/pages.py", '"""Pages."""\ndef f():\n    import psycopg\n'),
    (rules.settings_elsewhere, "web/pages.py", '"""Pages."""\nfrom django.conf import settings\n'),
    (rules.settings_elsewhere, "engine/go.py", '"""Go."""\nimport os\nx = os.environ.get("A")\n'),
    (rules.settings_elsewhere, "engine/go.py", '"""Go."""\nfrom os import getenv\n'),
    (rules.second_writers, "engine/go.py", '"""Go."""\nfrom tieout.store import watches\nwatches.signal(1, 2)\n'),
    (
        rules.second_writers,
        "metering/engine/go.py",
        '"""Go."""\nfrom tieout.store import claims\nclaims.change(1, 2)\n',
    ),
]


def tree(folder: Path, files: dict[str, str]) -> Path:
    """A package of these files."""
    package = folder / "tieout"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return package


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_is_in_order(rule: Rule) -> None:
    assert rule(PACKAGE) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_clean_tree_passes(rule: Rule, tmp_path: Path) -> None:
    assert rule(tree(tmp_path, CLEAN)) == []


@pytest.mark.parametrize(
    ("rule", "name", "text"), OFFENCES, ids=[f"{rule.__name__}-{n}" for n, (rule, _, _) in enumerate(OFFENCES)]
)
def test_every_rule_bites(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    complaints = rule(tree(tmp_path, CLEAN | {name: text}))
    assert len(complaints) == 1, complaints
    assert complaints[0].startswith(f"tieout/{name}")


def test_every_rule_is_shown_to_bite() -> None:
    assert {rule for rule, _, _ in OFFENCES} == set(RULES)


def tracked() -> list[Path]:
    """The files of the project, as git has them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone: git knows of no files here")
    return [REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]


def test_no_file_tells_of_the_machine_it_was_written_on_or_is_merged_in_part() -> None:
    complaints = []
    for path in tracked():
        if path.suffix != ".lock" and path.is_file():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            name = str(path.relative_to(REPOSITORY))
            complaints += [*rules.leaks(name, text), *rules.unmerged(name, text)]
    assert complaints == []


@pytest.mark.parametrize("text", ["see /" + "work/main/x.py", "cd /" + "root/x", "open('/" + "home/mira/x')"])
def test_a_leak_is_seen(text: str) -> None:
    assert len(rules.leaks("x.py", f"fine\n{text}\n")) == 1


@pytest.mark.parametrize("text", ["<" * 7 + " HEAD", ">" * 7 + " main", ">" * 7])
def test_a_merge_in_part_is_seen(text: str) -> None:
    assert len(rules.unmerged("x.md", f"fine\n{text}\n")) == 1
    assert rules.unmerged("x.md", f"fine {text}\n") == []


def test_every_command_has_its_line_and_its_module() -> None:
    from tieout.cli.table import COMMANDS

    folder = PACKAGE / "cli"
    modules = {
        path.stem.replace("_", "-")
        for path in folder.glob("*.py")
        if "def add_arguments(parser: argparse" in path.read_text()
        or "def add_arguments(_parser: argparse" in path.read_text()
    }
    assert set(COMMANDS) == modules


def test_words_of_trade_are_allowed_on_few_lines_and_all_of_them_exist():
    lines = [
        line
        for name, allowed in rules.ALLOWED_WORDS.items()
        for line in (PACKAGE / name).read_text().splitlines()
        if rules.WORDS_OF_TRADE.search(line) and any(part in line for part in allowed)
    ]
    assert len(lines) <= rules.ALLOWED_WORDS_MAX
    assert all(
        any(part in line for line in lines) and why
        for allowed in rules.ALLOWED_WORDS.values()
        for part, why in allowed.items()
    )
