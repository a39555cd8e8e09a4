"""A pack that lives outside: installed from its folder next to a Tieout that has no pack of its own.

`site` is a folder as pip makes one: Tieout from its wheel without `packs/*` and their entry points, and the example. Programs
are started there with only the test's own script of this repository on their path.
"""

from __future__ import annotations

import gettext
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import sentences  # noqa: E402  from docs/

EXAMPLE = ROOT / "examples" / "pack-from-outside"
SCENARIOS = sorted(path.stem for path in (EXAMPLE / "scenarios").glob("*.yaml"))
PACKS = re.compile(r'\[project\.entry-points\."tieout\.packs"\]\n(?:\w+ = .*\n)+')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both installed."""
    made = tmp_path_factory.mktemp("outside")
    source, site = made / "tieout", made / "site"
    source.mkdir()
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (source / "src" / "tieout" / "packs").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bare = PACKS.sub("", project)
    assert "tieout.packs." not in bare.partition("[tool.")[0], "an entry point of a pack of ours is left"
    (source / "pyproject.toml").write_text(bare, encoding="utf-8")
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    example = shutil.copytree(EXAMPLE, made / "example")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    done = subprocess.run([*words, str(source), str(example)], capture_output=True, text=True, check=False)
    if done.returncode:  # without a package index there is no build tool: the folder as the wheels lay it out
        assert re.search(r"No matching distribution|No module named pip|ConnectionError", done.stderr), done.stderr
        shutil.rmtree(site, ignore_errors=True)
        lay_out(source, "tieout", site)
        lay_out(example, "expenses_pack", site)
    return site


def lay_out(source: Path, package: str, site: Path) -> None:
    """What a wheel of a project holds: the package, and the entry points that its pyproject.toml names."""
    shutil.copytree(source / "src" / package, site / package)
    project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dist_info = site / f"{package}-{project['version']}.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    groups = [
        f"[{group}]\n" + "".join(f"{name} = {to}\n" for name, to in points.items())
        for group, points in project["entry-points"].items()
    ]
    (dist_info / "entry_points.txt").write_text("\n".join(groups))


def run(site: Path, *words: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """A Python program with the site folder first on its path, in a folder that is not this repository, in the language of a locale."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TIEOUT_", "DJANGO_", "DATABASE_URL", "PYTHON", "LC_"))
    }
    environment = {**kept, "PYTHONPATH": str(site), "TIEOUT_HOME": str(site.parent / "home"), "LC_ALL": language}
    return subprocess.run(
        [sys.executable, *words], cwd=site.parent, env=environment, capture_output=True, text=True, check=False
    )


def test_the_installed_tieout_has_no_pack_but_the_one_from_outside(site: Path) -> None:
    words = "import tieout, tieout.app as a; print(tieout.__file__); print(*(pack.name for pack in a.packs()))"
    done = run(site, "-c", words)
    where, names = done.stdout.splitlines()
    assert Path(where).is_relative_to(site), done.stderr
    assert names == "employee_expenses intake"
    assert [path.name for path in (site / "tieout" / "packs").iterdir() if path.name != "__pycache__"] == [
        "__init__.py"
    ]
    assert "Usage: tieout" in run(site, "-m", "tieout.cli", "--help").stdout


