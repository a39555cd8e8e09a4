"""`tieout scenario run`: what is wrong in a file is said once, with its line and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.cli import main, scenario

GOOD = """\
scenario: Two pieces are billed as ordered
pack: payables
start: 2026-03-02 08:00
policy: {match: 2-way}
given:
  supplier: {number: "1", name: Kessler, vat: DE812345678}
  order: {number: PO-1, supplier: "1", lines: ["10: 2 EA BOLT @ 10.00"]}
steps:
  - invoice: {number: F-1, supplier: "1", order: PO-1, lines: ["1: 2 EA BOLT @ 10.00 -> 10"]}
    expect: {verdict: clear}
"""


def ran(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    file = folder / "one.yaml"
    file.write_text(text, encoding="utf-8")
    code = main(["scenario", "run", str(file)])
    return code, capsys.readouterr().out.replace(f"{folder}/", "").splitlines()


def test_a_scenario_that_shows_nothing_of_a_list_has_no_brackets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(tmp_path, GOOD, capsys) == (0, ["passed  Two pieces are billed as ordered", "", "1 passed, 0 failed"])
    shows = ran(tmp_path, GOOD.replace("start:", "shows: [MAT-1]\nstart:"), capsys)
    assert shows[1][0] == "passed  Two pieces are billed as ordered  [MAT-1]"


WHERE = {
    "vat:": ("vta:", "line 6, column 47", "given.supplier.vta: this word is not known here"),
    'BOLT @ 10.00"]': ('BOLT at 10.00"]', "line 7, column 10", "10: 2 EA BOLT at 10.00"),
    "@ 10.00 ->": ("at 10.00 ->", "line 9, column 14", "1: 2 EA BOLT at 10.00 -> 10"),
    "match:": ("mtach:", "line 4, column 17", "mtach: 'mtach' is not a word of a policy here; did you mean match?"),
    "pack: payables": ("pack: payable", "line 2, column 7", "there is no pack 'payable' (installed: "),
    "steps:": ("---\nsteps:", "line 8, column 1", "a second document begins here (give each a file of its own)"),
    "{verdict: clear}": (
        "{verdict: clear",
        "line 11, column 1",
        "(check the indentation, the quotes and the brackets)",
    ),
}


@pytest.mark.parametrize("old", WHERE)
def test_a_mistake_is_named_once_with_its_line(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, place, said = WHERE[old]
    assert GOOD.count(old) == 1
    code, (first, second, *rest) = ran(tmp_path, GOOD.replace(old, new), capsys)
    assert (code, first, rest) == (3, f"UNREAD  one.yaml, {place}", ["", "0 passed, 0 failed, 1 could not be read"])
    assert said in second


def test_an_unknown_code_of_an_expectation_is_reported_with_the_nearest_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = GOOD.replace("{verdict: clear}", "{verdict: held, findings: [AP-QTY-RECC]}")
    code, lines = ran(tmp_path, wrong, capsys)
    assert (code, lines[0]) == (3, "UNREAD  one.yaml, line 10, column 13")
    assert lines[1].strip() == "'AP-QTY-RECC' is not an exception code (did you mean AP-QTY-REC?)"


def test_an_exception_in_a_pack_is_printed_below_the_name_of_its_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("trip")

    monkeypatch.setattr(scenario, "report_of", broken)
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    assert main(["scenario", "run", str(tmp_path / "one.yaml")]) == 70
    printed = capsys.readouterr().err
    assert printed.index("one.yaml") < printed.index("KeyError")
