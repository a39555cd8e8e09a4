"""One right invoice changed in many ways: the official rules and `tieout check` side by side.

Where one holds and the other does not, the table gives the reason; a verdict of either that changes has to be looked at again.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.formats.one_invoice import evidence
from tests.formats.one_invoice_changed import CHANGES, changed, untaxed
from tests.support.reading import read
from tieout.cli import main
from tieout.formats import validation
from tieout.formats.cii import FORMAT as CII
from tieout.trade.documents import Invoice

TABLE: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("one_invoice_changed.toml").read_text())
AT = "2026-06-11T10:00Z"


@pytest.mark.parametrize("name", CHANGES)
def test_check_says_what_the_table_says(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "invoice.xml"
    file.write_text(changed(name))
    arguments = evidence(tmp_path, tax="0" if untaxed(name) else "21")
    main(["check", str(file), *arguments, "--at", AT, "--json"])
    verdict = json.loads(capsys.readouterr().out)["verdict"]
    holding = {_named(finding) for finding in verdict["findings"] if finding["stage"] != "note"}
    assert (verdict["status"] == "clear") is (not TABLE[name]["ours"]), holding
    assert set(TABLE[name]["ours"]) <= holding


def _named(finding: dict[str, Any]) -> str:
    rule = dict(finding["numbers"]).get("rule", "")
    return f"{finding['code']}/{rule}" if finding["code"] == "DOC-EINV" else str(finding["code"])


@pytest.mark.skipif(not validation.available(), reason="the extra tieout[validation] is not installed")
def test_the_official_rules_say_what_was_recorded() -> None:
    now = {
        name: sorted(
            {remark.rule for remark in validation.validate(changed(name).encode()) if remark.fatal and remark.rule}
        )
        for name in CHANGES
    }
    assert now == {name: row["official"] for name, row in TABLE.items()}


CII_DIFFERS = {
    "tax 99 cents too much, in all places": "as in UBL",
    "tax currency without its total": "as in UBL",
    "prepaid -5,000": "as in UBL",
    "rounding 500": "as in UBL",
    "line net is not price times quantity": "as in UBL",
    "line without a name": "as in UBL",
    "line without a unit": "our writer states the unknown unit ZZ, which no order has",
}
"""Changes whose CII, as our writer makes it, has two verdicts that differ, with the reason."""


@pytest.mark.slow
@pytest.mark.skipif(not validation.available(), reason="the extra tieout[validation] is not installed")
def test_the_same_invoices_in_cii_are_held_by_both_or_by_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CII.write is not None
    differing = set()
    for name in CHANGES:
        (reading,) = read(changed(name).encode())
        if not isinstance(reading.document, Invoice):
            continue
        content = CII.write(replace(reading.document, profile="urn:cen.eu:en16931:2017"))
        (tmp_path / "invoice.xml").write_bytes(content)
        arguments = evidence(tmp_path, tax="0" if untaxed(name) else "21")
        main(["check", str(tmp_path / "invoice.xml"), *arguments, "--at", AT, "--json"])
        clear = json.loads(capsys.readouterr().out)["verdict"]["status"] == "clear"
        if clear is any(remark.fatal for remark in validation.validate(content)):
            differing.add(name)
    assert differing == set(CII_DIFFERS)


def test_two_verdicts_that_differ_have_a_reason() -> None:
    assert set(TABLE) == set(CHANGES)
    assert len(TABLE) >= 35
    differing = {name for name, row in TABLE.items() if bool(row["official"]) is not bool(row["ours"])}
    assert differing == {name for name, row in TABLE.items() if row.get("why")}
