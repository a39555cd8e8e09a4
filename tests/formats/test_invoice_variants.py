"""One right invoice and its evidence in lawful and unlawful variants, as `tieout check` judges them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.formats.one_invoice import INVOICE, LINE, TAX, TOTALS, evidence
from tests.formats.type_files import Written, cii, ubl
from tieout.cli import main

AT = "2026-06-11T10:00Z"
CODE = "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
TERMS = "<cbc:Note>30 days net</cbc:Note>"
Check = Callable[[str], dict[str, Any]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """The verdict on an invoice, by the evidence of `one_invoice`."""

    def verdict(content: str, *, ordered: str = "", units: tuple[int, int] = (10, 10)) -> dict[str, Any]:
        file = tmp_path / "invoice.xml"
        file.write_text(content)
        arguments = evidence(tmp_path)
        order = json.loads((tmp_path / "order.json").read_text())
        order["terms"] = ordered or order["terms"]
        order["lines"][0]["quantity"] = f"{units[0]} EA"
        (tmp_path / "order.json").write_text(json.dumps(order))
        receipt = tmp_path / "receipt.csv"
        receipt.write_text(receipt.read_text().replace(",10,EA", f",{units[1]},EA"))
        main(["check", str(file), *arguments, "--at", AT, "--json"])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)["verdict"]
        return answer

    return verdict


def holding(verdict: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in verdict["findings"] if finding["stage"] != "note"}


@pytest.mark.parametrize("code", [CODE, ""])
@pytest.mark.parametrize(
    "profile",
    [
        "urn:fdc:anskaffelser.no:2019:ehf:spec:reminder:3.0", "urn:www.difi.no:ehf:purring:ver2.0", "urn:x:paymentreminder",
        "urn:x:dunning-letter", "urn:x:betalingspaminnelse", "urn:x:rappel", "urn:x:relance", "urn:x:inkasso", "urn:x:Mahnung",
    ],
)  # fmt: skip
def test_a_reminder_is_told_by_its_profile_in_any_language(check: Check, profile: str, code: str) -> None:
    assert holding(check(INVOICE.replace(PROFILE, profile).replace(CODE, code))) == {"DOC-NOTINV"}


@pytest.mark.parametrize("code", ["", "<cbc:InvoiceTypeCode/>"])
def test_an_invoice_of_the_standard_without_a_type_code_is_held(check: Check, code: str) -> None:
    assert holding(check(INVOICE.replace(CODE, code))) == {"DOC-EINV"}


@pytest.mark.parametrize(
    ("words", "is_invoice"),
    [
        ("Proforma", False), ("PRO FORMA INVOICE", False), ("pro-forma invoice", False), ("Proforma-Rechnung", False),
        ("Facture proforma", False), ("Mahnung", False), ("2. Mahnung", False), ("Payment reminder", False),
        ("Kontoauszug", False), ("Statement of account", False), ("Auftragsbestätigung", False), ("Order confirmation", False),
        ("Devis", False), ("Angebot", False), ("Lieferschein", False), ("Mise en demeure", False), ("3e rappel", False),
        ("Herinnering", False), ("Wezwanie do zapłaty", False), ("Upomínka", False), ("Nota pro forma", False),
        ("Faktura proforma", False), ("Copy", True), ("See our offer", True), ("Lieferschein 4711", True), ("Korrekturrechnung", True),
        ("Zahlungserinnerung", False), ("Replaces our proforma invoice 7", True), ("Invoice", True), ("Rechnung", True),
        ("A reminder will cost 10.00 EUR", True),
    ],
)  # fmt: skip
def test_a_document_that_calls_itself_something_else_is_no_invoice(check: Check, words: str, is_invoice: bool) -> None:
    ubl = check(INVOICE.replace(CODE, f"{CODE}<cbc:Note>{words}</cbc:Note>"))
    coded = "<r:TypeCode>380"
    titled = cii(Written(code="380")).decode().replace(coded, f"<r:Name>{words}</r:Name>{coded}", 1)
    assert words in titled
    for verdict in (ubl, check(titled)):
        assert ("DOC-NOTINV" not in holding(verdict)) is is_invoice


CREDITS = (
    "Gutschrift",
    "Credit note",
    "STORNO",
    "Stornorechnung",
    "Avoir",
    "Nota di credito",
    "Kreditnota",
    "Creditfactuur",
)


@pytest.mark.parametrize("words", CREDITS)
def test_what_calls_itself_a_credit_note_bills_nothing_in_silence(check: Check, words: str) -> None:
    coded = "<r:TypeCode>380"
    for content in (
        INVOICE.replace(CODE, f"{CODE}<cbc:Note>{words}</cbc:Note>"),
        cii(Written(code="380")).decode().replace(coded, f"<r:Name>{words}</r:Name>{coded}", 1),
    ):
        assert "DOC-EINV" in holding(check(content))
    less = INVOICE.replace(CODE, f"{CODE}<cbc:Note>We deduct the {words.lower()} of last week.</cbc:Note>")
    assert holding(check(less)) == set()


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_negative_invoice_may_call_itself_a_credit_note(sign: str, check: Check) -> None:
    content = ubl(Written(code="380", sign=sign)).decode()
    titled = content.replace("<b:DocumentCurrencyCode>", "<b:Note>Gutschrift</b:Note><b:DocumentCurrencyCode>", 1)
    made = [one for one in check(titled)["findings"] if dict(one["numbers"]).get("rule") == "BR-CL-01"]
    assert bool(made) is (not sign)


def test_a_title_leaves_the_last_word_to_a_person(check: Check) -> None:
    (made,) = check(INVOICE.replace("<cbc:ID>B-1<", "<cbc:ID>PRO-FORMA-3<"))["findings"]
    assert made["code"] == "DOC-NOTINV"
    assert "confirm_invoice" in made["resolutions"]


@pytest.mark.parametrize(
    ("stated", "ordered", "clear"),
    [
        ("#SKONTO#TAGE=10#PROZENT=2.00#\n", "2 % 10 days, 30 days net", True),
        ("#SKONTO#TAGE=10#PROZENT=2.00#BASISBETRAG=1210.00#\n", "2 % 10 days, 30 days net", True),
        ("#SKONTO#TAGE=10#PROZENT=2.00#BASISBETRAG=1000.00#\n", "2 % 10 days, 30 days net", False),
        ("#SKONTO#TAGE=10#PROZENT=2.00#\n", "2 % 10 days, 60 days net", False),
        ("#SKONTO#TAGE=10#PROZENT=1.00#\n", "2 % 10 days, 30 days net", False),
        ("payable by 2026-07-10", "30 days net", True),
        ("payable by 2026-07-09", "30 days net", False),
    ],
)
def test_terms_without_the_days_are_completed_by_the_due_date(
    check: Any, stated: str, ordered: str, clear: bool
) -> None:
    verdict = check(INVOICE.replace(TERMS, f"<cbc:Note>{stated}</cbc:Note>"), ordered=ordered)
    assert (holding(verdict) == set()) is clear
    assert holding(verdict) <= {"AP-TERMS"}


JAPAN = "urn:peppol:pint:nontaxinvoice-1@jp-1"
EMIRATES = "urn:peppol:pint:billing-1@ae"


@pytest.mark.parametrize(
    ("profile", "category", "percent", "agreed", "clear"),
    [
        (JAPAN, "S", "10", "10", True), (EMIRATES, "AE", "5", "5", True), (EMIRATES, "AE", "5", None, True),
        (EMIRATES, "N", "5", None, True), (EMIRATES, "S", "5", "5", False), (EMIRATES, "O", "", None, True),
        ("urn:peppol:pint:billing-1@jp-1", "O", "", None, True), (EMIRATES, "AE", "0", "5", False),
    ],
)  # fmt: skip
def test_no_tax_is_expected_where_none_may_be_charged(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    profile: str,
    category: str,
    percent: str,
    agreed: str | None,
    clear: bool,
) -> None:
    rate = f"<cbc:Percent>{percent}</cbc:Percent>" if percent else ""
    untaxed = INVOICE.replace(PROFILE, profile).replace(">210.00<", ">0.00<").replace(">1210.00<", ">1000.00<")
    untaxed = untaxed.replace("<cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>", f"<cbc:ID>{category}</cbc:ID>{rate}")
    (tmp_path / "invoice.xml").write_text(untaxed)
    arguments = evidence(tmp_path)
    order = json.loads((tmp_path / "order.json").read_text())
    order["lines"][0]["tax_percent"] = agreed
    (tmp_path / "order.json").write_text(json.dumps(order))
    main(["check", str(tmp_path / "invoice.xml"), *arguments, "--at", AT, "--json"])
    verdict = json.loads(capsys.readouterr().out)["verdict"]
    assert ("AP-TAX-VAR" not in holding(verdict)) is clear, verdict["findings"]


def test_freight_that_is_a_line_of_the_order_is_billed_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    freight = LINE.replace("<cbc:ID>1<", "<cbc:ID>2<", 1).replace("Widget", "Freight").replace(">10<", ">1<")
    freight = freight.replace(">1000.00<", ">100.00<").replace(
        "<cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>", ""
    )
    freight = freight.replace("<cac:BuyersItemIdentification><cbc:ID>W-1</cbc:ID></cac:BuyersItemIdentification>", "")
    more = INVOICE.replace(TAX, TAX.replace("1000.00", "1100.00").replace("210.00", "231.00"))
    more = more.replace(TOTALS, TOTALS.replace("1000.00", "1100.00").replace("1210.00", "1331.00"))
    (tmp_path / "invoice.xml").write_text(more.replace(LINE, LINE + freight))
    arguments = evidence(tmp_path)
    check = ["check", str(tmp_path / "invoice.xml"), *arguments, "--at", AT, "--json"]
    main(check)
    assert holding(json.loads(capsys.readouterr().out)["verdict"]) == {"AP-FRT-UNPL"}
    order = json.loads((tmp_path / "order.json").read_text())
    order["lines"].append(
        {"id": "2", "quantity": "1 EA", "price": "100.00", "description": "Freight", "tax_percent": "21"}
    )
    (tmp_path / "order.json").write_text(json.dumps(order))
    with (tmp_path / "receipt.csv").open("a") as receipt:
        receipt.write("GR-1,2026-06-05T08:00Z,PO-500,2,2,1,EA\n")
    main(check)
    assert holding(json.loads(capsys.readouterr().out)["verdict"]) == set()


@pytest.mark.parametrize(("amount", "clear"), [("-0.40", True), ("-0.99", True), ("-1.00", False), ("-500.00", False)])
def test_a_rounding_downwards_is_less_than_a_unit(check: Check, amount: str, clear: bool) -> None:
    payable = f"{1210 + float(amount):.2f}"
    end = '<cbc:PayableAmount currencyID="EUR">1210.00</cbc:PayableAmount>'
    rounded = f'<cbc:PayableRoundingAmount currencyID="EUR">{amount}</cbc:PayableRoundingAmount>'
    assert (holding(check(INVOICE.replace(end, rounded + end.replace("1210.00", payable)))) == set()) is clear


@pytest.mark.parametrize(
    ("units", "codes"),
    [((12, 12), {"AP-QTY-ORD"}), ((12, 15), {"AP-QTY-ORD"}), ((12, 19), {"AP-QTY-ORD"}), ((20, 12), {"AP-QTY-REC"}), ((19, 19), set())],
)  # fmt: skip
def test_what_is_over_the_order_is_a_quantity_and_not_a_price_of_the_whole_invoice(
    check: Any, units: tuple[int, int], codes: set[str]
) -> None:
    more = INVOICE.replace(">10</cbc:InvoicedQuantity>", ">19</cbc:InvoicedQuantity>").replace(">1000.00<", ">1900.00<")
    assert holding(check(more.replace(">210.00<", ">399.00<").replace(">1210.00<", ">2299.00<"), units=units)) == codes
