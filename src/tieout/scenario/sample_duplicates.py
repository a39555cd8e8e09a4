"""Invoices that came twice, changed as it happens in practice, and pairs that only look as if: by pattern, from a seed.

What is found among them is measured by `tieout bench duplicates`. The changes are made up, so figures are those of these patterns
and not those of a company's own documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.scenario.draw import Draw
from tieout.scenario.sample import Company, company, deals
from tieout.scenario.sample_faults import totalled
from tieout.trade.documents import Invoice, InvoiceLine, LineReference, ProductIds

Change = Callable[[Invoice, Draw], Invoice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two invoices, `second` made from `first` after a pattern; `same`: they are one document, and both may not be paid."""

    pattern: str
    same: bool
    first: Invoice
    second: Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The pairs, and the master data, orders and receipts that they are matched against."""

    evidence: tuple[Document, ...]
    pairs: tuple[Pair, ...]


def sample(seed: int, count: int, *, on: date, lines: int = 3) -> Pairs:
    """`count` pairs; the patterns take turns."""
    made: Company = company(seed, on=on)
    chosen = list(deals(made, seed, count, on=on, lines=lines, clean_percent=100))
    patterns = [(name, True, change) for name, change in SAME.items()]
    patterns += [(name, False, change) for name, change in DIFFERENT.items()]
    pairs = []
    for k, deal in enumerate(chosen):
        name, same, change = patterns[k % len(patterns)]
        draw = Draw(seed, "pair", k)
        first = replace(deal.invoice, number=f"RE-{on.year}-0{k // 9 + 1}{_digits(draw)}{k % 9 + 1}")
        pairs.append(Pair(pattern=name, same=same, first=first, second=change(first, draw)))
    evidence = (*made.documents, *(document for deal in chosen for document in (deal.order, *deal.documents)))
    return Pairs(evidence=evidence, pairs=tuple(pairs))


def _digits(draw: Draw) -> str:
    """Two digits that differ, with a one among them now and then."""
    first = draw.between(1, 9)
    return f"{first}{(first + draw.between(1, 8) - 1) % 9 + 1}"


def _letter_for_digit(invoice: Invoice, draw: Draw) -> Invoice:
    number = invoice.number
    digit, letter = draw.one_of(
        [pair for pair in (("0", "O"), ("1", "I"), ("5", "S"), ("8", "B")) if pair[0] in number]
    )
    at = number.rindex(digit)
    return replace(invoice, number=f"{number[:at]}{letter}{number[at + 1 :]}")


def _swapped(invoice: Invoice, _: Draw) -> Invoice:
    number = invoice.number
    return replace(invoice, number=f"{number[:-3]}{number[-2]}{number[-3]}{number[-1]}")


def _lost_zero(invoice: Invoice, _: Draw) -> Invoice:
    head, dash, last = invoice.number.rpartition("-")
    return replace(invoice, number=f"{head}{dash}{last.lstrip('0')}")


def _prefix(invoice: Invoice, draw: Draw) -> Invoice:
    number = invoice.number
    before = draw.one_of((f"NR{number}", f"INV/{number}", number.removeprefix("RE-"), f"2026/{number}", f"26-{number}"))
    return replace(invoice, number=before, issue_date=_days_on(invoice, draw))


def _suffix(invoice: Invoice, draw: Draw) -> Invoice:
    after = draw.one_of(("A", "-1", "/2", " (2)", " COPY", "R"))
    return replace(invoice, number=f"{invoice.number}{after}", issue_date=_days_on(invoice, draw))


def _days_on(invoice: Invoice, draw: Draw) -> date | None:
    """The invoice's day, or one that is some days later: it is sent again, and dated anew."""
    day = invoice.issue_date
    return day + timedelta(days=draw.between(1, 6)) if day is not None and draw.chance(50) else day


def _other_number(invoice: Invoice, draw: Draw) -> Invoice:
    return replace(invoice, number=f"{draw.between(1000, 9999)}/{draw.between(10, 99)}")


def _scan(invoice: Invoice, draw: Draw) -> Invoice:
    """What is read from a picture: the sender's name alone, texts without product numbers, no reference a line, a sign misread."""
    lines = tuple(replace(line, product=ProductIds(), order=LineReference()) for line in invoice.lines)
    seen = replace(invoice, supplier=Party(name=invoice.supplier.name), lines=lines, accounts=())
    day = invoice.issue_date
    if day is not None and draw.chance(30):
        seen = replace(seen, issue_date=day + timedelta(days=draw.between(1, 6)))
    return _letter_for_digit(seen, draw) if draw.chance(60) else _swapped(seen, draw)


def _misread_day(invoice: Invoice, draw: Draw) -> Invoice:
    day = invoice.issue_date
    assert day is not None, "every invoice of the sample is dated"
    return replace(_letter_for_digit(invoice, draw), issue_date=day + timedelta(days=draw.between(1, 6)))


