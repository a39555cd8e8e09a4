"""Units and currencies: the tables that readers go by."""

from __future__ import annotations

from fractions import Fraction

from pages.text import NOTE, page, row, table
from tieout.core.values.currencies import CURRENCIES
from tieout.core.values.measures import DIMENSIONS
from tieout.core.values.unit_names import ALIASES
from tieout.core.values.units import OTHER_MEANINGS, written_code


def units_page() -> str:
    """Words for units by language, codes of other things, and the exact conversions."""
    lines = [
        "# Units",
        NOTE,
        "Words as people write them, read in CSV, JSON and free text; capitals, blanks and full stops do not matter.",
        "",
        *table("language", "unit", "words"),
        *(row(language, f"`{unit}`", words) for language, units in ALIASES.items() for unit, words in units.items()),
        "",
        "## Words that are UN/ECE codes of another unit",
        "",
        "In UBL and CII they mean what UN/ECE says, and a warning gives the code to use if the everyday unit is meant.",
        "",
        *table("word", "in UBL and CII", "as everyday unit, code"),
        *(row(f"`{word}`", other, f"`{written_code(_meant(word))}`") for word, other in OTHER_MEANINGS.items()),
        "",
        "## Exact conversions",
        "",
        "By definition, as fractions of the dimension's base unit. What a product's own table says of two units takes precedence.",
        "",
        *table("dimension", "unit", "in base units"),
        *(
            row(name, f"`{unit}`", _shown(factor))
            for name, units in DIMENSIONS.items()
            for unit, factor in units.items()
        ),
    ]
    return page(*lines)


def _meant(word: str) -> str:
    return next(unit for units in ALIASES.values() for unit, words in units.items() if word in words.split())


def _shown(factor: Fraction) -> str:
    return str(factor)


def currencies_page() -> str:
    """Every currency with its decimals, and its days where it has any since 2002."""
    lines = [
        "# Currencies",
        NOTE,
        "ISO 4217, with currencies withdrawn at the end of 2001 or later.",
        "An invoice dated outside these days is held (DOC-EINV); for an order a note is made.",
        "",
        *table("code", "decimals", "from", "until", "followed by"),
    ]
    lines += [
        row(code, str(one.decimals), str(one.since or ""), str(one.until or ""), one.successor)
        for code, one in sorted(CURRENCIES.items())
    ]
    return page(*lines)