def test_its_scenarios_pass_in_memory(site: Path) -> None:
    done = run(site, "-m", "tieout.cli", "scenario", "run", str(EXAMPLE / "scenarios"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed  ") == len(SCENARIOS)


def test_a_word_that_it_does_not_have_is_refused_with_its_line(site: Path) -> None:
    wrong = site.parent / "wrong.yaml"
    text = (EXAMPLE / "scenarios" / "a_cent_over.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("employee:", "employe:", 1), encoding="utf-8")
    done = run(site, "-m", "tieout.cli", "scenario", "run", str(wrong))
    assert done.returncode == 3
    assert "given.card_transaction.employe: this word is not known here" in done.stdout
    schema = json.loads(run(site, "-m", "tieout.cli", "scenario", "schema").stdout)
    assert "expense_claim" in schema["$defs"]["DocumentsText"]["properties"]


def test_a_claim_and_its_evidence_are_checked_from_files(site: Path) -> None:
    claim, card = site.parent / "claim.json", site.parent / "card.json"
    line = {"id": "1", "sort": "meal", "on": "2026-03-02", "amount": "45.01 EUR", "card": "T-1"}
    claim.write_text(
        json.dumps(
            {
                "kind": "expense_claim", "number": "R-77", "employee": "417", "name": "Ada Kern", "currency": "EUR",
                "issue_date": "2026-03-04", "lines": [line],
            }
        )
    )  # fmt: skip
    card.write_text(
        json.dumps(
            {"kind": "card_transaction", "number": "T-1", "employee": "417", "on": "2026-03-02", "amount": "45.01 EUR"}
        )
    )
    at = ("--at", "2026-03-04T10:00Z")
    (line,) = (one for one in run(site, "-m", "tieout.cli", "read", str(claim)).stdout.splitlines() if "R-77" in one)
    assert ("Ada Kern" in line, "45.01 EUR" in line) == (True, True)
    alone = run(site, "-m", "tieout.cli", "check", str(claim), *at)
    assert "Expense claim R-77 of Ada Kern asking for 45.01 EUR" in alone.stdout, alone.stderr
    assert ("EXP-PROOF" in alone.stdout, "EXP-LIMIT" in alone.stdout, alone.returncode) == (True, True, 1)
    beside = run(site, "-m", "tieout.cli", "check", str(claim), "--evidence", str(card), *at)
    assert ("EXP-PROOF" in beside.stdout, "EXP-LIMIT" in beside.stdout, beside.returncode) == (False, True, 1)


def test_it_brings_its_german(site: Path) -> None:
    claim = site.parent / "spesen.json"
    line = {"id": "1", "sort": "meal", "on": "2026-03-02", "amount": "45.01 EUR", "card": "T-1"}
    claim.write_text(
        json.dumps(
            {
                "kind": "expense_claim", "number": "R-78", "employee": "417", "name": "Ada Kern", "currency": "EUR",
                "issue_date": "2026-03-04", "lines": [line],
            }
        )
    )  # fmt: skip
    words = ("-m", "tieout.cli", "check", str(claim), "--at", "2026-03-04T10:00Z")
    done = run(site, *words, language="de_DE.UTF-8")
    assert "Spesenabrechnung R-78 von Ada Kern" in done.stdout, done.stderr
    assert "Kein Kartenumsatz T-1 zu 45,01 EUR." in done.stdout
    assert "Geklärt, sobald: Der Kartenumsatz geht ein." in done.stdout
    assert "No card transaction T-1 for 45.01 EUR." in run(site, *words).stdout


def test_a_value_that_is_a_sentence_is_german_too(site: Path) -> None:
    claim = site.parent / "doppelt.json"
    spent = {"sort": "meal", "amount": "10.00 EUR", "card": "T-2"}
    lines = [{"id": "1", "on": "2026-03-02", **spent}, {"id": "2", "on": "2026-03-03", **spent}]
    claim.write_text(
        json.dumps(
            {
                "kind": "expense_claim", "number": "R-79", "employee": "417", "name": "Ada Kern", "currency": "EUR",
                "issue_date": "2026-03-04", "lines": lines,
            }
        )
    )  # fmt: skip
    words = ("-m", "tieout.cli", "check", str(claim), "--at", "2026-03-04T10:00Z")
    done = run(site, *words, language="de_DE.UTF-8")
    assert "Der Kartenumsatz T-2 ist bereits mit Position 1 dieser Abrechnung erstattet." in done.stdout, done.stderr
    assert "Card transaction T-2 is already reimbursed by line 1 of this claim." in run(site, *words).stdout


def test_its_catalogue_is_compiled_from_what_can_be_read_and_says_all_that_the_pack_says(site: Path) -> None:
    folder = EXAMPLE / "src" / "expenses_pack" / "locale" / "de" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    with (folder / "django.po").open("rb") as file:
        written = {str(message.id): str(message.string) for message in read_po(file, locale="de") if message.id}
    assert {message: compiled.gettext(message) for message in written} == written
    script = (
        "import json; from expenses_pack.codes import ASK, DEDUCT, TRAVEL_CLERK, _OWN; from expenses_pack.kinds import KINDS\n"
        "codes = [t for row in _OWN for t in (row.name, row.message, row.letter, row.clears) if t]\n"
        "others = [DEDUCT.name, DEDUCT.words, ASK.name, ASK.words, ASK.text, TRAVEL_CLERK.name, *(f.label for f in DEDUCT.fields)]\n"
        "print(json.dumps([*codes, *others, *(kind.words for kind in KINDS)]))"
    )
    spoken = set(json.loads(run(site, "-c", script).stdout))
    checks = (EXAMPLE / "src" / "expenses_pack" / "checks.py").read_text(encoding="utf-8")
    assert (spoken | set(sentences.of_source(checks)[0])) - written.keys() == set()


@pytest.fixture(scope="module")
def engine(site: Path) -> dict[str, Any]:
    """The results of the scenarios and pages over PostgreSQL."""
    script = shutil.copy(Path(__file__).with_name("over_postgresql.py"), site.parent)
    done = run(site, str(script), str(EXAMPLE / "scenarios"))
    assert done.returncode == 0, done.stderr[-4000:]
    results: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return results


def test_its_scenarios_pass_over_postgresql(engine: dict[str, Any]) -> None:
    assert engine["installed"] == ["employee_expenses", "intake"]
    assert engine["failed"] == {name: [] for name in SCENARIOS}


def test_its_documents_have_the_view_that_its_kinds_say(engine: dict[str, Any]) -> None:
    claim = engine["shown"]["at_the_limit_clears expense_claim"]
    assert "<h1>Expense claim R-1</h1>" in claim
    assert "<caption>What was spent</caption>" in claim
    assert "<dt>To be paid back</dt><dd>345.00\u00a0EUR</dd>" in claim
    assert "<dt>Employee</dt><dd>Ada Kern" in claim
    card = engine["shown"]["at_the_limit_clears card_transaction"]
    assert "<dt>Where</dt><dd>Hotel Alster</dd>" in card or "Card transaction T-2" in card
    assert "Related documents" in card
    assert "Related documents" in claim


def test_its_case_says_who_the_other_side_is_and_offers_its_resolution(engine: dict[str, Any]) -> None:
    case = engine["shown"]["a_night_too_dear case"]
    assert "EXP-LIMIT" in case
    assert "Travel desk" in case
    words = re.sub(r"<[^>]*>", " ", case.partition('<div id="case">')[2])
    assert ("Employee Ada Kern" in " ".join(words.split()), "Counterparty" in words) == (True, False)
    assert "Ask: employee" in words
    assert "First day of the payroll month" in words
    assert re.findall(r"[^.]*\bsupplier\b[^.]*", words) == []


def test_every_page_opens(engine: dict[str, Any]) -> None:
    assert engine["status"]
    assert {page: status for page, status in engine["status"].items() if status != 200} == {}
