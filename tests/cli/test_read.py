"""`tieout read` as people run it: a process, any files, one line a document, never a crash."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tieout.cli import main, read_files
from tieout.cli.read_files import files_below, read_all
from tieout.cli.read_lines import Line, decoded
from tieout.formats.ubl import write
from tieout.scenario.sample import company, deals

INVOICE = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
    "<cbc:ID>{}</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    "<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>"
    "<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID='EUR'>10</cbc:TaxExclusiveAmount>"
    "<cbc:PayableAmount currencyID='EUR'>11.9</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"
)
FIELDS = {
    "file", "part", "kind", "format", "number", "issue_date", "supplier", "customer", "counterparty", "currency", "net", "tax", "payable",
    "lines", "order_references", "findings",
}  # fmt: skip


def tieout_read(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tieout.cli", "read", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def invoices(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{k:04}.xml" for k in range(count)]
    for k, file in enumerate(files):
        file.write_text(INVOICE.format(k))
    return files


def lines(*files: Path, processes: int = 2) -> list[Line]:
    return [decoded(line) for answer in read_all(list(files_below(files)), processes=processes) for line in answer]


def test_a_remark_with_values_is_one_line_of_json_too(tmp_path: Path) -> None:
    file = tmp_path / "credit.xml"
    code = "<cbc:InvoiceTypeCode>381</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>"
    file.write_text(INVOICE.format("C-1").replace("<cbc:DocumentCurrencyCode>", code))
    (line,) = lines(file)
    assert line.kind == "credit_note"
    assert [finding.message for finding in line.findings if finding.rule == "BR-CL-01"] == [
        "an Invoice with the type code of a credit note (381), read as one: use the CreditNote document"
    ]


def test_one_line_of_json_a_document(tmp_path: Path) -> None:
    invoices(tmp_path, 1)
    (tmp_path / "odd.bin").write_bytes(b"\x00\x01")
    (tmp_path / "two.xml").write_text("<mail>" + INVOICE.format("a") + INVOICE.format("b") + "</mail>")
    ran = tieout_read(tmp_path, "--jsonl")
    assert (ran.returncode, ran.stderr) == (1, ""), "one file was refused"
    first, odd, one, two = (json.loads(line) for line in ran.stdout.splitlines())
    assert all(set(line) == FIELDS for line in (first, odd, one, two))
    assert (first["kind"], first["number"], first["issue_date"], first["currency"]) == (
        "invoice",
        "0",
        "2026-03-01",
        "EUR",
    )
    assert (first["net"], first["tax"], first["payable"], first["order_references"]) == (
        "10.00",
        None,
        "11.90",
        ["PO-1"],
    )
    assert {"code", "where", "message"} <= set(first["findings"][0])
    assert (odd["kind"], odd["findings"][0]["code"]) == ("unreadable", "DOC-UNREAD")
    assert [(one["number"], one["part"]), (two["number"], two["part"])] == [("a", 1), ("b", 2)]


def test_a_table_for_people_with_totals(tmp_path: Path) -> None:
    invoices(tmp_path, 2)
    (tmp_path / "bad\x1b[31m.xml").write_text("<a>")
    ran = tieout_read(tmp_path)
    assert ran.returncode == 1, "one file was refused"
    assert "2 documents read, 2 of them with findings; 1 refused" in ran.stdout
    assert "11.90 EUR" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_sets_as_markdown(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    invoices(tmp_path / "set", 3)
    ran = tieout_read(tmp_path, "--table")
    assert "| set | 3 | 3 | 3 | 0 | 3 invoice |  |" in ran.stdout


def test_the_table_is_german_for_a_german_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIEOUT_LANGUAGE", "de")
    invoices(tmp_path, 1)
    (tmp_path / "scan.tif").write_bytes(b"II*\x00")
    assert main(["read", "--table", str(tmp_path)]) == 1
    table = capsys.readouterr().out
    for part in ("# Was von welchen Dateien gelesen wird", "| Dateisammlung | Dateien |", "1 Rechnung", "**alle**"):
        assert part in table
    assert "refused" not in table
    assert "image" not in table


def test_what_is_no_readable_file_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "to-nothing").symlink_to(tmp_path / "gone")
    (tmp_path / "to-itself").symlink_to(tmp_path / "to-itself")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "up").symlink_to(tmp_path)
    messages = {Path(line.file).name: line.findings[0].message for line in lines(tmp_path, tmp_path / "never was")}
    assert set(messages) == {"to-nothing", "to-itself", "pipe", "empty", "never was"}
    assert "cannot be opened" in messages["to-nothing"]
    assert "cannot be opened" in messages["never was"]
    assert "not an ordinary file" in messages["pipe"]
    assert "is empty" in messages["empty"]


def test_missing_rights_are_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = invoices(tmp_path, 1)

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the superuser may read everything
    (line,) = lines(file, processes=1)
    assert "Permission denied; give this user the right" in line.findings[0].message


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.xml").open("wb") as huge:
        huge.truncate(200 * 2**20)
    (line,) = lines(tmp_path)
    assert "200.0 MB, more than the limit of 100 MB" in line.findings[0].message


def _killing(name: str, real: Callable[..., list[bytes]]) -> Callable[..., list[bytes]]:
    def read_one(file: str, **how: bool) -> list[bytes]:
        if file.endswith(name):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(file, **how)

    return read_one


@pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork", reason="the killer comes into the process by fork only"
)
@pytest.mark.filterwarnings("ignore:This process")  # forking with threads, from Python 3.12 on
def test_a_killed_process_costs_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = invoices(tmp_path, 100)
    monkeypatch.setattr(read_files, "read_one", _killing("0041.xml", read_files.read_one))
    read = lines(tmp_path)
    assert [line.file for line in read] == [str(file) for file in files]
    killed = [line for line in read if line.kind == "unreadable"]
    assert [Path(line.file).name for line in killed] == ["0041.xml"]
    assert "was killed" in killed[0].findings[0].message


def test_the_answer_is_in_the_order_of_names(tmp_path: Path) -> None:
    names = [line.number for line in lines(*reversed(invoices(tmp_path, 60)))]
    assert names == [str(k) for k in reversed(range(60))]


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    invoices(tmp_path, 200)
    command = f"{sys.executable} -m tieout.cli read {tmp_path} --jsonl | head -1"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, timeout=60)
    assert len(ran.stdout.splitlines()) == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_a_thousand_files_of_ten_kilobytes(tmp_path: Path) -> None:
    padding = f"<cbc:Note>{'x' * 9_000}</cbc:Note>"
    for k in range(1000):
        (tmp_path / f"{k}.xml").write_text(re.sub("(<cac:Order)", padding + r"\1", INVOICE.format(k), count=1))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = tieout_read(tmp_path, "--jsonl")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers: list[dict[str, Any]] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == 1000
    cpu_seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert cpu_seconds < 10, "two cores in ten seconds, with as much to spare: a busy machine must not fail it"


def test_the_official_rules_are_run_when_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="the extra with the official rules is not installed")
    made = company(1, suppliers=1, products=1, on=date(2026, 3, 2))
    deal = next(deals(made, 1, 1, on=date(2026, 3, 2), lines=1))
    (tmp_path / "one.xml").write_bytes(write(deal.invoice))
    plain, asked = (json.loads(tieout_read(tmp_path, "--jsonl", *more).stdout) for more in ([], ["--validate"]))
    assert plain["findings"] == []
    rules = {finding["rule"] for finding in asked["findings"]}
    assert "BR-01" in rules, "our sample names no specification, which the official rules require"


def test_a_remark_with_values_is_written_as_its_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "invoice.xml"
    file.write_bytes(
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        b' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
        b' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>7</cbc:ID>'
        b"<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:InvoiceLine><cbc:ID>1</cbc:ID>"
        b'<cbc:InvoicedQuantity unitCode="KW">5</cbc:InvoicedQuantity>'
        b'<cbc:LineExtensionAmount currencyID="EUR">1.00</cbc:LineExtensionAmount></cac:InvoiceLine></Invoice>'
    )
    main(["read", str(file), "--jsonl"])
    shown = capsys.readouterr().out
    assert "kilogram per millimetre" in shown
    assert "mistake in Tieout" not in shown


def test_nothing_read_is_a_failure_and_the_first_example_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scan.tif").write_bytes(b"II*\x00")
    for form in ([], ["--jsonl"], ["--table"]):
        assert main(["read", *form, str(tmp_path)]) == 3
    (file,) = invoices(tmp_path, 1)
    for form in ([], ["--jsonl"], ["--table"]):
        assert main(["read", *form, str(tmp_path)]) == 1, "some files were refused"
        assert main(["read", *form, str(file)]) == 0
    capsys.readouterr()
    assert main(["read", "examples/first-check"]) == 0
    shown = capsys.readouterr().out
    assert "5 documents read, 0 of them with findings; 0 refused" in shown
    assert "3 not documents: policies, scenarios, texts for people" in shown
