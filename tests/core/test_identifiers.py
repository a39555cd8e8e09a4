"""One company's VAT id, one product's GTIN and one account compare equal however they are lawfully written; others never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.party import Identifier, Party, normal_id
from tieout.trade.documents import ProductIds
from tieout.trade.identifiers import account_form, at_home, contradict, gtin_form, is_gtin, vat_form
from tieout.trade.keys import party_keys, product_keys
from tieout.trade.ledger import same_product

SAME_VAT = [
    ("CHE-107.787.577 MWST", "CHE-107.787.577 TVA"),
    ("CHE-107.787.577 IVA", "CHE107787577"),
    ("EL 094259216", "GR094259216"),
    ("NO 995 525 828 MVA", "995525828MVA"),
    ("NO995525828", "NO 995 525 828 MVA"),
    ("BE 428759497", "BE0428.759.497"),
    ("NL4495445B01", "NL 0044.95.445.B01"),
    ("GB 980 7806 84", "XI980780684"),
    ("de 136,695 976", "DE136695976"),
    ("BE 0428759497", "BE428759497"),
    ("EL 094259216", "GR 094 259 216"),
    ("CHE-107.787.577", "CHE 107 787 577 VAT"),
    ("USt-IdNr. DE136695976", "DE136695976"),
    ("TVA FR 40 303 265 045", "FR40303265045"),
    ("VAT-ID: ATU13585627", "ATU 13585627"),
    ("UK 980 7806 84", "GB980780684"),
    ("BTW nr. NL004495445B01", "NL 0044.95.445.B.01"),
    ("N° TVA intracommunautaire FR40303265045", "FR 40 303 265 045"),
    ("Partita IVA IT00743110157", "IT 00743110157"),
    ("DIČ: CZ25123891", "CZ25123891"),
    ("IČ DPH SK2022749619", "SK2022749619"),
    ("PVM LT119511515", "LT 119511515"),
    ("Umsatzsteuer-Identifikationsnummer DE136695976", "DE136695976"),
    ("CHE-107.787.577 TVA/IVA", "CH-107.787.577 MWST"),
    ("ABN 51 824 753 556", "51824753556"),
    ("TRN: 100123456700003", "100123456700003"),
    ("GSTIN 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    ("EL094259217", "GR 094259217"),  # the check digit is wrong in both; the prefix changes nothing
    ("CHE-107.787.578 MWST", "CHE107787578"),
    ("NO995525829MVA", "NO 995 525 829"),
]
AT_HOME = [
    ("136695976", "DE", "DE136695976"),
    ("40 303 265 045", "FR", "FR40303265045"),
    ("0428.759.497", "BE", "BE0428759497"),
    ("428759497", "BE", "BE 0428.759.497"),
    ("004495445B01", "NL", "NL4495445B01"),
    ("094259216", "GR", "EL094259216"),
    ("107.787.577 MWST", "CH", "CHE-107.787.577 TVA"),
    ("995 525 828", "NO", "NO 995 525 828 MVA"),
    ("980 7806 84", "GB", "GB980780684"),
    ("NIP 856-734-62-15", "PL", "PL8567346215"),
    ("CVR-nr. 13 58 56 28", "DK", "DK13585628"),
    ("Y-tunnus 2077474-0", "FI", "FI20774740"),
    ("CIF A-13585625", "ES", "ESA13585625"),
    ("AFM 094259216", "GR", "EL094259216"),
    ("12892312-2-41", "HU", "HU12892312"),
    ("123456-7897", "SE", "SE123456789701"),
    ("OIB 33392005961", "HR", "HR33392005961"),
]
OTHER_VAT = [
    ("DE136695976", "AT136695976"),
    ("DE136695976", "136695976"),
    ("DE455000111", "DE455000112"),
    ("CHE-107.787.577 MWST", "CHE-107.787.578 MWST"),
    ("EL094259217", "GR094259218"),
    ("DE136695976", "XDE136695977"),
    ("ABN 51824753556", "51824753557"),
    ("995525828", "NO995525828"),  # bare digits are nobody's country
]


@pytest.mark.parametrize(("one", "other"), SAME_VAT)
def test_one_vat_id_in_two_spellings_is_one_company(one: str, other: str) -> None:
    assert vat_form(one) == vat_form(other)
    assert not contradict([Identifier(scheme="vat", value=one)], [Identifier(scheme="vat", value=other)])
    keys = [
        set(party_keys("supplier", Party(identifiers=(Identifier(scheme="vat", value=text),)))) for text in (one, other)
    ]
    assert keys[0] & keys[1]


@pytest.mark.parametrize(("bare", "country", "full"), AT_HOME)
def test_an_id_without_its_prefix_is_that_of_its_partys_country(bare: str, country: str, full: str) -> None:
    assert vat_form(bare, country) == vat_form(full)
    stated = Party(country=country, identifiers=(Identifier(scheme="vat", value=bare),))
    record = Party(identifiers=(Identifier(scheme="vat", value=full),))
    assert set(party_keys("supplier", stated)) & set(party_keys("supplier", record))
    assert not contradict(at_home(stated.identifiers, country), record.identifiers)


@pytest.mark.parametrize(
    ("bare", "country"),
    [("136695977", "DE"), ("136695976", "AT"), ("136695976", ""), ("FR094259216", "GR"), ("NIP8567346216", "PL")],
)
def test_digits_that_are_no_id_of_the_country_stay_nobodys(bare: str, country: str) -> None:
    assert vat_form(bare, country) == bare


@pytest.mark.parametrize(("one", "other"), OTHER_VAT)
def test_another_vat_id_is_another_company(one: str, other: str) -> None:
    assert vat_form(one) != vat_form(other)
    assert contradict([Identifier(scheme="vat", value=one)], [Identifier(scheme="vat", value=other)])


@given(st.text(alphabet="ABCDEGHILNORTX0123456789 .-", max_size=16))
def test_a_form_is_its_own_form_and_loses_no_number(text: str) -> None:
    form = vat_form(text)
    assert vat_form(form) == form
    digits = "".join(filter(str.isdigit, normal_id(text))).lstrip("0")
    assert "".join(filter(str.isdigit, form)).lstrip("0") == digits


def test_one_gtin_in_thirteen_and_fourteen_digits_is_one_product() -> None:
    assert gtin_form("04012345000009") == gtin_form("4012345000009") == "4012345000009"
    assert gtin_form("14012345000006") == "14012345000006"  # a carton of them is another product
    assert gtin_form("0401234500000") == "0401234500000"  # no check digit: a number of somebody's own
    assert same_product(ProductIds(standard="04012345000009"), ProductIds(standard="4012345000009"))
    assert not same_product(ProductIds(standard="14012345000006"), ProductIds(standard="4012345000009"))
    assert set(product_keys(ProductIds(standard="04012345000009"))) & set(
        product_keys(ProductIds(standard="4012345000009"))
    )


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("4012345000009", True), ("4012345000008", False), ("401234500000", False), ("٤٠١٢٣٤٥٠٠٠٠٠٩", False), ("", False)],
)
def test_a_gtin_has_its_length_and_its_check_digit(text: str, is_one: bool) -> None:
    assert is_gtin(text) is is_one


def test_the_word_iban_before_an_iban_is_not_part_of_it() -> None:
    assert account_form("IBAN DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert account_form("IBAN DE89 3704 0044 0532 0130 01") == "IBANDE89370400440532013001"
    assert account_form("de89 3704-0044") == "DE8937040044"
