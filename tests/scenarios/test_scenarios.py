"""Every scenario file passes; every code of the running packs is raised by one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios import golden
from tests.scenarios.reports import once
from tieout.cli.scenario import report_of
from tieout.core.values.errors import Malformed
from tieout.formats.yaml_tree import parse
from tieout.scenario.reader import read_scenario

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.yaml"))
CODES = (
    "DOC-NOTINV DOC-SIGN DOC-CORR DOC-REPL DOC-SELF DOC-PREPAY DOC-FACTOR "
    "DOC-UNREAD DOC-EINV AP-DUP-CERT AP-PO-MISSING AP-PO-INVALID AP-LINE-XTRA AP-PRC-OVER AP-PRC-UNDER AP-PRC-STALEPO "
    "AP-PRC-UNITBASIS AP-AMT-TOTAL AP-AMT-INVOICE AP-QTY-ORD AP-QTY-NOREC AP-GR-EARLY AP-QTY-REC AP-QTY-INSP AP-QUAL-REJ AP-QTY-SHORT "
    "AP-UOM AP-CUR AP-FRT-UNPL AP-TAX-VAR AP-TERMS AP-DATE MD-VEND-BLOCK MD-BANK-CHG INT-GR-LAG GOV-NOPOLICY "
    "BIL-USG-LATE BIL-USG-MAP BIL-USG-DISP BIL-PRC-CRM BIL-AMEND BIL-MILE BIL-ENTITY BIL-READY-CUST BIL-READY-ENT "
    "BIL-READY-ACCT BIL-READY-TAX BIL-READY-PER BIL-READY-SELL BIL-READY-ADDR BIL-READY-REF BIL-SANE BIL-LEAK BIL-REV IC-MIRROR"
).split()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_comes_out_as_written(path: Path) -> None:
    report = once(path)
    assert report.passed, "\n".join(f"{failure.place}: {failure.message}" for failure in report.failures)
    assert report.told, "a scenario without a step shows nothing"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_messages_have_no_holes(path: Path) -> None:
    report = once(path)
    for step in report.told:
        assert not [
            line
            for line in step.lines
            if ": unknown" in line or "(unknown" in line or " unknown " in line or "{" in line or "None" in line
        ]


def test_every_code_has_a_scenario_that_raises_it() -> None:
    raised = {
        code
        for path in FILES
        for filed in once(path).simulation.claims.values()
        for event in filed.events
        for code in (*getattr(event, "codes", ()), getattr(event, "code", ""))
    }
    assert set(CODES) - raised == set()


def test_every_scenario_of_this_release_exists() -> None:
    shown = {name for path in FILES for name in once(path).shows}
    assert {"S-01", "S-02", "S-05", "S-07", "S-08", "S-09", "S-11", "S-32"} <= shown


def _read(text: str) -> None:
    tree = parse(text.encode())
    read_scenario(tree.value, tree.place)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("scenario: x\nstart: 2026-01-01\nsteps:\n  - recipt: {}\n", "line 4"),
        ("scenario: x\nstart: 2026-01-01\n", "steps"),
        ("scenario: x\nstart: 2026-01-01\nsteps:\n  - at: +1d\n    order: {number: 1, lines: []}\n", "supplier"),
        ("- just\n- a list\n", "mapping"),
    ],
)
def test_what_is_wrong_is_reported_with_its_line(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        _read(text)
    assert part in str(refused.value) + refused.value.where


def test_a_line_that_cannot_be_read_says_how_it_should_look(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("scenario: x\nstart: 2026-01-01\nsteps:\n  - order: {number: 1, supplier: 2, lines: [ten bolts]}\n")
    with pytest.raises(Malformed) as refused:
        report_of(path)
    assert "ten bolts" in str(refused.value)
    assert "1200 EA" in refused.value.remedy


def test_a_wrong_expectation_fails(tmp_path: Path) -> None:
    text = (HERE / "payables" / "s01_inspection_clears.yaml").read_text().replace("variance: 50 EA", "variance: 49 EA")
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    report = report_of(path)
    assert [failure.message for failure in report.failures] == [
        "KF-2201: AP-QTY-INSP variance: '49 EA' expected, is '50 EA'"
    ]


def test_a_scenario_that_cannot_be_carried_out_is_named(tmp_path: Path) -> None:
    path = tmp_path / "code_ap_broken.yaml"
    path.write_text("scenario: x\nstart: never\nsteps: []\n")
    with pytest.raises(Malformed) as caught:
        once(path)
    assert caught.value.__notes__ == [f"in the scenario {path}: run `tieout scenario run {path} --steps`"]


def test_verdicts_change_only_with_the_version_of_the_pack() -> None:
    version, before = golden.read()
    present = golden.versions()
    now = golden.hashes()
    changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    if version == present:
        assert not changed, (
            f"verdicts or worksheets of {', '.join(changed)} are not what they were: raise VERSION of "
            "their pack in its pack.py (old verdicts can then say why they differ), and run python -m tests.scenarios.golden"
        )
    moved = ", ".join(sorted(before.keys() ^ now.keys()))
    assert not moved, f"run python -m tests.scenarios.golden: scenarios were added or removed: {moved}"
    assert version == present, "run python -m tests.scenarios.golden: the version was raised"
