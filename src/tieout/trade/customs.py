"""What a currency rounds to by custom, beyond what ISO 4217 says of its minor unit: taxes, line amounts, sums paid in coins."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.core.values.money import exponent

_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """`unit` is the smallest amount that taxes and line amounts are written in, `coins` what sums to pay are rounded to."""

    unit: Decimal
    coins: Decimal
    reason: str


def _whole(reason: str, coins: int = 1) -> Custom:
    return Custom(unit=_ONE, coins=Decimal(coins), reason=reason)


CUSTOMS: Final[dict[str, Custom]] = {
    "BIF": _whole("no minor unit in use"),
    "CLP": _whole("no minor unit; cash is rounded to ten pesos", coins=10),
    "COP": _whole(
        "centavos are out of use; the tax authority has taxes in whole pesos, cash goes in fifties", coins=50
    ),
    "CRC": _whole("céntimos are out of use; cash goes in fives", coins=5),
    "DJF": _whole("no minor unit in use"),
    "GNF": _whole("no minor unit in use"),
    "HUF": _whole("fillér were withdrawn in 1999; cash is rounded to five forints by law", coins=5),
    "IDR": _whole("sen are out of use; tax invoices are in whole rupiah, cash in hundreds", coins=100),
    "ISK": _whole("aurar were withdrawn in 2003; invoices are in whole krónur"),
    "JPY": _whole("no minor unit; the seller chooses how the tax of each rate is rounded (PINT JP: floor to ceiling)"),
    "KMF": _whole("no minor unit in use"),
    "KRW": _whole("no minor unit; value added tax below one won is cut, and many cut below ten", coins=10),
    "LAK": _whole("att are out of use"),
    "MGA": _whole("divided by five, and that is out of use"),
    "MMK": _whole("pya are out of use"),
    "PYG": _whole("no minor unit; cash is rounded to fifty guaraníes", coins=50),
    "RWF": _whole("no minor unit in use"),
    "TWD": _whole("uniform invoices are in whole dollars, and the tax of an invoice is rounded to one"),
    "UGX": _whole("no minor unit in use"),
    "UYI": _whole("an index unit without a minor unit"),
    "VND": _whole("no minor unit in use"),
    "VUV": _whole("no minor unit in use"),
    "XAF": _whole("no minor unit in use"),
    "XOF": _whole("no minor unit in use"),
    "XPF": _whole("no minor unit in use"),
}
"""Currencies whose taxes and line amounts are whole units. Rounding up, down and to the nearest unit are all in use there."""


def is_whole(currency: str) -> bool:
    """Whether taxes in this currency are written in whole units, so that floor and ceiling of a tax are both right."""
    return currency in CUSTOMS


def rounding_unit(currency: str) -> Decimal:
    """The smallest amount that a tax or a line is written in, in the currency's major unit."""
    custom = CUSTOMS.get(currency)
    return _ONE.scaleb(-exponent(currency)) if custom is None else custom.unit


def rounding_max(currency: str) -> Decimal:
    """What a rounding of the amount to pay must stay below, in the major unit: one unit, or the coins that sums are paid in."""
    custom = CUSTOMS.get(currency)
    return _ONE if custom is None else custom.coins
