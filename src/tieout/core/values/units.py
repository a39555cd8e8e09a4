"""UN/ECE units (Recommendations 20 and 21): our one spelling, what people write, and what a code in an electronic document means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.measures import MEASURES
from tieout.core.values.sentence import Sentence
from tieout.core.values.unit_names import BY_WORD

_LENGTH_MAX: Final = 12
_BLANKS: Final = re.compile(r"[\s.]+")

# Codes of one and the same unit. H87, C62 and EA all count single things: see docs/decisions. KTM and NPR stood in former
# revisions. PF is how the pallet was coded before Recommendation 21 made it PX.
_SAME: Final[dict[str, str]] = {
    "C62": "EA", "H87": "EA", "NAR": "EA", "KTM": "KMT", "NPR": "PR", "PX": "PF", "XPX": "PF",
}  # fmt: skip

PACKAGES: Final[frozenset[str]] = frozenset(
    """1A 1B 1D 1F 1G 1W 2C 3A 3H 43 44 4A 4B 4C 4D 4F 4G 4H 5H 5L 5M 6H 6P 7A 7B 8A 8B 8C AA AB AC AD AE AF AG AH AI AJ AL AM AP AT AV
    B4 BA BB BC BD BE BF BG BH BI BJ BK BL BM BN BO BP BQ BR BS BT BU BV BW BX BY BZ CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO CP CQ
    CR CS CT CU CV CW CX CY CZ DA DB DC DG DH DI DJ DK DL DM DN DP DR DS DT DU DV DW DX DY EC ED EE EF EG EH EI EN FB FC FD FE FI FL FO
    FP FR FT FW FX GB GI GL GR GU GY GZ HA HB HC HG HN HR IA IB IC ID IE IF IG IH IK IL IN IZ JB JC JG JR JT JY KG KI LE LG LT LU LV LZ
    MA MB MC ME MR MS MT MW MX NA NE NF NG NS NT NU NV O1 O2 O3 O4 O5 O6 O7 O8 O9 OA OB OC OD OE OF OG OH OI OJ OK OL OM ON OP OQ OR OS
    OT OU OV OW OX OY OZ P1 P2 P3 P4 PA PB PC PD PE PF PG PH PI PJ PK PL PN PO PP PR PT PU PV PX PY PZ QA QB QC QD QF QG QH QJ QK QL QM
    QN QP QQ QR QS RD RG RJ RK RL RO RT RZ SA SB SC SD SE SH SI SK SL SM SO SP SS ST SU SV SW SX SY SZ T1 TB TC TD TE TG TI TK TL TN TO
    TR TS TT TU TV TW TY TZ UC UN VA VG VI VK VL VN VO VP VQ VR VS VY WA WB WC WD WF WG WH WJ WK WL WM WN WP WQ WR WS WT WU WV WW WX WY
    WZ XA XB XC XD XF XG XH XJ XK YA YB YC YD YF YG YH YJ YK YL YM YN YP YQ YR YS YT YV YW YX YY YZ ZA ZB ZC ZD ZF ZG ZH ZJ ZK ZL ZM ZN
    ZP ZQ ZR ZS ZT ZU ZV ZW ZX ZY ZZ""".split()
)
"""The codes of Recommendation 21 (packages). In one list with Recommendation 20 each is written with an X before it."""

BOTH: Final[frozenset[str]] = frozenset(
    """2C 4C 4G 4H AA AB AD AE AH AI AL B4 BB BP CG DB DG DJ DN DT FC FL FP FR GB GL HA HC IA IE KI MC NA NF NT NU OA ON OT P1 P2 PD PI PO
    PR QA QB QR RT SW SX TI UC VA VP WA WB WG WM ZP ZZ""".split()
)
"""Codes of both recommendations with two meanings: PR is a pair, XPR a receptacle. Without the X the unit is meant."""

OTHER_MEANINGS: Final[dict[str, str]] = {
    "STK": "stick, cigarette", "PAL": "pascal", "GB": "gallon (US) per day", "KB": "kilocharacter", "FL": "flake ton",
    "LM": "linear metre", "AMP": "ampere", "CTN": "content ton (metric)", "KI": "kilogram per millimetre width", "DB": "dry pound",
    "HA": "hank", "KW": "kilogram per millimetre", "KGS": "kilogram per second",
}  # fmt: skip
"""Words that people use for a unit and that are UN/ECE codes of another one, with the name of that one."""

_APART: Final = "UNECE-"


def canonical_unit(word: str) -> str:
    """The one spelling that we use for a unit as people write it (CSV, JSON, free text): a code, or a word of `unit_names`.

    Raises `Malformed` if it is empty, or neither and too long.
    """
    stripped = word.strip().upper()
    unit = BY_WORD.get(_normal(stripped)) or _of_code(stripped)
    if not _normal(unit) or len(unit) > _LENGTH_MAX:
        raise _no_unit(word)
    return unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUnit:
    """A unit as a code stated it; `remark` says what was made of a code that is a word of people's, "" for a plain code."""

    unit: str
    remark: str = ""


@lru_cache(maxsize=1024)
def unit_of_code(code: str) -> ReadUnit:
    """The unit of a code in UBL or CII, where a code means what UN/ECE says: PAL is a pascal and no pallet there.

    A code of another unit than the one that people mean by the word is kept apart ("UNECE-PAL"), so that it never meets the
    pallet. Raises `Malformed` if it is empty or too long.
    """
    stripped = code.strip().upper()
    if stripped in OTHER_MEANINGS:
        means, written = BY_WORD[stripped], written_code(BY_WORD[stripped])
        words = Sentence(
            "the unit {code} is UN/ECE's code of {other}; whoever means {means} writes {written}",
            code=code, other=OTHER_MEANINGS[stripped], means=means, written=written,
        )  # fmt: skip
        return ReadUnit(unit=_APART + stripped, remark=words)
    same = _of_code(stripped)
    meant = BY_WORD.get(_normal(stripped))
    if meant is None or meant == same:
        if not _normal(same) or len(same) > _LENGTH_MAX:
            raise _no_unit(code)
        return ReadUnit(unit=same)
    return ReadUnit(
        unit=meant, remark=Sentence("the unit {code} is no UN/ECE code; it was read as {meant}", code=code, meant=meant)
    )


def _no_unit(word: str) -> Malformed:
    return Malformed("{code!r} is not a unit code", remedy="use a UN/CEFACT Rec 20 code such as EA or KGM", code=word)


def written_code(unit: str) -> str:
    """The code of a unit as the list of EN 16931 has it: packages with an X before them."""
    if unit == "PF":
        return "XPX"
    if unit in PACKAGES and unit not in BOTH:
        return f"X{unit}"
    return unit.removeprefix(_APART)


def _of_code(code: str) -> str:
    """One code for codes of one unit: an X before a package is left out where that leads to no other unit."""
    if code in _SAME:
        return _SAME[code]
    if len(code) == 3 and code[0] == "X" and code[1:] in PACKAGES - BOTH and code[1:] not in BY_WORD and code != "XPF":
        return code[1:]
    return code


def _normal(word: str) -> str:
    """Compatible characters as one (m² → M2), without blanks and full stops."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", word))


def standard_factor(unit: str, into: str) -> Fraction | None:
    """How many `into` one `unit` is by physical definition; None if the two are not of one dimension."""
    if unit == into:
        return Fraction(1)
    from_unit, into_unit = MEASURES.get(unit), MEASURES.get(into)
    if from_unit is None or into_unit is None or from_unit[0] != into_unit[0]:
        return None
    return from_unit[1] / into_unit[1]
