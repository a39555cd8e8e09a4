"""The reference page of tax rules and payment: families of profiles, what each tax category demands, roundings, ways of payment."""

from __future__ import annotations

from collections.abc import Iterator

from pages.text import NOTE, row
from tieout.trade.customs import CUSTOMS
from tieout.trade.payment_ways import COLLECTED, ELSEWHERE
from tieout.trade.tax_rules.families import FAMILIES
from tieout.trade.tax_rules.table import CATEGORIES, FURTHER, SPLIT
from tieout.wording.reworded import reworded

_NUMBERS = {
    "seller": "a tax number of the seller, or the VAT id of its tax representative",
    "seller vat": "a VAT id of the seller or its tax representative",
    "seller and buyer": "a tax number of the seller, and a VAT id or legal registration of the buyer",
    "vat of both": "VAT ids of both",
    "none": "no VAT id of anybody",
}


def tax_rules_page() -> str:
    """Every family of profiles with its categories, every rule that is fatal, and the tables on rounding and payment."""
    return "\n".join([*_head(), *_families(), *_categories(), *_roundings(), *_payment()]).rstrip() + "\n"


def _head() -> Iterator[str]:
    yield "# Tax rules and payment"
    yield NOTE
    yield "A document that breaks one of these rules is held with [`DOC-EINV`](codes.md): whether its tax is right cannot be judged."
    yield "Which rules apply follows from the profile that it names. A document that names none has to keep one rule only:"
    yield "category B (Italian split payment) is for two parties in Italy alone."
    yield ""


def _families() -> Iterator[str]:
    yield "## Profile families"
    yield ""
    yield "A document belongs to the first family that has a text which is part of its specification identifier, or else of its process"
    yield "identifier."
    yield ""
    yield row("family", "text in the identifier", "tax categories", "rule", "rules of EN 16931", "source")
    yield row("---", "---", "---", "---", "---", "---")
    for family in FAMILIES:
        categories = ", ".join(f"`{code}`" for code in sorted(family.categories)) or "not checked"
        marks = ", ".join(f"`{mark}`" for mark in family.marks)
        yield row(family.title, marks, categories, family.rule, "yes" if family.standard else "", family.source)
    yield ""


def _categories() -> Iterator[str]:
    yield "## Tax categories of EN 16931"
    yield ""
    yield "`xx` are the letters of the rules: BR-xx-01 one row of the breakdown, -02 to -04 numbers (lines, allowances, charges),"
    yield "-05 to -07 rate, -08 and -09 sums, -10 reason for exemption."
    yield ""
    yield row("category", "xx", "name", "rate", "reason", "demands")
    yield row("---", "---", "---", "---", "---", "---")
    for category in CATEGORIES.values():
        demands = _NUMBERS[category.numbers]
        yield row(f"`{category.code}`", category.letters, category.name, category.rate, category.reason, demands)
    yield ""
    yield f"Category `{SPLIT}` (split payment) is tax that the buyer pays to the tax authority. Where the seller asks for it,"
    yield "[`AP-TAX-SPLIT`](codes.md) holds the invoice; where it is deducted as paid, the voucher is blocked and says what is"
    yield "the supplier's."
    yield ""
    yield row("rule", "what it says")
    yield row("---", "---")
    for further in FURTHER:
        yield row(further.rule, further.words)
    yield ""


def _roundings() -> Iterator[str]:
    yield "## Roundings"
    yield ""
    yield "In these currencies taxes and line amounts are whole units: the tax of each rate may be rounded down, up or to the nearest. The"
    yield "amount to pay may be rounded by less than the last column; in all other currencies by less than one unit."
    yield ""
    yield row("currency", "why", "coins")
    yield row("---", "---", "---")
    for code, custom in sorted(CUSTOMS.items()):
        yield row(code, custom.reason, f"{custom.coins}")
    yield ""


def _payment() -> Iterator[str]:
    yield "## Means of payment"
    yield ""
    yield "Vouchers are posted as usual and [blocked for payment](codes.md) where an invoice names one of these codes (UNTDID"
    yield "4461), is stated as paid in full or in part, or has tax that is withheld or goes to the tax authority. `payment` in the"
    yield "voucher says what is left to pay."
    yield ""
    yield row("code", "what")
    yield row("---", "---")
    for code, words in sorted({**COLLECTED, **ELSEWHERE}.items()):
        yield row(code, reworded(str(words)))
    yield ""
