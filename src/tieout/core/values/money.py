"""Money: whole minor units and an ISO 4217 currency. Prices, rates and quantities stay `Decimal` until they are extended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import ClassVar, Final, NoReturn

from tieout.core.values.currencies import CURRENCIES
from tieout.core.values.errors import Malformed

_DIGITS_MAX: Final = 60
_WRITTEN_MAX: Final = 10**30
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_WIDE: Final = Context(prec=200)


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """Decimals of a currency's minor unit (EUR 2, JPY 0, BHD 3). Raises `Malformed` for an unknown code."""
    if currency not in CURRENCIES:
        raise Malformed(
            "{currency!r} is not an ISO 4217 currency", remedy="use a three-letter code such as EUR", currency=currency
        )
    return CURRENCIES[currency].decimals


def is_currency(code: str) -> bool:
    """Whether `code` is a currency by ISO 4217, today or in a former year."""
    return code in CURRENCIES


class Money:
    """An exact amount: `minor` whole units (cents) of `currency`. Immutable, exact; never mixes currencies.

    A plain class and not a dataclass, so that every encoder writes it in one form, "12.34 EUR".
    """

    __slots__ = ("currency", "minor")
    value_kind: ClassVar = "money"
    minor: int
    currency: str

    def __init__(self, minor: int, currency: str) -> None:
        _set_minor(self, minor)
        _set_currency(self, currency)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Money is immutable: {name}")

    def __reduce__(self) -> tuple[type[Money], tuple[int, str]]:
        return Money, (self.minor, self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        nothing = _NOTHING.get(currency)
        return cls(0, currency) if nothing is None else nothing

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """Exactly this amount. Raises `Malformed` if it has more decimals than the currency."""
        value = decimal_of(amount)
        scaled = value.scaleb(exponent(currency), _EXACT)
        minor = int(scaled)
        if scaled != minor:
            raise Malformed(
                "{amount} has more decimals than {currency} allows ({decimals})",
                amount=amount,
                currency=currency,
                decimals=exponent(currency),
            )
        return cls(minor, currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """The nearest amount the currency can express, half away from zero."""
        scaled = amount.scaleb(exponent(currency), _EXACT)
        return cls(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Reads the wire form "12.34 EUR". Raises `Malformed`."""
        amount, _, currency = text.strip().partition(" ")
        if not currency:
            raise Malformed("{text!r} is not an amount with a currency", remedy='write it as "12.34 EUR"', text=text)
        return cls.of(amount, currency)

    def percent(self, rate: Decimal) -> Money:
        """This percentage of the amount, rounded once, half away from zero: 19 of 10.00 is 1.90."""
        return Money(int((self.minor * rate / 100).to_integral_value(ROUND_HALF_UP)), self.currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with all the decimals of the currency."""
        return Decimal(self.minor).scaleb(-exponent(self.currency), _EXACT)

    @property
    def digits(self) -> str:
        """The amount as text, with all the decimals of the currency: "12.34"."""
        minor, decimals = self.minor, exponent(self.currency)
        if decimals and 9999 < minor < _WRITTEN_MAX:  # more digits than any currency has decimals, and no sign
            text = str(minor)
            return f"{text[:-decimals]}.{text[-decimals:]}"
        return f"{self.amount:f}"

    def __str__(self) -> str:
        return f"{self.digits} {self.currency}"

    def __repr__(self) -> str:
        return f"Money({self})"

    def __hash__(self) -> int:
        return hash((self.minor, self.currency))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor == other.minor and self.currency == other.currency

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise AssertionError(f"amounts of two currencies meet: {self} and {other}")
        return other.minor

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0


# What sets the two of a new amount: amounts are made more often than anything else, and the slots themselves set them fastest.
_set_minor: Final[Callable[[Money, int], None]] = Money.__dict__["minor"].__set__
_set_currency: Final[Callable[[Money, str], None]] = Money.__dict__["currency"].__set__
_NOTHING: Final = {currency: Money(0, currency) for currency in CURRENCIES}
"""Amounts are immutable: nothing in a currency is made once."""


def decimal_of(text: Decimal | str | int) -> Decimal:
    """A finite decimal number. Raises `Malformed` for anything else (no exponents beyond 10^±30, no NaN)."""
    try:
        value = text if isinstance(text, Decimal) else Decimal(text)
    except (InvalidOperation, ValueError, TypeError) as error:
        raise Malformed(
            "{text!r} is not a decimal number", remedy="write it with a point: 1234.50", text=text
        ) from error
    if not value.is_finite() or (value and not -30 <= value.adjusted() <= 30):
        raise Malformed("{text!r} is not a usable decimal number", text=text)
    if isinstance(text, str) and "e" not in text and "E" not in text:
        return value  # without an exponent it has none
    return in_digits(value)


def in_digits(value: Decimal) -> Decimal:
    """The same number without a positive exponent: 1E+2 is 100. Numbers beyond any use stay as they are."""
    exponent_of = value.as_tuple().exponent
    if not isinstance(exponent_of, int) or exponent_of <= 0 or value.adjusted() > _DIGITS_MAX:
        return value
    return Decimal(f"{value:f}")


def to_places(value: Decimal, places: int) -> Decimal:
    """The nearest number with so many decimals, half to even, as `round` gives it, of a number of any length."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _WIDE)


def extend(price: Decimal, quantity: Decimal, *, per: Decimal, currency: str) -> Money:
    """Price × quantity ÷ `per` (the quantity that the price is for), rounded once, half away from zero."""
    return Money.rounded(_EXACT.divide(_EXACT.multiply(price, quantity), per), currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that are all in `currency`."""
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise AssertionError(f"an amount of another currency in a sum of {currency}: {amount}")
        minor += amount.minor
    return Money(minor, currency)


def split(whole: Money, weights: Sequence[Decimal]) -> tuple[Money, ...]:
    """Splits an amount by weights without loss: the parts always add up to the whole.

    The cents that rounding leaves over go to the largest remainders, earlier parts first. Raises `Malformed` if the
    weights are empty, negative or all zero.
    """
    weight_sum = sum(weights, Decimal(0))
    if not weights or min(weights) < 0 or weight_sum == 0:
        raise Malformed("cannot split an amount by these weights", remedy="give at least one positive weight")
    sign, left = (-1, -whole.minor) if whole.minor < 0 else (1, whole.minor)
    exact = [_EXACT.divide(_EXACT.multiply(Decimal(left), weight), weight_sum) for weight in weights]
    floors = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda k: (floors[k] - exact[k], k))
    for k in by_remainder[: left - sum(floors)]:
        floors[k] += 1
    return tuple(Money(sign * minor, whole.currency) for minor in floors)
