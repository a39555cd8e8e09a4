"""Where two companies bear one name, a finding shows the numbers of both; one number in two right spellings is one company."""

from __future__ import annotations

import pytest

from tests.packs.test_payables_edges import billed, codes, invoice, judged, order, verdict_of
from tieout.core.findings.wording import sentence
from tieout.core.values.party import Identifier, Party
from tieout.packs.payables.codes import TAXONOMY
from tieout.scenario.simulation import Simulation


def _said(made: Simulation, code: str) -> str:
    return next(sentence(one, TAXONOMY) for one in verdict_of(made).findings if one.code == code)


def _kessler(vat: str, country: str = "DE") -> Party:
    return Party(name="Kessler GmbH", country=country, identifiers=(Identifier(scheme="vat", value=vat),))


def test_another_vat_id_under_the_supplier_s_name_is_shown_beside_ours() -> None:
    said = _said(judged(invoice(billed("1", "10", "10.00"), supplier=_kessler("DE136695976"))), "MD-VEND-BLOCK")
    assert "VAT DE136695976" in said
    assert "VAT DE812345678" in said
    assert "70012" in said


def test_an_order_with_a_namesake_shows_both_ids() -> None:
    made = judged(invoice(billed("1", "10", "10.00")), order(supplier=_kessler("DE136695976")))
    said = _said(made, "AP-PO-INVALID")
    assert "VAT DE136695976" in said
    assert "VAT DE812345678" in said


@pytest.mark.parametrize("spelling", ["DE812345678", "de 812 345 678", "DE-812.345.678"])
def test_one_id_in_two_spellings_is_one_supplier(spelling: str) -> None:
    made = judged(
        invoice(billed("1", "10", "10.00"), supplier=_kessler(spelling)), order(supplier=_kessler("DE812345678"))
    )
    assert not {"MD-VEND-BLOCK", "AP-PO-INVALID"} & set(codes(made))
