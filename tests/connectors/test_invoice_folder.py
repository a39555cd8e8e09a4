"""The invoice folder: the right form by channel, complete or not at all, never twice, and the receiving side's answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.connectors.test_einvoice_partner import SORTS, sending
from tests.support.reading import read
from tests.support.selling import postings
from tieout import app
from tieout.connectors.invoice_folder import InvoiceFolder
from tieout.core.outbox.action import Action, Done, Rejected, Sent
from tieout.formats import canonical_json
from tieout.formats.ubl.write import write as write_ubl
from tieout.formats.validation import FurtherRules, validate
from tieout.trade.documents import Invoice
from tieout.trade.issued import addressed, document_text, issued
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
def test_a_channel_gets_its_form_with_an_envelope(
    folder: InvoiceFolder, channel: str, ending: str, begins: bytes, answer: type
) -> None:
    (given,) = folder.perform([by(channel)])
    assert isinstance(given, answer)
    file = folder.root / channel / f"{ACT.id}.{ending}"
    assert file.read_bytes().startswith(begins)
    assert validate(file.read_bytes()) == ()
    (reading,) = read(file.read_bytes(), name=file.name)
    assert isinstance(reading.document, Invoice)
    assert str(reading.document.totals.payable) == str(SORTS["plain"].totals.payable)
    envelope = json.loads((folder.root / channel / f"{ACT.id}.json").read_text())
    assert (envelope["file"], envelope["address"], envelope["number"]) == (file.name, "a@b.example", "R-2026-0815")
    assert sorted(path.name for path in (folder.root / channel).iterdir()) == sorted([file.name, f"{ACT.id}.json"])


def test_xrechnung_goes_by_mail_as_xml_and_is_found_again(folder: InvoiceFolder) -> None:
    act = sending(SORTS["plain"], to="email ap@kunde.example (XRechnung)")
    assert folder.perform([act]) == [Done(ref=f"email/{act.id}.xml")] == list(folder.find([act]))
    content = (folder.root / "email" / f"{act.id}.xml").read_bytes()
    assert b"CrossIndustryInvoice" in content
    assert b"urn:xeinkauf.de:kosit:xrechnung_3.0" in content
    assert validate(content) == ()


RULES = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
<xsl:template match="/"><svrl:schematron-output><svrl:failed-assert flag="fatal" location="/Invoice">
<svrl:text>[{rule}]-made up</svrl:text></svrl:failed-assert></svrl:schematron-output></xsl:template></xsl:stylesheet>"""


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        ("peppol 0088:7300010000018", "PEPPOL-EN16931-R001"),
        ("peppol 0088:7300010000018 (XRechnung)", "BR-DE-1"),
        ("portal 0204:991-1234567-06 (XRechnung)", "BR-DE-2"),
        ("portal", ""),
        ("email a@b.example", ""),
        ("email a@b.example (XRechnung)", "BR-DE-2"),
    ],
)
def test_rules_that_are_given_by_path_hold_what_names_their_specification(tmp_path: Path, to: str, rule: str) -> None:
    given = {"peppol": "PEPPOL-EN16931-R001", "xrechnung_ubl": "BR-DE-1", "xrechnung_cii": "BR-DE-2"}
    for name, made in given.items():
        (tmp_path / f"{name}.xslt").write_text(RULES.format(rule=made))
    further = FurtherRules(**{name: str(tmp_path / f"{name}.xslt") for name in given})
    for check, wanted in ((further.validate, rule), (FurtherRules().validate, "")):
        folder = InvoiceFolder(tmp_path / f"invoices-{wanted}", check=check).prepare()
        (answer,) = folder.perform([sending(SORTS["plain"], to=to)])
        assert (answer.code if isinstance(answer, Rejected) else "") == wanted


def test_a_rule_of_a_country_is_named(tmp_path: Path) -> None:
    (tmp_path / "peppol.xslt").write_text(RULES.format(rule="DE-R-015"))
    remarks = FurtherRules(peppol=str(tmp_path / "peppol.xslt")).validate(
        write_ubl(issued(SORTS["plain"], postings(SORTS["plain"]), to="peppol 0088:7300010000018"))
    )
    assert [remark.rule for remark in remarks] == ["DE-R-015"]


def test_a_written_invoice_is_looked_up_and_not_written_again(folder: InvoiceFolder) -> None:
    assert folder.find([ACT]) == [None]
    folder.perform([ACT])
    assert list(folder.find([ACT, by("email")])) == [Sent(trace=f"peppol/{ACT.id}.xml"), None]


def test_an_invoice_without_its_envelope_is_no_delivery_yet(folder: InvoiceFolder) -> None:
    """After a crash in between, the same bytes are written again before it counts as a delivery."""
    folder.perform([ACT])
    (folder.root / "peppol" / f"{ACT.id}.json").unlink()
    assert folder.find([ACT]) == [None]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "accepted", "document": "AP-17"}, Done(ref="AP-17")),
        (
            {"status": "rejected", "reason": "no purchase order number", "code": "REF"},
            Rejected(reason="no purchase order number", code="REF"),
        ),
    ],
)
def test_the_receiving_sides_answer_is_read_and_moved_away(
    folder: InvoiceFolder, fields: dict[str, str], expected: object
) -> None:
    folder.perform([ACT])
    (folder.root / "answers" / f"{ACT.id}.json").write_text(json.dumps({"reference": str(ACT.id)} | fields))
    assert folder.find([ACT]) == [expected]
    folder.settled([ACT])
    assert list((folder.root / "answers").glob("*.json")) == []
    assert folder.find([ACT]) == [expected]


def test_what_breaks_an_official_rule_is_not_written(folder: InvoiceFolder) -> None:
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


def test_the_address_of_the_channel_is_on_the_invoice() -> None:
    kind, text = document_text(ACT.payload)
    invoice = canonical_json.decode(app.kinds(), kind, text.encode())
    assert isinstance(invoice, Invoice)
    assert invoice.buyer == addressed(SORTS["plain"].buyer, "peppol", "0088:7300010000018")
