"""What a document says that it is: one row of a code list, and what Tieout does with a document of that row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tieout.core.values.sentence import Sentence, as_sentence

Nature = Literal[
    "invoice",
    "credit_note",
    "debit_note",
    "corrective",
    "prepayment",
    "application",
    "request",
    "proforma",
    "till_receipt",
    "notice",
    "bank_entry",
    "customs",
    "own_tax_record",
    "free_supply",
    "return_invoice",
    "other_document",
]
"""What stands behind a type code. Whatever is not one of the first five demands no payment of an invoice by itself."""

CodeList = Literal["UNTDID 1001", "MyInvois", "ZATCA", "UBL-TR", "FatturaPA", "DIAN", "SUNAT", "profile", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentType:
    """One type of document. `credit`: it gives money back, so it is read as a credit note, whatever its root element.

    `self_billed`: the customer issues it for what the supplier sold. `factored`: the receivable is assigned to a third party.
    """

    code: str
    code_list: CodeList
    name: str
    nature: Nature
    credit: bool = False
    self_billed: bool = False
    factored: bool = False

    @property
    def label(self) -> str:
        """Its name with the code and the list that the code is from."""
        name = as_sentence(self.name)
        if self.code_list == "profile":
            return Sentence("{name} (by its profile)", name=name)
        if self.code_list == "title":
            return Sentence("{name} (by its title)", name=name)
        return Sentence("{name} ({code_list}: {code})", name=name, code_list=self.code_list, code=self.code)

    @property
    def is_invoice(self) -> bool:
        """Whether it can be tied out as an invoice or credit note at all."""
        return self.nature in CLAIMS

    @property
    def may_be_invoice(self) -> bool:
        """Whether a person may say that it is the invoice after all: the code's own definition leaves it open, or only a title
        says otherwise."""
        return self.nature in OPEN or self.code_list == "title"


CLAIMS: Final[frozenset[str]] = frozenset({"invoice", "credit_note", "debit_note", "corrective", "prepayment"})
OPEN: Final[frozenset[str]] = frozenset({"application", "till_receipt", "customs", "notice"})

REASONS: Final[dict[str, str]] = {
    "application": Sentence(
        "an application for payment is followed by the invoice proper, unless it is agreed to be one"
    ),
    "request": Sentence("it asks for the payment of what was billed before"),
    "proforma": Sentence("the invoice proper follows it"),
    "till_receipt": Sentence("a receipt of a sale to a consumer was usually paid at the till"),
    "notice": Sentence("it informs, and demands no payment by itself"),
    "bank_entry": Sentence("a bank advises of an entry in an account"),
    "customs": Sentence("it is made for customs, and demands no payment"),
    "own_tax_record": Sentence("the buyer makes it for the tax authority, and nobody is paid by it"),
    "free_supply": Sentence("what it covers is given free of charge"),
    "return_invoice": Sentence("the customer bills goods that it sends back: it belongs to sales"),
    "other_document": Sentence("the code belongs to another sort of document"),
}
"""Why a document of this nature is no invoice."""

TREATMENT: Final[dict[str, str]] = {
    "invoice": "tied out and posted as an invoice",
    "credit_note": "tied out as a credit note, never payable",
    "debit_note": "tied out as an invoice for the amount that it adds",
    "corrective": "held: it replaces the invoice that it names, or bills the difference (`DOC-CORR`)",
    "prepayment": "held unless a person approves payment in advance (`DOC-PREPAY`)",
    "application": "held: not an invoice (`DOC-NOTINV`); a person may confirm that it is one",
    "till_receipt": "held: not an invoice (`DOC-NOTINV`); a person may confirm that it is one",
    "customs": "held: not an invoice (`DOC-NOTINV`); a person may confirm that it is one",
    "notice": "held: not an invoice (`DOC-NOTINV`); a person may confirm that it is one",
}
_REFUSED: Final = "held: not an invoice (`DOC-NOTINV`)"


def treatment_of(row: DocumentType) -> str:
    """What Tieout does with a supplier's document of this type, in a few words of Markdown."""
    words = TREATMENT.get(row.nature, _REFUSED)
    if row.self_billed and row.is_invoice:
        words = "held as a sale of ours, unless we issued it ourselves (`DOC-SELF`)"
        if row.nature in {"corrective", "prepayment"}:
            words += f"; then {TREATMENT[row.nature]}"
    if row.factored and not row.credit and row.is_invoice:
        words += "; held where it does not name who is to be paid (`DOC-FACTOR`)"
    return words


def rows(code_list: CodeList, text: str) -> Iterator[DocumentType]:
    """Rows of one list, one a line: code | name | nature | "credit", "self-billed", "factored"."""
    natures = set(REASONS) | CLAIMS
    for line in text.strip().splitlines():
        code, name, nature, marks = [*(part.strip() for part in line.split("|")), ""][:4]
        assert nature in natures, line
        yield DocumentType(
            code=code,
            code_list=code_list,
            name=name,
            nature=nature,  # type: ignore[arg-type]
            credit="credit" in marks,
            self_billed="self-billed" in marks,
            factored="factored" in marks,
        )
