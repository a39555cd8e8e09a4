#!/bin/sh
# lxml 6.1.3: an amount that its XML Schema accepts can be NaN in its XPath, and one that the schema refuses can be a number.
#
# "+5.00" is a valid xs:decimal; a number of XPath 1.0 has no plus, so number() is NaN and one such line makes sum() NaN. "1E2" is no xs:decimal and
# no number of XPath 1.0 either; libxml2 reads it as 100 all the same. A comparison with NaN is false: "total > limit" and "total <= limit" both are.
# For users: a rule on totals that is run with lxml (XPath 1.0) fails on a right invoice, and one that is written as "not(total > limit)" never fails.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'lxml==6.1.3'
"$folder/env/bin/python" - <<'PY'
import lxml
from lxml import etree

print("lxml", lxml.__version__)
schema = etree.XMLSchema(
    etree.fromstring('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="amount" type="xs:decimal"/></xs:schema>')
)
for text, valid, number in (("5.00", True, "5.0"), ("+5.00", True, "nan"), (" .5 ", True, "0.5"), ("1E2", False, "100.0")):
    amount = etree.fromstring(f"<amount>{text}</amount>")
    now = schema.validate(amount), str(amount.xpath("number(.)"))
    print(f"{text!r}: valid decimal {now[0]}, number() {now[1]}")
    assert now == (valid, number)
lines = etree.fromstring("<lines><amount>5.00</amount><amount>+5.00</amount></lines>")
tests = ("sum(amount)", "sum(amount) > 10", "sum(amount) <= 10", "not(sum(amount) > 10)")
results = [lines.xpath(test) for test in tests]
print(*(f"{test}: {result}" for test, result in zip(tests, results, strict=True)), sep=" | ")
assert str(results[0]) == "nan"
assert results[1:] == [False, False, True]
PY
