#!/bin/sh
# Babel 2.19.0 and iso4217 1.16.20260101: the decimals of fifteen currencies differ, and Babel's formatting rounds to its own.
#
# The standard gives the forint two decimals and the Iraqi dinar three; ledgers, banks and invoices use them. Babel takes the number of
# decimals from CLDR, which for these currencies is 0. format_currency() rounds an amount to it without notice: 10.50 HUF
# is shown as 10, so a displayed sum can differ from its displayed lines.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'babel==2.19.0' 'iso4217==1.16.20260101'
"$folder/env/bin/python" - <<'PY'
from decimal import Decimal
import babel
from babel.numbers import format_currency, get_currency_precision
from iso4217 import Currency

differ = [money.code for money in Currency if money.exponent is not None and get_currency_precision(money.code) != money.exponent]
print("babel", babel.__version__)
print(len(differ), "currencies:", *differ)
forint = format_currency(Decimal("10.50"), "HUF", locale="en_US")
print(f"10.50 HUF is shown as {forint!a}; two of them as {format_currency(Decimal('21.00'), 'HUF', locale='en_US')!a}")
print("12.345 IQD is shown as", ascii(format_currency(Decimal("12.345"), "IQD", locale="en_US")))
assert {"HUF", "IQD", "COP", "IDR"} <= set(differ)
assert len(differ) == 15
assert forint == "HUF10"
assert format_currency(Decimal("21.00"), "HUF", locale="en_US") == "HUF21"
PY
