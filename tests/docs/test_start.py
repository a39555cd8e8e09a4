"""The commands of docs/start.md that need a database: exactly those, one after another, from the order to the posted voucher."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.docs.test_examples import ROOT, commands, missing

START = ROOT / "docs" / "start.md"
DATED = "2026-06-09"
"""The date of the example's invoice. Policy holds what is older than a year, so that here it is dated today."""


def _of_today(folder: Path, copy: Path) -> Path:
    """The files of the example, the invoice dated today."""
    if not copy.exists():
        shutil.copytree(folder, copy)
        invoice = copy / "invoice.csv"
        invoice.write_text(invoice.read_text().replace(DATED, datetime.now(UTC).date().isoformat()))
    return copy


@pytest.mark.slow
def test_a_newcomer_reaches_a_posted_voucher(fresh_database: Callable[[], str], tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": fresh_database(),
        "HOME": str(tmp_path),
        "COLUMNS": "140",
        "NO_COLOR": "1",
    }
    walked, said = [], {}
    for folder, command, shown in commands(START):
        if folder.name != "first-invoice" or command.startswith("tieout up"):
            continue
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            environment[name] = value.replace("$HOME", environment["HOME"])
            continue
        here = _of_today(folder, tmp_path / folder.name)
        words = [sys.executable, "-m", "tieout.cli", *shlex.split(command)[1:]]
        done = subprocess.run(
            words, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert missing(shown, done.stdout) == [], f"{command}\n{done.stdout}"
        walked.append(command)
        said.setdefault(command, done.stdout)
    assert walked[0].startswith("tieout sign-in")
    assert {"tieout policy add", "tieout ingest suppliers.csv", "tieout work --once"} < set(walked)
    held = " ".join(said["tieout explain AF-2201"].split())
    assert (
        "a CSV file with the columns supplier_number, supplier_name and supplier_vat, in which supplier_vat is IE6388047V"
        in held
    )
    assert "(tieout ingest suppliers.csv)" in held
    written = [json.loads(file.read_text()) for file in (tmp_path / "tieout" / "exchange").rglob("*.json")]
    assert [one["claim"].split("/")[-2] for one in written if one["action"] == "post_voucher"] == ["AF2201"], written