def _merged_supplier(invoice: Invoice, draw: Draw) -> Invoice:
    """The same document under the name and VAT number of the company that took the supplier over, or that it was before."""
    further = Identifier(scheme="vat", value=f"DE{draw.between(800_000_000, 899_999_999)}")
    other = Party(name=f"{invoice.supplier.name.split()[0]} Group SE", country="DE", identifiers=(further,))
    number = (
        f"{invoice.number[:3]} {invoice.number[3:]}" if draw.chance(50) else _letter_for_digit(invoice, draw).number
    )
    return replace(invoice, supplier=other, number=number, accounts=invoice.accounts if draw.chance(50) else ())


def _again(invoice: Invoice, *, days: int, number: str = "") -> Invoice:
    day = invoice.issue_date
    assert day is not None, "every invoice of the sample is dated"
    return replace(invoice, number=number or _next(invoice.number), issue_date=day + timedelta(days=days))


def _next(number: str, by: int = 1) -> str:
    head, _, last = number.rpartition("-")
    return f"{head}-{int(last) + by:0{len(last)}d}"


def _recurring(invoice: Invoice, _: Draw) -> Invoice:
    return _again(invoice, days=30)


def _weekly(invoice: Invoice, _: Draw) -> Invoice:
    return _again(invoice, days=7)


def _yearly(invoice: Invoice, _: Draw) -> Invoice:
    """The number once more a year later, for something else."""
    return _lines(
        _again(invoice, days=-366, number=f"{invoice.number} "), lambda line: replace(line, net=line.net + line.net)
    )


def _part(invoice: Invoice, _: Draw) -> Invoice:
    """A second delivery of the day, of as many pieces."""
    return replace(invoice, number=_next(invoice.number), despatch_number=f"LS-{invoice.number}-2")


def _part_of_series(invoice: Invoice, _: Draw) -> Invoice:
    """The same, where no document names its delivery: the next number of the series."""
    return replace(invoice, number=_next(invoice.number))


def _other_lines(invoice: Invoice, _: Draw) -> Invoice:
    """The next number of the day for other goods."""
    cent = Money(1, invoice.currency)
    return _lines(replace(invoice, number=_next(invoice.number)), lambda line: replace(line, net=line.net + cent))


def _other_order(invoice: Invoice, _: Draw) -> Invoice:
    """The same goods on the same day for another order, under a number that looks misread."""
    return replace(_swapped(invoice, _), order_number=f"{invoice.order_number}9")


def _namesake_number(invoice: Invoice, draw: Draw) -> Invoice:
    """Another supplier's document that bears the number by chance, on the day, for another amount."""
    vat = Identifier(scheme="vat", value=f"ATU{draw.between(10_000_000, 99_999_999)}")
    other = Party(name="Brook Catering KG", country="AT", identifiers=(vat,))
    changed = replace(invoice, supplier=other, accounts=(), order_number="")
    return _lines(changed, lambda line: replace(line, net=line.net + line.net, order=LineReference()))


def _lines(invoice: Invoice, change: Callable[[InvoiceLine], InvoiceLine]) -> Invoice:
    return totalled(replace(invoice, lines=tuple(change(line) for line in invoice.lines)))


SAME: Final[dict[str, Change]] = {
    "letter for digit": _letter_for_digit,
    "swapped digits": _swapped,
    "lost zero": _lost_zero,
    "prefix": _prefix,
    "suffix": _suffix,
    "other number": _other_number,
    "scan and e-invoice": _scan,
    "misread day": _misread_day,
    "merged supplier": _merged_supplier,
}
"""One document that came twice."""
DIFFERENT: Final[dict[str, Change]] = {
    "every month": _recurring,
    "every week": _weekly,
    "yearly numbers": _yearly,
    "second delivery": _part,
    "next of the series": _part_of_series,
    "other lines": _other_lines,
    "other order": _other_order,
    "another's number": _namesake_number,
}
"""Two documents, both of which may be paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Of the pairs of a pattern: how many there were, and how many second ones were taken for the first."""

    pattern: str
    same: bool
    pairs: int
    flagged: int


def measured(pairs: Pairs, flagged: Callable[[Pair], bool]) -> Iterator[Recognised]:
    """What was found, by pattern."""
    for pattern, same in [*((name, True) for name in SAME), *((name, False) for name in DIFFERENT)]:
        of_pattern = [pair for pair in pairs.pairs if pair.pattern == pattern]
        yield Recognised(pattern=pattern, same=same, pairs=len(of_pattern), flagged=sum(map(flagged, of_pattern)))


def precision(figures: tuple[Recognised, ...]) -> Decimal | None:
    """The part of what was flagged that is one document twice; None where nothing was."""
    flagged = sum(figure.flagged for figure in figures)
    return Decimal(sum(figure.flagged for figure in figures if figure.same)) / flagged if flagged else None


def recall(figures: tuple[Recognised, ...]) -> Decimal | None:
    """The part of what came twice that was flagged; None where nothing did."""
    pairs = sum(figure.pairs for figure in figures if figure.same)
    return Decimal(sum(figure.flagged for figure in figures if figure.same)) / pairs if pairs else None
