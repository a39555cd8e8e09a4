#!/bin/sh
# Babel 2.19.0: parse_decimal(strict=True) accepts spellings that no person would write as a number.
#
# "strict" is documented to refuse numbers whose grouping is not that of the locale, as "1.5" in German. It does; but the rest is passed
# to Decimal, so Python's own spellings are accepted: underscores, exponents, NaN and Infinity. An amount field that relies on it reads
# "1_5" as 15, "1e5" as one hundred thousand, and accepts NaN and Infinity.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'babel==2.19.0'
"$folder/env/bin/python" - <<'PY'
import babel
from babel.numbers import NumberFormatError, parse_decimal

print("babel", babel.__version__)
for text in ("1.5", "1.234.5"):
    try:
        raise SystemExit(f"{text} is now read as {parse_decimal(text, locale='de', strict=True)}")
    except NumberFormatError:
        print(f"de {text!r}: refused")
for text, expected in (("1_5", "15"), ("1e5", "1E+5"), ("NaN", "NaN"), ("Infinity", "Infinity")):
    value = parse_decimal(text, locale="de", strict=True)
    print(f"de {text!r}: {value}")
    assert str(value) == expected
PY
