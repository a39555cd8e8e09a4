"""The commands on an organisation's data: ingest, policy, explain, rebuild, audit, one after the other as a person would."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.engine import samples
from tests.engine.bad_documents import BAD, good
from tieout.cli import main
from tieout.formats.ubl import document as ubl

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.server import Database


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command on a company of its own; gives what it printed, and asserts how it ended."""
    from tieout.identity.models import Tenant

    monkeypatch.setenv("DATABASE_URL", database.dsn)
    tenant = f"t-{uuid4().hex[:8]}"
    Tenant.objects.create(code=tenant, name=tenant)
    capsys.readouterr()

    def act(*words: str, ends: int = 0) -> str:
        code = main([words[0], *words[1:], "--tenant", tenant])
        printed = capsys.readouterr()
        assert code == ends, printed.err + printed.out
        return printed.out + printed.err

    return act


def written(folder: Path) -> None:
    """An order, a receipt and an invoice as UBL, and a file that cannot be read."""
    assert ubl.FORMAT.write is not None
    for document in (samples.order(), replace(samples.invoice(), type_code="380")):
        (folder / f"{document.kind}.xml").write_bytes(ubl.FORMAT.write(document))
    (folder / "scan.tif").write_bytes(b"II*\x00")


@pytest.mark.mission("GOV-09")
def test_a_day_of_a_company(run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = tmp_path / "seals.witness"
    monkeypatch.setenv("TIEOUT_SEAL_WITNESS", str(witness))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    written(inbox)
    assert "standard-payables@2 is in force" in run("policy", "add")
    assert "standard-payables@2" in run("policy", "list")
    first = run("ingest", str(inbox), ends=1)
    assert "files accepted" in first
    assert "claims held" in first or "claims waiting" in first
    again = run("ingest", str(inbox), ends=1)
    assert re.search(r"received before\s+│\s+3 │", again)
    assert re.search(r"accepted\s+│\s+0 │", again)
    explained = run("explain", "INV-1")
    assert "the same, bit for bit" in explained
    assert "EXPLAIN-UNKNOWN" in run("explain", "INV-9", ends=69)
    assert "matches its events" in run("rebuild", "--check")
    export = tmp_path / "log.ndjson"
    run("audit", "export", str(export))
    verified = run("audit", "verify", str(export), "--witness", str(witness))
    assert "every hash, link and signature is correct" in verified
    assert "The witness recorded 1 seals: none is missing" in verified
    nowhere = tmp_path / "another.witness"
    assert "there is no file" in run("audit", "verify", str(export), "--witness", str(nowhere), ends=69)
    monkeypatch.setenv("TIEOUT_SEAL_WITNESS", str(nowhere))
    assert "There is no witness of these seals" in run("audit", "verify", str(export))
    keys, verifier = tmp_path / "handed.pub", tmp_path / "verify_log.py"
    keys.write_text(run("audit", "keys"))
    assert "is correct" in run("audit", "verify", str(export), "--key", str(keys))
    assert "there is no file" in run("audit", "verify", str(export), "--key", str(nowhere), ends=69)
    run("audit", "verifier", str(verifier))
    command = [sys.executable, "-I", "-S", verifier, export, "--key", keys]
    assert (
        "every hash, link and signature is correct"
        in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    assert run("audit", "new-key").split()[0] in run("audit", "keys").split()
    assert run("audit", "keys").split()[0] == keys.read_text().split()[0], "former keys stay"
    assert "every hash, link and signature is correct" in run("audit", "verify", str(export))
    lines = export.read_bytes().splitlines(keepends=True)
    event = json.loads(lines[2])
    event["payload"] = event["payload"].replace("a", "b", 1)
    export.write_bytes(b"".join([*lines[:2], json.dumps(event).encode() + b"\n", *lines[3:]]))
    assert f"BROKEN at event {event['seq']} of {event['stream']}" in run("audit", "verify", str(export), ends=1)


def test_one_file_comes_by_standard_input(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ubl.FORMAT.write is not None
    content = io.BytesIO(ubl.FORMAT.write(samples.order()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert "order" in run("ingest", "-", "--leave")


def test_the_exit_code_says_how_much_was_refused(run: Callable[..., str], tmp_path: Path) -> None:
    assert ubl.FORMAT.write is not None
    order, scan, sheet = (tmp_path / name for name in ("order.xml", "scan.tif", "sheet.xlsx"))
    order.write_bytes(ubl.FORMAT.write(replace(samples.order(), number="PO-EXIT")))
    scan.write_bytes(b"II*\x00 exit")
    sheet.write_bytes(b"PK\x03\x04 exit xl/workbook.xml")
    assert "Refused" not in run("ingest", str(order), "--leave")
    some = run("ingest", str(order), str(scan), "--leave", ends=1)
    assert "Refused: 1 of 2 files." in some
    assert "pictures hold no data" in some
    everything = run("ingest", str(scan), str(sheet), "--leave", ends=3)
    assert "Refused: 2 of 2 files." in everything
    assert "sheet.xlsx" in everything
    assert "Refused: 1 of 1 file." in run("ingest", str(scan), "--leave", ends=3), "it was refused before, and still is"


def test_what_does_not_exist_is_named(run: Callable[..., str], tmp_path: Path) -> None:
    assert "nowhere" in run("ingest", str(tmp_path / "nowhere"), ends=69)
    assert "nowhere" in run("policy", "add", str(tmp_path / "nowhere"), ends=69)
    assert "create one" in run("audit", "verify", str(tmp_path / "nowhere"), ends=69)


def test_an_issued_invoice_is_written_as_a_file(run: Callable[..., str], tmp_path: Path) -> None:
    """`tieout invoice`: what is not our invoice is refused with a reason; what is posted is a file, checked against the official rules."""
    from unittest.mock import patch

    from tests.support.selling import bill, line, postings
    from tieout.trade.issued import issued

    invoice = bill(line("1", "10", "10.00"), number="R/1")
    assert "no document or case" in run("invoice", "nothing", "--out", str(tmp_path), ends=69)
    for form, mark in (("ubl", b"<Invoice"), ("cii", b"CrossIndustryInvoice"), ("pdf", b"%PDF")):
        with patch("tieout.engine.issue.issued", return_value=(issued(invoice, postings(invoice)),)):
            printed = run("invoice", "R/1", "--as", form, "--out", str(tmp_path))
        file = tmp_path / f"R-1.{'pdf' if form == 'pdf' else 'xml'}"
        assert mark in file.read_bytes()
        assert "119.00 EUR to pay" in printed


def test_files_that_cannot_be_stored_take_no_other_with_them(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout.cli.ingest._ALONE", 100)  # in this process: it is quicker for a few
    for number in range(20):
        (tmp_path / f"good-{number}.json").write_bytes(good(number))
    for number, bad in enumerate(BAD.values()):
        (tmp_path / f"bad-{number}.json").write_bytes(bad)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")).write_bytes(b"no document")
    printed = run("ingest", str(tmp_path), "--leave", ends=1)
    assert f"Refused: {len(BAD) + 1} of {len(BAD) + 21} files." in printed
    assert re.search(r" invoice\s+│\s+20 │", printed)
    assert re.search(rf" unreadable\s+│\s+{len(BAD) + 1} │", printed)
    assert re.search(rf"received before\s+│\s+{len(BAD) + 21} │", run("ingest", str(tmp_path), "--leave", ends=1))


@pytest.mark.parametrize("large", [20, 21])
def test_after_a_large_import_the_planner_knows_the_tables(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    from django.db import connection

    def analysed() -> int:
        with connection.cursor() as cursor:
            cursor.execute("select sum(pg_stat_get_analyze_count(oid)) from pg_class where relname = 'store_document'")
            return int(cursor.fetchone()[0])

    monkeypatch.setattr("tieout.cli.ingest._ALONE", 100)
    monkeypatch.setattr("tieout.config.statistics.LARGE", large)
    for number in range(20):
        (tmp_path / f"good-{number}.json").write_bytes(good(number))
    before = analysed()
    run("ingest", str(tmp_path), "--leave")
    assert (analysed() > before) == (large == 20)
    run("ingest", str(tmp_path), "--leave")
    assert analysed() - before == (large == 20), "what came before is no import"
