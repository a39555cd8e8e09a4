"""The invoice folder: the right form by channel, whole or not at all, never twice, and what the receiving side answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.connectors.test_einvoice_partner import SORTS, sending
from tests.support.reading import read
from tieout import app
from tieout.connectors.invoice_folder import InvoiceFolder
from tieout.core.outbox.action import Action, Done, Rejected, Sent
from tieout.formats import canonical_json
from tieout.formats.validation import validate
from tieout.trade.documents import Invoice
from tieout.trade.issued import addressed, paper_text
from tieout.trade.voucher import text_of

ACT = sending(SORTS["plain"])


@pytest.fixture
def folder(tmp_path: Path) -> InvoiceFolder:
    return InvoiceFolder(tmp_path / "invoices", check=validate).prepare()


def by(channel: str, address: str = "a@b.example", act: Action = ACT) -> Action:
    """The same delivery by another channel."""
    return replace(act, payload=text_of({**json.loads(act.payload), "channel": channel, "address": address}))


@pytest.mark.parametrize(
    ("channel", "ending", "begins", "answer"),
    [
        ("peppol", "xml", b"<?xml", Sent),
        ("portal", "xml", b"<?xml", Sent),
        ("email", "pdf", b"%PDF", Done),
        ("print", "pdf", b"%PDF", Done),
    ],
)
def test_each_channel_gets_its_form_with_an_envelope(
    folder: InvoiceFolder, channel: str, ending: str, begins: bytes, answer: type
) -> None:
    (given,) = folder.perform([by(channel)])
    assert isinstance(given, answer)
    paper = folder.root / channel / f"{ACT.id}.{ending}"
    assert paper.read_bytes().startswith(begins)
    assert validate(paper.read_bytes()) == ()
    (reading,) = read(paper.read_bytes(), name=paper.name)
    assert isinstance(reading.document, Invoice)
    assert str(reading.document.totals.payable) == str(SORTS["plain"].totals.payable)
    envelope = json.loads((folder.root / channel / f"{ACT.id}.json").read_text())
    assert (envelope["file"], envelope["address"], envelope["number"]) == (paper.name, "a@b.example", "R-2026-0815")
    assert sorted(path.name for path in (folder.root / channel).iterdir()) == sorted([paper.name, f"{ACT.id}.json"])


def test_what_lies_there_is_found_and_not_written_again(folder: InvoiceFolder) -> None:
    assert folder.find([ACT]) == [None]
    folder.perform([ACT])
    assert list(folder.find([ACT, by("email")])) == [Sent(trace=f"peppol/{ACT.id}.xml"), None]


def test_a_paper_without_its_envelope_is_no_delivery_yet(folder: InvoiceFolder) -> None:
    """The crash in between: the same bytes are written again, and only then it counts."""
    folder.perform([ACT])
    (folder.root / "peppol" / f"{ACT.id}.json").unlink()
    assert folder.find([ACT]) == [None]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": "accepted", "document": "AP-17"}, Done(ref="AP-17")),
        (
            {"status": "rejected", "reason": "no purchase order number", "code": "REF"},
            Rejected(reason="no purchase order number", code="REF"),
        ),
    ],
)
def test_what_the_receiving_side_says_is_read_and_put_away(
    folder: InvoiceFolder, said: dict[str, str], expected: object
) -> None:
    folder.perform([ACT])
    (folder.root / "answers" / f"{ACT.id}.json").write_text(json.dumps({"reference": str(ACT.id)} | said))
    assert folder.find([ACT]) == [expected]
    folder.settled([ACT])
    assert list((folder.root / "answers").glob("*.json")) == []
    assert folder.find([ACT]) == [expected]


def test_what_breaks_an_official_rule_never_leaves(folder: InvoiceFolder) -> None:
    unreasoned = replace(SORTS["exempt"], tax=tuple(replace(row, exemption="") for row in SORTS["exempt"].tax))
    (answer,) = folder.perform([sending(unreasoned)])
    assert isinstance(answer, Rejected)
    assert answer.code == "BR-E-10"
    assert list((folder.root / "peppol").iterdir()) == []


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (by("pigeon"), "no way to deliver by pigeon"),
        (replace(ACT, kind="message"), "no delivery"),
        (replace(ACT, payload=text_of({**json.loads(ACT.payload), "invoice": {}})), "cannot be written"),
    ],
)
def test_what_cannot_be_delivered_is_refused_in_words(folder: InvoiceFolder, act: Action, says: str) -> None:
    (answer,) = folder.perform([act])
    assert isinstance(answer, Rejected)
    assert says in answer.reason


def test_the_address_of_the_channel_stands_on_the_paper() -> None:
    kind, text = paper_text(ACT.payload)
    paper = canonical_json.decode(app.kinds(), kind, text.encode())
    assert isinstance(paper, Invoice)
    assert paper.buyer == addressed(SORTS["plain"].buyer, "peppol", "0088:7300010000018")
