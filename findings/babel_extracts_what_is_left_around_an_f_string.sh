#!/bin/sh
# Babel 2.19.0: from a message that is written as several literals, one of them an f-string with a value, the extractor leaves that literal
# out and puts the others together: a message id that the program never asks for, and whose text reads as if it were whole.
#
# The warning says that the f-string is skipped; the entry is in the catalogue all the same, exit code 0. Translators translate it, a check
# for missing translations is satisfied, and at run time the sentence stays untranslated. An f-string alone is left out as one would expect.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'babel==2.19.0'
"$folder/env/bin/python" - <<'PY'
import warnings
from io import BytesIO

import babel
from babel.messages.extract import extract

warnings.simplefilter("ignore")
print("Babel", babel.__version__)


def messages(source: str) -> list[object]:
    return [message for _, message, _, _ in extract("python", BytesIO(source.encode()))]


alone = messages('print(_(f"{n} of {m} lines tie out"))')
between = messages('print(_("Held: " f"{n} of {m} " "lines tie out"))')
behind = messages('print(_("Held: {n} of " f"{m} lines"))')
plain = messages('print(_("Held: " "{n} of {m} " "lines tie out").format(n=n, m=m))')
print("f-string alone:   ", alone)
print("f-string between: ", between)
print("f-string behind:  ", behind)
print("no f-string:      ", plain)
assert alone == []
assert between == ["Held: lines tie out"]
assert behind == ["Held: {n} of "]
assert plain == ["Held: {n} of {m} lines tie out"]
PY
