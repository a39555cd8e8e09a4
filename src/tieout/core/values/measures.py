"""The conversions of UN/ECE Recommendation 20 that are exact by definition: lengths, areas, volumes, masses, energy, time, counts.

Units that are only measured or agreed (a calorie of 15 degrees, a working day, a package) are in no table: whoever uses them
says what they are worth. Months convert into years, and into no days.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

_POUND: Final = Fraction(45_359_237, 100_000_000)
_GALLON_US: Final = Fraction(3_785_411_784, 10**12)  # 231 cubic inches
_GALLON_UK: Final = Fraction(454_609, 10**8)
_BUSHEL_US: Final = Fraction(3_523_907_016_688, 10**14)  # 2150.42 cubic inches
_FOOT: Final = Fraction(3048, 10_000)
_SURVEY_FOOT: Final = Fraction(1200, 3937)
_GRAIN: Final = Fraction(6_479_891, 10**11)
_BTU: Final = Fraction(105_505_585_262, 10**8)  # by the international table


def _si(text: str) -> dict[str, Fraction]:
    """ "KMT:3 MTR:0": codes with the power of ten of the dimension's base unit."""
    pairs = (word.split(":") for word in text.split())
    return {code: Fraction(10) ** int(power) for code, power in pairs}


_LENGTH: Final = _si(
    "C52:-12 A71:-15 C45:-9 A11:-10 4H:-6 MMT:-3 CMT:-2 DMT:-1 MTR:0 A45:1 HMT:2 JPS:2 KMT:3 KTM:3"
) | {
    "INH": _FOOT / 12, "77": _FOOT / 12_000, "M7": _FOOT / 12_000_000, "FOT": _FOOT, "YRD": 3 * _FOOT, "AK": 6 * _FOOT,
    "M50": 660 * _FOOT, "SMI": 5280 * _FOOT, "NMI": Fraction(1852), "M51": _SURVEY_FOOT, "M52": 5280 * _SURVEY_FOOT,
}  # fmt: skip
_AREA: Final = _si("MMK:-6 CMK:-4 DMK:-2 MTK:0 H16:2 ARE:2 DAA:3 HAR:4 H18:4 KMK:6") | {
    "INK": (_FOOT / 12) ** 2, "TI": 1000 * (_FOOT / 12) ** 2, "FTK": _FOOT**2, "YDK": (3 * _FOOT) ** 2,
    "ACR": 4840 * (3 * _FOOT) ** 2, "MIK": (5280 * _FOOT) ** 2,
}  # fmt: skip
_VOLUME: Final = _si(
    "Q32:-18 Q33:-15 Q34:-12 4G:-9 MMQ:-9 MLT:-6 CMQ:-6 CLT:-5 DLT:-4 LTR:-3 DMQ:-3 A44:-2 HLT:-1 MTQ:0 K6:0 FF:2 R9:3 MAL:3 "
    "DMA:3 H19:6 HMQ:6 H20:9"
) | {
    "INQ": (_FOOT / 12) ** 3, "FTQ": _FOOT**3, "HH": 100 * _FOOT**3, "FC": 1000 * _FOOT**3, "YDQ": (3 * _FOOT) ** 3,
    "M69": (5280 * _FOOT) ** 3,
    "GLL": _GALLON_US, "QTL": _GALLON_US / 4, "PTL": _GALLON_US / 8, "GIA": _GALLON_US / 32, "OZA": _GALLON_US / 128,
    "BLL": 42 * _GALLON_US,
    "GLI": _GALLON_UK, "QTI": _GALLON_UK / 4, "PTI": _GALLON_UK / 8, "GII": _GALLON_UK / 32, "OZI": _GALLON_UK / 160,
    "L43": 2 * _GALLON_UK, "BUI": 8 * _GALLON_UK,
    "BUA": _BUSHEL_US, "GLD": _BUSHEL_US / 8, "QTD": _BUSHEL_US / 32, "PTD": _BUSHEL_US / 64,
    "BLD": 7056 * (_FOOT / 12) ** 3,
}  # fmt: skip
_MASS: Final = _si("MC:-9 MGM:-6 CGM:-5 DG:-4 GRM:-3 DJ:-2 HGM:-1 KGM:0 DTN:2 TNE:3 2U:3 KTN:6") | {
    "CTM": Fraction(2, 10_000), "M86": Fraction(1, 2),
    "LBR": _POUND, "ONZ": _POUND / 16, "DRI": _POUND / 256, "GRN": _GRAIN, "STI": 14 * _POUND, "QTR": 28 * _POUND,
    "CWA": 100 * _POUND, "CWI": 112 * _POUND, "STN": 2000 * _POUND, "LTN": 2240 * _POUND,
    "DWT": 24 * _GRAIN, "APZ": 480 * _GRAIN, "LBT": 5760 * _GRAIN, "SCR": 20 * _GRAIN, "DRA": 60 * _GRAIN,
}  # fmt: skip
_ENERGY: Final = _si("C15:-3 JOU:0 J55:0 KJO:3 3B:6 GV:9 D30:12") | {
    "WHR": Fraction(3600), "KWH": Fraction(3600 * 10**3), "MWH": Fraction(3600 * 10**6), "GWH": Fraction(3600 * 10**9),
    "D32": Fraction(3600 * 10**12), "BTU": _BTU, "N71": Fraction(105_506_000), "N72": Fraction(105_480_400),
    "E14": Fraction(41_868, 10), "K53": Fraction(4184),
}  # fmt: skip
_TIME: Final = _si("C47:-9 B98:-6 C26:-3 SEC:0") | {
    "MIN": Fraction(60), "HUR": Fraction(3600), "DAY": Fraction(86_400), "DAD": Fraction(864_000), "WEE": Fraction(604_800),
}  # fmt: skip
_MONTHS: Final = {"MON": Fraction(1), "QAN": Fraction(3), "SAN": Fraction(6), "ANN": Fraction(12)}
"""A year has twelve months, half and quarter years six and three; a month has no number of days."""
_COUNT: Final = _si("EA:0 CEN:2 HC:2 MIL:3 T3:3 MIO:6 MLD:9 BIL:12 TRL:18") | {
    "PR": Fraction(2), "TPR": Fraction(20), "DPR": Fraction(24), "DZN": Fraction(12), "DPC": Fraction(12),
    "SCO": Fraction(20), "GRO": Fraction(144), "GGR": Fraction(1728),
}  # fmt: skip

DIMENSIONS: Final[Mapping[str, Mapping[str, Fraction]]] = {
    "length": _LENGTH,
    "area": _AREA,
    "volume": _VOLUME,
    "mass": _MASS,
    "energy": _ENERGY,
    "power": _si("C31:-3 WTT:0 KWT:3 MAW:6 A90:9 D31:12"),
    "apparent power": _si("D46:0 KVA:3 MVA:6"),
    "reactive power": _si("D44:0 KVR:3 MAR:6"),
    "electric charge": _si("E09:-3 AMH:0 TAH:3"),
    "information": _si("AD:0 2P:3 4L:6 E34:9 E35:12 E36:15") | {"A99": Fraction(1, 8)},
    "time": _TIME,
    "months": _MONTHS,
    "count": _COUNT,
}
"""By dimension: each unit's code with how many of the dimension's base unit it is (m, m², m³, kg, J, W, s, months, single things)."""

MEASURES: Final[Mapping[str, tuple[str, Fraction]]] = {
    code: (dimension, factor) for dimension, units in DIMENSIONS.items() for code, factor in units.items()
}
"""By unit: its dimension, and how many of the dimension's base unit it is."""
