#!/bin/sh
# holidays 0.109: a country's calendar can lack a day off that every one of its states and territories has.
#
# Boxing Day 2026 is a Saturday. Each of Australia's subdivisions then has Monday, 28 December off, as "(observed)". The
# calendar of Australia without a subdivision has the Saturday and not the Monday, so a deadline in business days that
# asks for "AU" counts a day on which nobody in the country works. In other countries (Germany) a subdivision only adds days, so
# the country's calendar seems to hold the days that all subdivisions share; here it does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'holidays==0.109'
"$folder/env/bin/python" - <<'PY'
from datetime import date
import holidays

monday = date(2026, 12, 28)
parts = holidays.list_supported_countries(include_aliases=False)["AU"]
off = [part for part in parts if monday in holidays.country_holidays("AU", subdiv=part, years=2026)]
country = holidays.country_holidays("AU", years=2026)
print("holidays", holidays.__version__)
print(f"28 December 2026 is off in {len(off)} of {len(parts)} parts: {', '.join(off)}")
print("and in the calendar of the whole country:", monday in country, "| 26 December, a Saturday:", country.get(date(2026, 12, 26)))
assert off == list(parts)
assert monday not in country
PY
