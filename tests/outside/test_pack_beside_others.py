"""A pack of somebody's own next to those that come with Tieout, as its author has it: it runs, and its mistakes are named."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.outside.test_pack_from_outside import EXAMPLE, ROOT, SCENARIOS, lay_out

GUIDE = ROOT / "docs" / "guides" / "add-a-pack.md"
CENT_OVER = Path("scenarios") / "a_cent_over.yaml"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example as `pip install` lays it out: `site` is its folder, `scenarios` are beside it."""
    lay_out(EXAMPLE, "expenses_pack", tmp_path / "site")
    shutil.copytree(EXAMPLE / "scenarios", tmp_path / "scenarios")
    return tmp_path


def scenarios(folder: Path, *names: str | Path, installed: bool = True) -> subprocess.CompletedProcess[str]:
    """`tieout scenario run`, over this repository's Tieout with all of its packs, and the copy where it is installed."""
    return tieout(folder, "scenario", "run", *(names or ["scenarios"]), installed=installed)


def tieout(folder: Path, *words: str | Path, installed: bool = True) -> subprocess.CompletedProcess[str]:
    """A command of this repository's Tieout, in the folder of the copy."""
    path = [str(ROOT / "src"), *([str(folder / "site")] if installed else [])]
    return subprocess.run(
        [sys.executable, "-m", "tieout.cli", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def change(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    """Replaces texts in a file of the pack; each has to be there."""
    path = folder / "site" / "expenses_pack" / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{old!r} is not in {file}"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_it_runs_next_to_the_packs_that_come_with_tieout(example: Path) -> None:
    done = scenarios(example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed  ") == len(SCENARIOS)


CLAIM = {
    "kind": "expense_claim", "number": "R-7", "employee": "417", "name": "Ada Kern", "currency": "EUR", "issue_date": "2026-03-04",
    "lines": [{"id": "1", "sort": "meal", "on": "2026-03-02", "amount": "45.00 EUR", "card": "T-1"}],
}  # fmt: skip


def test_nothing_is_said_of_suppliers_about_a_claim_that_has_none(example: Path) -> None:
    (example / "claim.json").write_text(json.dumps(CLAIM))
    done = tieout(example, "check", "claim.json", "--at", "2026-03-04T10:00Z")
    assert "EXP-PROOF" in done.stdout, done.stdout + done.stderr
    assert "supplier" not in done.stdout


def test_what_a_document_refuses_of_itself_is_said_with_place_and_remedy(example: Path) -> None:
    change(
        example, "documents.py",
        ("from tieout.core.values.money", "from tieout.core.values.errors import Malformed\nfrom tieout.core.values.money"),
        ('    kind: Literal["expense_claim"] = "expense_claim"\n', f'    kind: Literal["expense_claim"] = "expense_claim"\n\n{OWN}'),
    )  # fmt: skip
    (example / "claim.json").write_text(json.dumps({**CLAIM, "trip": "7"}))
    done = tieout(example, "read", "claim.json")
    assert "DOC-UNREAD at $.trip: the trip '7' is no trip; write it as TR-7" in done.stdout


OWN = """    def __post_init__(self) -> None:
        if self.trip and not self.trip.startswith("TR-"):
            raise Malformed("the trip {trip!r} is no trip", where="trip", remedy="write it as TR-7", trip=self.trip)

"""


def test_what_the_guide_adds_to_it_works(example: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").partition("## 10.")[2]
    blocks = re.findall(r"^```(?:python|yaml)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    document, kind, word, found, rule, code, check, scenario = blocks
    word, _, listed = word.partition("ScenarioWord(")
    change(example, "documents.py", ("@dataclass", f"{document}\n\n@dataclass"))
    change(
        example, "kinds.py",
        ("documents import", "documents import TripApproval,"), ("KINDS: Final = (", f"{kind}KINDS: Final = (TRIP_APPROVAL, "),
    )  # fmt: skip
    change(
        example, "words.py",
        ("documents import", "documents import TripApproval,"),
        ("WORDS: Final = (", f"{word}WORDS: Final = (ScenarioWord({listed.strip()},"),
    )  # fmt: skip
    change(
        example,
        "rules.py",
        ("import span", "import yes_no, span"),
        ("RULES: Final = (", f"{rule}RULES: Final = (APPROVAL_REQUIRED, "),
    )
    change(example, "default_policy.yaml", ("    card_window", "    trip_approval_required: false\n    card_window"))
    change(example, "codes.py", ("_OWN: Final = (", f"_OWN: Final = (\n{code.strip()},"))
    change(
        example, "checks.py",
        ("kinds import", "kinds import trip_key,"), ("rules import", "rules import APPROVAL_REQUIRED,"),
        ("    ruling: Ruling\n", "    ruling: Ruling\n    approved: bool\n"), ("CHECKS = (", f"{check}\n\nCHECKS = (unapproved, "),
    )  # fmt: skip
    passed = found.strip().removeprefix("Side(").removesuffix(")")
    change(
        example, "pack.py",
        ("documents import", "documents import TripApproval,"), ("kinds import", "kinds import trip_key,"),
        ("(*_cards(dossier), Key", "(*_cards(dossier), trip_key(dossier.claim.document.trip), Key"),
        ("            ruling=policies", f"            {passed},\n            ruling=policies"),
    )  # fmt: skip
    (example / "scenarios" / "trip.yaml").write_text(scenario, encoding="utf-8")
    done = scenarios(example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed  ") == len(SCENARIOS) + 1


def test_a_scenario_of_a_pack_that_is_not_installed_names_the_pack(example: Path) -> None:
    done = scenarios(example, CENT_OVER, installed=False)
    assert done.returncode == 3
    assert "there is no pack 'employee_expenses' (installed: order_to_cash, payables" in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rules.py", '"card_window"', '"proof_window"', "employee_expenses and order_to_cash both define 'proof_window', and differently"),
        ("pack.py", "PACK: Final", "EXPENSES: Final", "the entry point employee_expenses cannot be loaded"),
        ("pack.py", '"employee_expenses"', '"expenses"', "names a pack that calls itself 'expenses'"),
        ("default_policy.yaml", "card_window:", "card_windw:", "default_policy.yaml of the pack employee_expenses, line"),
        ("codes.py", '"deduct_from_pay", "reject', '"deduct_wage", "reject', "names resolutions that no pack brings: deduct_wage"),
        ("checks.py", 'TAXONOMY["EXP-LIMIT"]', 'TAXONOMY["EXP-LIMITS"]', "this is a mistake in expenses_pack, which is not part of Tieout"),
    ],
)  # fmt: skip
def test_a_mistake_in_it_is_named(example: Path, file: str, old: str, new: str, said: str) -> None:
    change(example, file, (old, new))
    done = scenarios(example, CENT_OVER)
    assert done.returncode in {3, 70}
    assert said in done.stdout + done.stderr
