#!/bin/sh
# python-stdnum 2.2: validate() and compact() leave one VAT number in several forms, so their result cannot be used as a key for comparison.
#
# Greek numbers are written with EL and with GR; both are valid, each is returned as it was written. Swiss numbers end in MWST, TVA
# or IVA by the language of the document; ch.vat requires one of them and keeps it, ch.uid requires none. Two documents of one company
# then have two "canonical" numbers, although the same functions do add the leading zero to an old Belgian number.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'python-stdnum==2.2'
"$folder/env/bin/python" - <<'PY'
import stdnum
from stdnum.ch import uid, vat as swiss
from stdnum.eu import vat

print("python-stdnum", stdnum.__version__)
greek = [vat.validate("EL 094259216"), vat.validate("GR 094259216")]
german_french = [swiss.validate("CHE-107.787.577 MWST"), swiss.validate("CHE-107.787.577 TVA")]
belgian = [vat.validate("BE 428759497"), vat.validate("BE 0428759497")]
print("Greece:     ", *greek)
print("Switzerland:", *german_french, "| without suffix: ch.vat", swiss.is_valid("CHE107787577"), "ch.uid", uid.is_valid("CHE107787577"),
      "| with: ch.uid", uid.is_valid("CHE107787577MWST"))
print("Belgium:    ", *belgian)
assert greek == ["EL094259216", "GR094259216"]
assert german_french == ["CHE107787577MWST", "CHE107787577TVA"]
assert not swiss.is_valid("CHE107787577") and uid.is_valid("CHE107787577") and not uid.is_valid("CHE107787577MWST")
assert belgian == ["BE0428759497"] * 2
PY
