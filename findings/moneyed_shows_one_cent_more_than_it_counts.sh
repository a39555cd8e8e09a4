#!/bin/sh
# py-moneyed 3.0 with Babel 2.19.0: an amount with a fraction of a cent is shown rounded, and its cents are cut off.
#
# format_money() and round() give 10.51 for 10.506, get_amount_in_sub_unit() gives 1050, without notice: what is shown and what is sent on in cents
# are two amounts of one object. 0.9 yen are shown as 1 and sent as 0.
# For users: a share of a total or a converted amount is on the page one cent above what a payment interface is asked for, in either sign.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'py-moneyed==3.0' 'babel==2.19.0'
"$folder/env/bin/python" - <<'PY'
from importlib.metadata import version

from moneyed import Money
from moneyed.l10n import format_money

print("py-moneyed", version("py-moneyed"), "| babel", version("babel"))
for amount, currency, shown, rounded, cents in (
    ("10.506", "EUR", "€10.51", "10.51", 1050),
    ("-10.506", "EUR", "-€10.51", "-10.51", -1050),
    ("0.9", "JPY", "¥1", "1", 0),
):
    money = Money(amount, currency)
    places = 0 if currency == "JPY" else 2
    now = format_money(money, locale="en_US"), str(money.round(places).amount), money.get_amount_in_sub_unit()
    print(f"{amount} {currency}: shown {now[0]!a}, rounded {now[1]}, in sub-units {now[2]}")
    assert now == (shown, rounded, cents)
PY
