"""Public holidays by calendar name, such as "DE-HH": a policy names the calendar, and its dates become part of the policy.

The dates come from the library `holidays`, whose version is locked: the same policy text gives the same dates until the
library is updated; the business hours kept in each verdict then show what changed (docs/decisions/0049).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence

YEARS_BEFORE: Final = 1
YEARS_AFTER: Final = 9


def calendar_name(text: str) -> str:
    """The calendar's name as the library spells it: "de-hh" → "DE-HH". Raises `Malformed` with the nearest names."""
    names = _names()
    name = names.get(text.strip().upper())
    if name is None:
        raise Malformed(
            "{text!r} is not a calendar of public holidays", remedy=_nearest(text.strip().upper(), names), text=text
        )
    return name


def _nearest(written: str, names: Mapping[str, str]) -> str:
    """The subdivisions of a valid country, else the most similar names."""
    parts = _parts().get(written.partition("-")[0], ())
    near = get_close_matches(written, names, n=3)
    if parts and "-" in written:
        return Sentence("{country} is divided into {parts}", country=written[:2], parts=", ".join(parts))
    if near:
        return Sentence("the nearest are {names}", names=", ".join(names[name] for name in near))
    return "write it as DE or DE-HH"


@lru_cache(maxsize=64)
def holidays_of(name: str, year: int) -> tuple[date, ...]:
    """Public holidays and their substitute weekdays, sorted: from the year before `year` to nine years after.

    A country without a subdivision has its national days, and those that all its subdivisions share. Raises `Malformed` for
    an unknown calendar, and where the library has no dates for one of the years.
    """
    country, _, part = calendar_name(name).partition("-")
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    days = _days(country, part, years)
    lacking = sorted(set(years) - {day.year for day in days})
    if lacking:
        raise Malformed(
            "the calendar {name} has no dates for {year}",
            remedy="list the days yourself under holidays:",
            name=name,
            year=str(lacking[0]),
        )
    if not part:
        days |= _shared(country, years, apart_from=days)
    return tuple(sorted(days))


@lru_cache(maxsize=64)
def worked_days_of(name: str, year: int) -> tuple[date, ...]:
    """Days of a weekend that a country works in exchange for another day (China, Hungary, Latvia, Vietnam …), sorted; of the same
    years as `holidays_of`, as far as they are decreed: most countries do that from year to year."""
    import holidays

    country, _, part = calendar_name(name).partition("-")
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    days = holidays.country_holidays(country, subdiv=part or None, years=years, expand=False)
    list(days)
    return tuple(sorted(day for day in days.weekend_workdays if day.year in years and day not in days))


def _shared(country: str, years: range, *, apart_from: set[date]) -> set[date]:
    """Days that all subdivisions of a country have and the country as a whole does not: the library knows no Monday for Australia's
    Boxing Day on a Saturday, though no state works on it."""
    shared: set[date] | None = None
    for part in _parts()[country]:
        days = _days(country, part, years) - apart_from
        shared = days if shared is None else shared & days
        if not shared:
            break
    return shared or set()


def _days(country: str, part: str, years: range) -> set[date]:
    import holidays

    # A substitute day in the year before (31 December) belongs to that year, so one more year is requested.
    asked = range(years.start, years.stop + 1)
    days = holidays.country_holidays(country, subdiv=part or None, years=asked, expand=False)
    return {day for day in days if day.year in years}


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, tuple[str, ...]]:
    import holidays

    countries = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(parts) for country, parts in sorted(countries.items()) if len(country) == 2}


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    names = (f"{country}-{part}" if part else country for country, parts in _parts().items() for part in ("", *parts))
    return {name.upper(): name for name in names}
