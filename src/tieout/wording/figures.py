"""Numbers, quantities, prices, money, days and moments as people of a language write them. The data is Babel's (CLDR).

Nothing is rounded here: what a figure has in decimals is shown. The decimals of a currency are ISO 4217's (`exponent`) and
not Babel's, which gives those in use at the till (none for HUF or IQD).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, exponent
from tieout.core.values.quantity import Quantity
from tieout.wording.language import ENGLISH, Language

NO_BREAK: Final = "\u00a0"

_SHORT: Final[dict[Language, str]] = {"en": "d MMM y", "de": "d. MMM y"}
_LONG: Final[dict[Language, str]] = {"en": "d MMMM y", "de": "d. MMMM y"}
_NO_YEAR: Final[dict[Language, str]] = {"en": "d MMM", "de": "d. MMM"}
_DIGITS: Final = re.compile(r"[+-]?[0-9][0-9.,]*")
_MONTH: Final = "MMM y"
_PER: Final[dict[Language, str]] = {"en": "per", "de": "je"}


def money(amount: Money, language: Language = ENGLISH) -> str:
    """ "12,345.60 EUR", "12.345,60 EUR"."""
    return f"{bare(amount, language)}{NO_BREAK}{amount.currency}"


def bare(amount: Money, language: Language = ENGLISH) -> str:
    """The amount without its currency: "12,345.60"."""
    return number(amount.amount, language, decimals_min=exponent(amount.currency))


def number(value: Decimal | int, language: Language = ENGLISH, *, decimals_min: int = 0) -> str:
    """All its decimals but closing zeros, at least `decimals_min` of them: "1,200", "0.5"; "1.200", "0,5"."""
    pattern = "#,##0" + ("." if decimals_min else "") + "0" * decimals_min
    exact = Decimal(value)
    decimals = max(-int(exact.normalize().as_tuple().exponent), decimals_min)
    if decimals > decimals_min:
        pattern = "#,##0." + "0" * decimals
    return format_decimal(exact, format=pattern, locale=_locale(language), decimal_quantization=False)


def quantity(value: Quantity, language: Language = ENGLISH) -> str:
    """ "1,200 EA"."""
    return f"{number(value.value, language)}{NO_BREAK}{value.unit}"


def price(value: Decimal, language: Language = ENGLISH, *, per: Decimal = Decimal(1)) -> str:
    """ "10.80", "108.00 per 10": at least two decimals."""
    text = number(value, language, decimals_min=2)
    return text if per == 1 else f"{text} {_PER[language]} {number(per, language)}"


def percent(value: Decimal, language: Language = ENGLISH) -> str:
    """ "62.5 %" for 62.5."""
    return f"{number(value, language)}{NO_BREAK}%"


def day(on: date, language: Language = ENGLISH) -> str:
    """ "2 Dec 2026", "2. Dez. 2026": nobody takes the day for the month."""
    return format_date(on, _SHORT[language], locale=_locale(language)).replace(" ", NO_BREAK)


def day_in_full(on: date, language: Language = ENGLISH) -> str:
    """ "2 December 2026", with plain spaces, for documents."""
    return format_date(on, _LONG[language], locale=_locale(language))


def day_of_year(on: date, language: Language = ENGLISH) -> str:
    """ "2 Dec", where the year is plain."""
    return format_date(on, _NO_YEAR[language], locale=_locale(language))


def month(on: date, language: Language = ENGLISH) -> str:
    """ "Dec 2026"."""
    return format_date(on, _MONTH, locale=_locale(language)).replace(" ", NO_BREAK)


def moment(when: datetime, language: Language = ENGLISH) -> str:
    """ "2 Dec 2026 14:00 UTC": instants are shown in UTC."""
    return f"{day(when.date(), language)} {format_time(when, 'HH:mm', locale=_locale(language))}{NO_BREAK}UTC"


def weekday(on: date, language: Language = ENGLISH) -> str:
    """ "Wed", "Mi"."""
    return str(get_day_names("abbreviated", locale=_locale(language))[on.weekday()]).rstrip(".")


def money_written(text: str, language: Language = ENGLISH) -> Money:
    """What a person typed, "1,234.50 EUR", in the manner of the language. Raises `Malformed` for any other manner.

    A German "1.234,50" is never guessed at in English, nor "1.5" in German: it would be taken for a thousand times as much.
    """
    figure, _, currency = _spaces_removed(text).rpartition(" ")
    shown = f"{number(Decimal('1234.5'), language, decimals_min=2)} EUR"
    if not figure:
        raise Malformed(
            "{text!r} is not an amount with a currency", remedy='write it as "{shown}"', text=text, shown=shown
        )
    if not _DIGITS.fullmatch(figure):  # Babel's strict reading takes "1e5", "1_000" and "NaN" too
        raise Malformed("{figure!r} is not a number", remedy='write it as "{shown}"', figure=figure, shown=shown)
    try:
        value = parse_decimal(figure, locale=_locale(language), strict=True)
    except NumberFormatError as error:
        raise Malformed(
            "{figure!r} is not a number", remedy='write it as "{shown}"', figure=figure, shown=shown
        ) from error
    return Money.of(value, currency.upper())


def _spaces_removed(text: str) -> str:
    return " ".join(text.replace("\u202f", "").replace(NO_BREAK, " ").split())


@lru_cache(maxsize=8)
def _locale(language: Language) -> Locale:
    return Locale.parse(language)
