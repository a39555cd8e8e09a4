"""The tax categories of EN 16931 as data: what each demands of rate, reason, seller and buyer, and the rules that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Rate = Literal["above zero", "zero", "zero or more", "none"]
Reason = Literal["required", "forbidden"]
Numbers = Literal["seller", "seller vat", "seller and buyer", "vat of both", "none", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A tax category and its family of rules: BR-`letters`-02 … 04 on `numbers`, -05 … 07 on `rate`, -10 on `reason`.

    `numbers`: a tax number of the seller (VAT id, tax registration, or the VAT id of a tax representative); the same but a VAT
    id; also a VAT id or legal registration of the buyer; VAT ids of both; no VAT id of anybody.
    """

    code: str
    letters: str
    name: str
    rate: Rate
    reason: Reason
    numbers: Numbers


CATEGORIES: Final[dict[str, Category]] = {
    row.code: row
    for row in (
        Category(code="S", letters="S", name="standard rate", rate="above zero", reason="forbidden", numbers="seller"),
        Category(code="Z", letters="Z", name="zero rated", rate="zero", reason="forbidden", numbers="seller"),
        Category(code="E", letters="E", name="exempt", rate="zero", reason="required", numbers="seller"),
        Category(code="AE", letters="AE", name="reverse charge", rate="zero", reason="required", numbers="seller and buyer"),
        Category(code="K", letters="IC", name="intra-community supply", rate="zero", reason="required", numbers="vat of both"),
        Category(code="G", letters="G", name="export outside the EU", rate="zero", reason="required", numbers="seller vat"),
        Category(code="O", letters="O", name="not subject to tax", rate="none", reason="required", numbers="none"),
        Category(code="L", letters="AF", name="IGIC", rate="zero or more", reason="forbidden", numbers="seller"),
        Category(code="M", letters="AG", name="IPSI", rate="zero or more", reason="forbidden", numbers="seller"),
    )
}  # fmt: skip
SPLIT: Final = "B"
"""Split payment (UNTDID 5305: transferred VAT): the buyer pays the tax to the treasury and not to the seller. Only in Italy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A rule that is not one of a category's usual ones."""

    rule: str
    words: str


FURTHER: Final[tuple[Further, ...]] = (
    Further(rule="BR-47", words="each row of the breakdown has a category"),
    Further(rule="BR-48", words="each row of the breakdown has a rate, unless it is not subject to tax (O)"),
    Further(rule="BR-CO-04", words="each line has a tax category"),
    Further(rule="BR-32", words="each allowance of the whole document has a tax category"),
    Further(rule="BR-37", words="each charge of the whole document has a tax category"),
    Further(rule="BR-CO-09", words="a VAT id begins with the code of its country"),
    Further(rule="BR-CO-18", words="there is a tax breakdown"),
    Further(rule="BR-IC-11", words="an intra-community supply (K) states the day of delivery or the invoicing period"),
    Further(rule="BR-IC-12", words="an intra-community supply (K) states the country of delivery"),
    Further(rule="BR-O-11", words="not subject to tax (O) stands alone in the breakdown"),
    Further(rule="BR-O-12", words="and alone among the lines"),
    Further(rule="BR-O-13", words="and alone among the allowances of the whole document"),
    Further(rule="BR-O-14", words="and alone among the charges of the whole document"),
    Further(rule="BR-B-01", words="split payment (B) needs both parties in Italy"),
    Further(rule="BR-B-02", words="split payment (B) and standard rate (S) are not on one document"),
    Further(
        rule="BR-FR-CO-09",
        words="business process types B2, S2 and M2 (cadre de facturation, paid already): the amount due is 0.00",
    ),
)
