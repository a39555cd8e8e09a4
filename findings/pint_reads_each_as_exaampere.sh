#!/bin/sh
# pint 0.25.3: the unit codes of orders and invoices (UN/ECE Recommendation 20) can be read as units, and as quite other ones.
#
# EA (each) is exaampere, PR (pair) a peta gas constant, MC (microgram) megacoulomb, GL (gallon) gigaliter; "10 pcs" are ten parsecs. pint joins any
# prefix to any symbol, upper-case codes of two letters thus have a meaning by chance, while KGM or C62, which do not, raise an error as one expects.
# For users: a "unit is known" check with pint accepts the commonest code of all, and GL even converts to litres, wrong by eight powers of ten.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'pint==0.25.3'
"$folder/env/bin/python" - <<'PY'
import pint

print("pint", pint.__version__)
units = pint.UnitRegistry()
MEANT = {"EA": "each", "PR": "pair", "RM": "ream", "TP": "ten pack", "PD": "pad", "MC": "microgram", "GL": "gallon (US)", "GV": "gigajoule"}
read = {code: str(units.parse_units(code)) for code in MEANT}
for code, name in MEANT.items():
    print(f"{code}: {name}, read as {read[code]}")
pieces = units("10 pcs")
print("10 pcs:", pieces, "| 1 GL in litres:", units("1 GL").to("liter").magnitude)
for code in ("KGM", "C62", "PCE"):
    try:
        raise SystemExit(f"{code} is now read as {units.parse_units(code)}")
    except pint.UndefinedUnitError:
        print(f"{code}: refused")
assert list(read.values()) == [
    "exaampere", "petamolar_gas_constant", "ronnamolar", "terapoise", "petadebye", "megacoulomb", "gigaliter", "gigavolt",
]
assert str(pieces) == "10 parsec"
PY
