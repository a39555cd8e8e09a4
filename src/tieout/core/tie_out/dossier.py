"""A dossier: a claim and its evidence as of one moment, the only thing that a check sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from tieout.core.documents.kind import Document
from tieout.core.documents.remark import Remark
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money

D_co = TypeVar("D_co", covariant=True)


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDocument(Generic[D_co]):
    """A document as it was recorded: source key as text, hash of its canonical form, when we recorded it.

    `book` is the company of ours that it belongs to: the one that it names (also where it is not given here), else that of its
    source; "" where neither names one. The document then names it too, so that no check has to look twice.
    """

    key: str
    sha256: str
    recorded_at: datetime
    document: D_co
    book: str = ""

    def __post_init__(self) -> None:
        stated = getattr(self.document, "entity", None)
        if not self.book:
            object.__setattr__(self, "book", stated or "")
        elif stated == "":
            object.__setattr__(self, "document", replace(cast("Any", self.document), entity=self.book))


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """How much of an order line another claim has used up: signed quantity in the order line's unit, and the money.

    `earlier`: that claim was recorded before this one. What is missing of a line later is missing once, from the last of them.
    `posted`: that claim is posted, or a part of it. What it gives back before that may be taken away again.
    """

    claim: str
    ledger: Key
    line: str
    quantity: Decimal
    amount: Money
    earlier: bool = True
    posted: bool = True

    @property
    def gives_back(self) -> bool:
        """Whether the ledger has more by it, as by a credit."""
        return self.quantity < 0 or self.amount.minor < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """An earlier claim that may be the same document: the basis for finding duplicates.

    `kind` is the document's: one that credits takes back what it looks like. `state` is its verdict
    or "posted"; `earlier` whether it was recorded before this claim; `by_name`: the two other sides have no more than
    a name in common; `near`: it was not found under the claim's number. `traits` are what its kind says of it for comparison.
    `by_verdict`: it was rejected by its verdict and not by a person, as a copy is.
    """

    key: str
    number: str
    counterparty: str
    issue_date: date | None
    payable: Money | None
    state: str
    kind: str
    earlier: bool = True
    reversed: bool = False
    by_name: bool = False
    near: bool = False
    traits: tuple[str, ...] = ()
    by_verdict: bool = False


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A look-up that would help: evidence under this key ("order/4500012", "party/vat/DE123", "duplicate/…")."""

    key: Key


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """`claim` is matched against `evidence` (in sorted key order), what earlier claims used up, and look-alikes.

    `at` is the moment of judgement, `received_at` when the claim was first durably recorded. `looked_up` are the keys that
    were asked for; those without any evidence are what the dossier lacks. `remarks` are what the reader found wrong in the
    claim; `posted` what earlier parts of this same claim have already posted (split posting),
    `posted_at` when the last of them was. `resent_at` is when it was last sent to the
    customer again: earlier answers are about an earlier sending.
    """

    claim: RecordedDocument[Document]
    received_at: datetime
    at: datetime
    tenant: str = ""
    entity: str = ""
    evidence: tuple[RecordedDocument[Document], ...] = ()
    allocated: tuple[Allocated, ...] = ()
    alike: tuple[Likeness, ...] = ()
    looked_up: tuple[Key, ...] = ()
    remarks: tuple[Remark, ...] = ()
    posted: tuple[PostingLine, ...] = ()
    posted_at: datetime | None = None
    resent_at: datetime | None = None
