"""The voucher folder on real folders: durable, exactly once, and `Unknown` where the outcome is unknown."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.connectors.vouchers import AT, action
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Crashed, Fault, Importer
from tieout.core.outbox.action import Done, Rejected, Sent, Unknown


@pytest.fixture
def folder(tmp_path: Path) -> VoucherFolder:
    return VoucherFolder(tmp_path / "exchange").prepare()


def importer(folder: VoucherFolder, fault: Fault = "none") -> Importer:
    return Importer(folder.places.root, fault=lambda _: fault)


def test_a_voucher_goes_out_is_booked_and_comes_back_with_its_number(folder: VoucherFolder) -> None:
    wanted = [action("A-1"), action("A-2")]
    assert folder.find(wanted) == [None, None]
    assert folder.perform(wanted) == [Sent(trace=f"outbox/{act.id}.json") for act in wanted]
    assert folder.find(wanted) == [Sent(trace=f"outbox/{act.id}.json") for act in wanted]
    erp = importer(folder)
    assert erp.run(at=AT).booked == 2
    answers = folder.find(wanted)
    assert {act for act in answers if isinstance(act, Done)} == {Done(ref="5105600001"), Done(ref="5105600002")}
    folder.settled(wanted)
    assert not list(folder.places.ack.glob("*.json"))
    assert folder.find(wanted) == answers, "an answer stays available"
    assert [(row.number, row.net, row.tax) for row in sorted(erp.ledger(), key=lambda row: row.number)] == [
        ("A-1", "100.00", "20.00"),
        ("A-2", "100.00", "20.00"),
    ]


def test_the_table_says_the_same_as_the_json(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    with (folder.places.outbox / f"{wanted.id}.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    (line,) = json.loads((folder.places.outbox / f"{wanted.id}.json").read_text())["voucher"]["lines"]
    assert row["description"] == line["description"] == 'Bolts, "M8"; 40 mm'
    assert (row["number"], row["net"], row["currency"], row["reference"]) == ("A-1", "100.00", "EUR", str(wanted.id))
    assert (row["document_kind"], row["line_kind"], row["supplier_ids"]) == ("invoice", "goods", "vat:DE1")
    assert (row["payment_blocked"], row["to_pay"]) == ("no", "120.00")


def test_the_importer_dies_between_booking_and_answering(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    with pytest.raises(Crashed):
        importer(folder, "crash").run(at=AT)
    assert folder.find([wanted]) == [Sent(trace=f"outbox/{wanted.id}.json")]
    erp = importer(folder)
    assert erp.run(at=AT).repeated == 1
    assert folder.find([wanted]) == [Done(ref="5105600001")]
    assert len(erp.ledger()) == 1


def test_booked_and_never_answered_stays_sent(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    importer(folder, "silent").run(at=AT)
    assert folder.find([wanted]) == [Sent(trace=f"archive/{wanted.id}.json")]


def test_a_late_answer_is_read(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    erp = importer(folder, "late")
    erp.run(at=AT)
    assert isinstance(folder.find([wanted])[0], Sent)
    assert erp.answer_late() == 1
    assert folder.find([wanted]) == [Done(ref="5105600001")]


@pytest.mark.parametrize("archived", [True, False])
def test_after_a_committed_rejection_the_same_reference_goes_out_again(folder: VoucherFolder, archived: bool) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    importer(folder, "reject").run(at=AT)
    if not archived:  # the ERP answers first and archives later
        for path in list(folder.places.archive.iterdir()):
            path.rename(folder.places.outbox / path.name)
    assert isinstance(folder.find([wanted])[0], Rejected)
    folder.settled([wanted])
    assert folder.find([wanted]) == [None]
    folder.perform([wanted])
    assert isinstance(folder.find([wanted])[0], Sent)
    erp = importer(folder)
    erp.run(at=AT)
    folder.settled([wanted])
    assert folder.find([wanted]) == [Done(ref="5105600001")]


def test_the_same_answer_twice_is_one_answer_and_two_numbers_are_ambiguous(folder: VoucherFolder) -> None:
    once, twice = action("A-1"), action("A-2")
    folder.perform([once])
    importer(folder, "answer_twice").run(at=AT)
    folder.perform([twice])
    importer(folder, "two_numbers").run(at=AT)
    first, second = folder.find([once, twice])
    assert first == Done(ref="5105600001")
    assert isinstance(second, Unknown)
    assert second.ambiguous


def test_a_torn_answer_is_unknown_and_kept_and_read_when_it_is_whole(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    importer(folder, "torn_answer").run(at=AT)
    (torn,) = folder.find([wanted])
    assert isinstance(torn, Unknown)
    assert not torn.ambiguous
    acknowledgement = folder.places.ack / f"{wanted.id}.json"
    assert acknowledgement.exists()
    acknowledgement.write_text(json.dumps({"reference": str(wanted.id), "status": "accepted", "document": "7"}))
    assert folder.find([wanted]) == [Done(ref="7")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"reference": "another", "status": "accepted", "document": "7"}',
        b'{"reference": "%s", "status": "accepted", "document": ""}',
        b'{"reference": "%s", "status": "done", "document": "7"}',
        b'{"reference": "%s"}' + b" " * 1_000_001,
    ],
)
def test_an_answer_that_says_nothing_is_unknown(folder: VoucherFolder, content: bytes) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    (folder.places.ack / f"{wanted.id}.json").write_bytes(content.replace(b"%s", str(wanted.id).encode()))
    assert isinstance(folder.find([wanted])[0], Unknown)


def test_an_unmounted_share_is_unknown_not_empty(folder: VoucherFolder, tmp_path: Path) -> None:
    wanted = action("A-1")
    folder.perform([wanted])
    folder.places.root.rename(tmp_path / "elsewhere")
    for name in ("outbox", "ack", "archive"):
        (folder.places.root / name).mkdir(parents=True)
    (answer,) = folder.find([wanted])
    assert isinstance(answer, Unknown)
    assert "not a prepared exchange folder" in answer.hint
    (done,) = folder.perform([wanted])
    assert isinstance(done, Unknown)
    assert not list(folder.places.outbox.iterdir())


def test_a_voucher_that_cannot_be_written_is_unknown_and_leaves_nothing_behind(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    (folder.places.outbox / f"{wanted.id}.json").mkdir()  # a rename onto a folder fails, as root too
    assert isinstance(folder.perform([wanted])[0], Unknown)
    assert list(folder.places.outbox.glob(".*")) == []


def test_hidden_and_half_written_names_are_not_taken(folder: VoucherFolder) -> None:
    (folder.places.outbox / ".x.json.17.part").write_text("{")
    (folder.places.outbox / ".y.json").write_text("{")
    assert importer(folder).run(at=AT) == importer(folder).run(at=AT)
    assert len(list(folder.places.outbox.iterdir())) == 2


@pytest.mark.parametrize("spoil", ["sum", "table", "json", "name", "no table"])
def test_the_importer_refuses_what_is_malformed(folder: VoucherFolder, spoil: str) -> None:
    wanted = action("A-1", gross="120.00" if spoil != "sum" else "120.01")
    folder.perform([wanted])
    voucher = folder.places.outbox / f"{wanted.id}.json"
    match spoil:
        case "table":
            voucher.with_suffix(".csv").write_text("changed on the way")
        case "json":
            voucher.write_bytes(voucher.read_bytes()[:-20])
        case "name":
            voucher.write_bytes(voucher.read_bytes().replace(str(wanted.id).encode(), b"another"))
        case "no table":
            voucher.with_suffix(".csv").unlink()
    erp = importer(folder)
    assert erp.run(at=AT).refused == 1
    assert isinstance(folder.find([wanted])[0], Rejected)
    assert erp.ledger() == []


def test_a_ledger_line_torn_by_a_crash_is_cut_away(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    importer(folder)
    with (folder.places.root / "ledger.csv").open("a") as file:
        file.write("5105600001,half a li")
    folder.perform([wanted])
    erp = importer(folder)
    erp.run(at=AT)
    assert [row.reference for row in erp.ledger()] == [str(wanted.id)]


def test_an_erp_that_is_not_strict_books_again(folder: VoucherFolder) -> None:
    wanted = action("A-1")
    erp = Importer(folder.places.root, strict=False)
    for _ in range(2):
        folder.perform([wanted])
        erp.run(at=AT)
    assert [entry.document for entry in erp.ledger()] == ["5105600001", "5105600002"]
    (answer,) = folder.find([wanted])
    assert isinstance(answer, Unknown)
    assert answer.ambiguous
