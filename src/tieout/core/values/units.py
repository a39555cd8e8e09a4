"""UN/CEFACT Recommendation 20 units: the spellings that partners use for them, and the physical conversions that are exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from tieout.core.values.errors import Malformed

# Partners' spellings of one and the same unit. H87, C62 and EA all count single things: see docs/decisions.
_SYNONYMS: Final[dict[str, str]] = {
    "C62": "EA", "H87": "EA", "PCE": "EA", "PCS": "EA", "PC": "EA", "ST": "EA", "NAR": "EA", "UNIT": "EA",
    "KG": "KGM", "G": "GRM", "T": "TNE", "M": "MTR", "CM": "CMT", "MM": "MMT", "KM": "KTM", "L": "LTR", "ML": "MLT",
    "M2": "MTK", "M3": "MTQ", "HR": "HUR", "H": "HUR", "DZ": "DZN", "BOX": "BX", "XBX": "BX", "CASE": "CS", "XCS": "CS",
    "CT": "CT", "XCT": "CT", "PAL": "PF", "XPX": "PF",
}  # fmt: skip

# unit -> (dimension, how many of the dimension's own unit)
_PHYSICAL: Final[dict[str, tuple[str, Fraction]]] = {
    "GRM": ("mass", Fraction(1)),
    "MGM": ("mass", Fraction(1, 1000)),
    "KGM": ("mass", Fraction(1000)),
    "TNE": ("mass", Fraction(1_000_000)),
    "LBR": ("mass", Fraction(45_359_237, 100_000)),
    "ONZ": ("mass", Fraction(45_359_237, 1_600_000)),
    "MMT": ("length", Fraction(1)),
    "CMT": ("length", Fraction(10)),
    "MTR": ("length", Fraction(1000)),
    "KTM": ("length", Fraction(1_000_000)),
    "INH": ("length", Fraction(254, 10)),
    "FOT": ("length", Fraction(3048, 10)),
    "YRD": ("length", Fraction(9144, 10)),
    "MLT": ("volume", Fraction(1)),
    "CLT": ("volume", Fraction(10)),
    "DLT": ("volume", Fraction(100)),
    "LTR": ("volume", Fraction(1000)),
    "HLT": ("volume", Fraction(100_000)),
    "MTQ": ("volume", Fraction(1_000_000)),
    "SEC": ("time", Fraction(1)),
    "MIN": ("time", Fraction(60)),
    "HUR": ("time", Fraction(3600)),
    "EA": ("count", Fraction(1)),
    "PR": ("count", Fraction(2)),
    "DZN": ("count", Fraction(12)),
    "GRO": ("count", Fraction(144)),
    "CEN": ("count", Fraction(100)),
    "MIL": ("count", Fraction(1000)),
}


def canonical_unit(code: str) -> str:
    """The one spelling that we use for a unit. Raises `Malformed` if it is empty or too long."""
    stripped = code.strip().upper()
    if not stripped or len(stripped) > 12:
        raise Malformed(
            "{code!r} is not a unit code", remedy="use a UN/CEFACT Rec 20 code such as EA or KGM", code=code
        )
    return _SYNONYMS.get(stripped, stripped)


def standard_factor(unit: str, into: str) -> Fraction | None:
    """How many `into` one `unit` is by physical definition; None if the two are not of one dimension."""
    if unit == into:
        return Fraction(1)
    from_unit, into_unit = _PHYSICAL.get(unit), _PHYSICAL.get(into)
    if from_unit is None or into_unit is None or from_unit[0] != into_unit[0]:
        return None
    return from_unit[1] / into_unit[1]
