"""Handed-in files that came out wrong, each checked on the command line as its row says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.formats.shared_cases import CASES, Case
from tieout.cli import main

AT = "2026-06-11T10:00Z"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_it_comes_out_as_it_should(shared_cases: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared_cases / "formats"
    arguments = ["--order", str(folder / case.order), "--receipt", str(folder / case.receipt)]
    arguments += ["--supplier", str(folder / "supplier.csv"), "--at", AT, "--json"]
    arguments += ["--earlier", str(folder / case.earlier)] if case.earlier else []
    code = main(["check", str(folder / case.file), *arguments])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]  # one for each document of the file
    for answer in answers:
        _compare(case, code, answer)


def _compare(case: Case, code: int, answer: dict[str, Any]) -> None:
    verdict = answer["verdict"]
    holding = {finding["code"] for finding in verdict["findings"] if finding["stage"] != "note"}
    if case.credit:
        assert answer["kind"] == "credit_note"
    if not case.clear and not (case.credit and verdict["status"] == "clear"):
        assert code in {1, 2}, answer
        assert verdict["status"] in {"held", "waiting", "rejected"}
        assert not case.codes or case.codes & holding, holding
        return
    assert (code, verdict["status"], holding) == (0, "clear", set()), answer
    assert _sum(verdict["postable"], "net") == case.net
    assert _sum(verdict["postable"], "tax") == case.tax


def _sum(lines: list[dict[str, str]], name: str) -> str:
    amounts = [line[name].split() for line in lines]
    return f"{sum((Decimal(amount) for amount, _ in amounts), Decimal(0))} {amounts[0][1]}"


def test_every_handed_file_has_a_row(shared_cases: Path) -> None:
    given = {path.name for path in (shared_cases / "formats").iterdir()}
    aids = {name for case in CASES for name in (case.order, case.receipt, case.earlier)} | {"README.md", "supplier.csv"}
    assert given - aids == {case.file for case in CASES}
