"""What a measurement is made of: the evidence received beforehand, the claims, and the process that judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tieout.core.documents.kind import Document
    from tieout.scenario.sample_billing import Used
    from tieout.scenario.sample_faults import Deal

_A_LIST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`evidence` and `claims` as documents, `files` the claims as files (name, bytes), `lines` the number of their lines."""

    pack: str
    evidence: tuple[Document, ...]
    claims: tuple[Document, ...]
    files: tuple[tuple[str, bytes], ...]
    lines: int


MakeSample = Callable[..., Sample]


def payables(seed: int, count: int, *, lines: int, at: datetime) -> Sample:
    """Supplier invoices as UBL files, with orders, receipts, suppliers, products and contracts."""
    return next(payables_in_parts(seed, [count], lines=lines, at=at))


def payables_in_parts(seed: int, counts: Sequence[int], *, lines: int, at: datetime) -> Iterator[Sample]:
    """The same company's invoices in parts of so many, one after the other; its master data are among the first part's evidence."""
    from tieout.scenario.sample import company, deals

    made = company(seed, on=at.date())
    others = deals(made, seed, sum(counts), on=at.date(), lines=lines)
    masters: Sequence[Document] = made.documents
    for count in counts:
        yield _of_deals(masters, list(islice(others, count)))
        masters = ()


def _of_deals(masters: Sequence[Document], chosen: Sequence[Deal]) -> Sample:
    from tieout.formats.ubl import FORMAT

    claims = [deal.invoice for deal in chosen] + [deal.again for deal in chosen if deal.again is not None]
    write = FORMAT.write
    assert write is not None, "UBL can be written"
    return Sample(
        pack="payables",
        evidence=(*masters, *(document for deal in chosen for document in (deal.order, *deal.documents))),
        claims=tuple(claims),
        files=tuple((f"{claim.number}.xml", write(claim)) for claim in claims),
        lines=sum(len(claim.lines) for claim in claims),
    )


def billing(seed: int, count: int, *, lines: int, at: datetime, used: Used | None = None) -> Sample:
    """Invoices of a billing run as canonical JSON, with customers, subscriptions, usage statements, meters and the accounting setup.

    `used` are quantities that are stated already: then the sample has no statements.
    """
    from tieout.formats import canonical_json
    from tieout.scenario.sample_billing import bills, masters

    chosen = list(bills(seed, count, lines=lines, at=at, used=used))
    claims = tuple(bill.invoice for bill in chosen)
    documents: list[Document] = []
    for bill in chosen:
        documents += (bill.customer, bill.subscription, *bill.documents)
    return Sample(
        pack="subscription_billing",
        evidence=(*masters(at.date()), *documents),
        claims=claims,
        files=tuple((f"{claim.number}.json", canonical_json.encode(claim)) for claim in claims),
        lines=sum(len(claim.lines) for claim in claims),
    )


SAMPLES: Final[dict[str, MakeSample]] = {"payables": payables, "billing": billing}


def lists_of(documents: Sequence[Document]) -> Iterator[tuple[str, bytes]]:
    """Documents as files (name, bytes) of a hundred each, as a system exports them."""
    from tieout.formats import canonical_json

    for start in range(0, len(documents), _A_LIST):
        part = documents[start : start + _A_LIST]
        yield f"evidence-{start // _A_LIST}.json", b"[" + b",\n".join(map(canonical_json.encode, part)) + b"]"
