"""The documentation is complete, current and without dead links; codes that run are documented, owned, worded and shown."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.backticks import stale
from tieout.app import catalogue, taxonomy
from tieout.cli.table import COMMANDS
from tieout.config.table import rows
from tieout.core.case.commands import NAMES
from tieout.core.values.event import Event

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKS = ROOT / "src" / "tieout" / "packs"
OUTCOMES = ROOT / "src" / "tieout" / "core" / "case" / "outcome.py"


def _generator() -> ModuleType:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
REMEDY = GENERATOR.remedy()
COVERED = sys.modules["pages.coverage"]
COVERAGE = GENERATOR.PAGES["reference/coverage.md"]()


@pytest.mark.parametrize("page", GENERATOR.PAGES)
def test_a_generated_page_is_current(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == GENERATOR.PAGES[page](), REMEDY


def _headings(page: str) -> set[str]:
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    return {line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")}


def test_whatever_people_meet_is_in_the_reference() -> None:
    codes = {heading.partition(":")[0] for heading in _headings("codes.md")}
    settings = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    missing = {
        "codes.md": set(taxonomy()) - codes,
        "resolutions.md": set(catalogue().resolutions) - _headings("resolutions.md"),
        "command-line.md": {f"tieout {name}" for name in COMMANDS} - _headings("command-line.md"),
        "cases.md": set(NAMES.values()) - _headings("cases.md"),
        "events.md": {one.__name__ for one in Event.__subclasses__()} - _headings("events.md"),
        "settings.md": {one.name for one in rows() if f"`{one.name}`" not in settings},
    }
    lacking = "; ".join(f"{page} lacks {', '.join(sorted(names))}" for page, names in missing.items() if names)
    assert not lacking, f"{REMEDY}: {lacking}"


def _strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def running_codes() -> set[str]:
    """Codes that checks or outcomes of actions name: those that can be found today. The rest of the taxonomy waits for its pack."""
    files = [path for path in (*PACKS.rglob("*.py"), OUTCOMES) if "taxonomy" not in path.parts]
    return {text for path in files for text in _strings(path) if text in taxonomy()}


# A message that cannot be delivered: scenarios have no supplier who is out of reach; tests/core/case shows it.
# A posting that is there twice: a scenario's system books once; tests/engine/test_slow_systems.py shows it.
RUNNING = sorted(running_codes() - {"INT-WEBHOOK", "ERP-POST-TWICE"})
SCENARIOS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "scenarios").rglob("*.yaml"))


@pytest.mark.parametrize("code", RUNNING)
def test_a_code_that_runs_has_scenario_message_owner_and_resolutions(code: str) -> None:
    row = taxonomy()[code]
    assert row.message, f"{code} says nothing: give its row in the taxonomy a message"
    assert row.queue, f"{code} has no owner: give its row in the taxonomy a queue"
    assert row.resolutions, f"{code} can never be ended by a person: give its row in the taxonomy resolutions"
    assert re.search(rf"\b{code}\b(?!-)", SCENARIOS), f"no scenario expects {code}: write one in tests/scenarios"


@pytest.mark.parametrize("code", sorted(set(taxonomy())))
def test_the_resolutions_of_a_code_exist(code: str) -> None:
    unknown = sorted(set(taxonomy()[code].resolutions) - set(catalogue().resolutions))
    assert not unknown, (
        f"{code} names {unknown}, which no pack defines: correct its row, or add them to `resolutions` of its pack"
    )


# What the selling side is held to: its rows in the list of capabilities, and its scenarios.
SELLING = (
    *(f"MAT-{number}" for number in range(23, 32)),
    *(f"ING-{number}" for number in range(11, 16)),
    *(f"S-{number}" for number in range(17, 32)),
    *"EXC-05 EXC-06 EXC-07 EXC-14 EXC-15 KPI-09 KPI-10 KPI-21 KPI-23 DOM-DAR1 DOM-DAR2 DOM-DAR3 DOM-DAR4 S-35".split(),
    *"DOM-SB1 DOM-SB2 DOM-SB3 DOM-SB4 DOM-SB5 DOM-O2C DOM-CRC DOM-REV".split(),
)


@pytest.mark.parametrize("capability", SELLING)
def test_a_capability_of_the_selling_side_is_shown_by_a_test(capability: str) -> None:
    shown = [line for line in COVERAGE.splitlines() if line.startswith(f"| {capability} |")]
    assert len(shown) == 1, f"no test is marked as that of {capability}, and it is no row of the mission"
    assert "| none |" not in shown[0], f"no test is marked as that of {capability}"


def test_the_mission_is_whole_and_says_of_every_row_what_is_missing() -> None:
    rows = COVERED.rows()
    assert len({row.id for row in rows}) == len(rows) == 315
    assert [row.id for row in rows if not row.title] == []
    assert [row.id for row in rows if row.state != "works" and not row.lacks] == []
    assert [row.id for row in rows if row.state == "works" and not row.doors] == []


def test_a_test_is_marked_only_with_what_is_in_the_mission_or_a_story() -> None:
    ids = {row.id for row in COVERED.rows()}
    marked = {
        id_
        for path in (ROOT / "tests").rglob("test_*.py")
        for _, named in COVERED.marked(path.read_text(encoding="utf-8"))
        for id_ in named
    }
    assert sorted(id_ for id_ in marked - ids if not re.fullmatch(r"S-\d\d", id_)) == []


def test_a_row_works_by_a_marked_test_through_a_door_and_by_nothing_else() -> None:
    source = '''
@pytest.mark.mission("MAT-01")
def test_one(): ...
def test_mat_02():
    """Shows MAT-03."""
    assert "MAT-04"
'''
    assert list(COVERED.marked(source)) == [("test_one", ("MAT-01",))]
    door, inside = ("tests/web/test_pages.py", "test_one"), ("tests/core/test_money.py", "test_two")

    def state(places: list[tuple[str, str]], lacks: str = "") -> str:
        return COVERED._row("MAT-01", {"title": "t", "lacks": lacks}, places).state

    assert state([door, inside]) == "works"
    assert state([door], "half of it") == "part"
    assert state([inside]) == "part"
    assert state([]) == "none"


@pytest.mark.parametrize("pack", sorted(path.name for path in PACKS.iterdir() if (path / "__init__.py").exists()))
def test_a_pack_is_described_and_shown(pack: str) -> None:
    assert (PACKS / pack / "README.md").is_file(), f"packs/{pack} has no README.md"
    assert list((ROOT / "tests" / "scenarios" / pack).glob("*.yaml")), f"tests/scenarios/{pack} has no scenario"


def pages(root: Path) -> list[Path]:
    """Every page that people read."""
    folders = ("docs", "src", "examples")
    return sorted([*root.glob("*.md"), *(path for name in folders for path in (root / name).rglob("*.md"))])


def _slug(heading: str) -> str:
    words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def _prose(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def dead_links(path: Path) -> list[str]:
    """Relative links of a page that lead nowhere, and anchors that their page does not have."""
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", _prose(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (path.parent / name).resolve() if name else path
        if not linked.exists():
            dead.append(target)
        elif anchor and linked.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", _prose(linked.read_text(encoding="utf-8")), re.MULTILINE)
            if anchor not in {_slug(heading) for heading in headings}:
                dead.append(target)
    return dead


@pytest.mark.parametrize("path", pages(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    assert dead_links(path) == []


def test_a_dead_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# Some `words`, here\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#some-words-here) [b](there.md#other) [c](gone.md) [d](https://x.y)\n```\n[e](no.md)\n```\n"
    )
    assert dead_links(page) == ["there.md#other", "gone.md"]


@pytest.mark.parametrize("path", pages(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_and_modules_in_backticks_exist(path: Path) -> None:
    assert stale(path, ROOT) == []


def test_a_stale_path_in_backticks_is_reported(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`core/values/money.py` `core/money.py` `core/claim` `core/shelf` `core/{claim,shelf}` `core/{claim,case}` `money.py`\n"
        "`gone.py` `tieout.core.values.money` `tieout.core.money` `tieout.core.values.money.Money` `tieout.core.values.money.Gold`\n"
        "`order/line` `packs/yours/` `tests/house` `tests/gone/` `docs/start.md` `a plain word` `metering/*.py` `engine/gone*`\n"
        "```\n`core/never.py`\n```\n"
    )
    assert stale(page, ROOT) == [
        "core/money.py", "core/shelf", "core/{claim,shelf}", "gone.py", "tieout.core.money", "tieout.core.values.money.Gold",
        "tests/gone/", "engine/gone*",
    ]  # fmt: skip


def test_documents_that_programs_name_exist() -> None:
    named = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"\bdocs/[\w/.-]*\w", path.read_text(encoding="utf-8"))
    }
    assert [name for name in sorted(named) if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*"))] == []


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    files = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for number, path in enumerate(files, 1):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. "), f"{path.name} begins with another number"
        assert all(part in text for part in ("Context", "Decision", "Consequences")), f"{path.name} lacks a part"
