"""Spellings that XML Schema accepts and other software stumbles over (`findings/`) are read as what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfWriter

from tests.formats.test_facturx import _INVOICE
from tests.support.reading import read
from tieout.core.values.money import Money
from tieout.formats.cii.write import write as write_cii
from tieout.formats.ubl import write as write_ubl
from tieout.trade.documents import AllowanceCharge, Invoice

WRITERS = (write_ubl, write_cii)
_ENTRIES = tuple(
    AllowanceCharge(charge=charge, amount=Money(minor=minor, currency="EUR"), tax_category="S", reason="freight")
    for charge, minor in ((True, 1_000), (False, 400))
)
_CHARGED = replace(_INVOICE, allowances_charges=_ENTRIES)
_INDICATOR = r"((?:ChargeIndicator|Indicator)>)(true|false)(</)"


@pytest.mark.parametrize("writer", WRITERS, ids=("ubl", "cii"))
@pytest.mark.parametrize("form", ["{}", "\n  {}\n  ", "+{}", "00{}", "{}000", " +{} "])
def test_an_amount_is_read_in_every_form_of_a_decimal(writer: object, form: str) -> None:
    written = write_ubl(_INVOICE) if writer is write_ubl else write_cii(_INVOICE)
    spelt, count = re.subn(
        r"(Amount[^>/]*>)(\d+\.\d+)(</)", lambda found: found[1] + form.format(found[2]) + found[3], written.decode()
    )
    assert count > 60
    (reading,) = read(spelt.encode())
    assert isinstance(reading.document, Invoice)
    assert reading.document.totals == _INVOICE.totals
    assert [line.net for line in reading.document.lines] == [line.net for line in _INVOICE.lines]


@pytest.mark.parametrize("writer", WRITERS, ids=("ubl", "cii"))
@pytest.mark.parametrize("words", [("true", "false"), ("1", "0"), ("true\n ", "\n false"), (" 1 ", " 0 ")])
def test_a_charge_is_a_charge_in_every_form_of_a_boolean(writer: object, words: tuple[str, str]) -> None:
    written = write_ubl(_CHARGED) if writer is write_ubl else write_cii(_CHARGED)
    spelt, count = re.subn(_INDICATOR, lambda found: found[1] + words[found[2] == "false"] + found[3], written.decode())
    assert count == 2
    (reading,) = read(spelt.encode())
    assert isinstance(reading.document, Invoice)
    assert [(entry.charge, entry.amount) for entry in reading.document.allowances_charges] == [
        (entry.charge, entry.amount) for entry in _ENTRIES
    ]
    assert not any("ChargeIndicator" in remark.message for remark in reading.remarks)


@pytest.mark.parametrize("annex", ["annex.xml", "original.xml"])
def test_the_invoice_of_a_pdf_comes_first_wherever_an_annex_is_sorted(annex: str) -> None:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    files = {"factur-x.xml": _INVOICE, annex: replace(_INVOICE, number="F-77")}
    for name in sorted(files):
        writer.add_attachment(name, write_cii(files[name]))
    writer.write(out)
    documents = [reading.document for reading in read(out.getvalue(), name="x.pdf")]
    assert documents == [files["factur-x.xml"], files[annex]]
