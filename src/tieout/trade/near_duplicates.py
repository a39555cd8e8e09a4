"""Near duplicates: one document that came twice, with its number, its day or its sender read otherwise.

Look-ups find candidates, whoever sent them: the same amount on the same day, and the same amount under a number of the same
digits. Whether a candidate is alike enough is decided from what both documents say of themselves: their
traits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from string import ascii_uppercase
from typing import Final, Literal

from tieout.core.tie_out.key import NEAR, NEAR_TAKEN_BACK
from tieout.core.values.key import ANY, Key
from tieout.core.values.money import Money
from tieout.core.values.party import Party, normal_id, normal_name, normal_reference
from tieout.core.values.quantity import plain
from tieout.trade.credit_reasons import gives_money_alone
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.party_names import party_names

Numbers = Literal["same", "look_alike", "swapped", "zeros", "affix", "other"]
"""How two numbers differ: not at all, by signs that are read for one another (O and 0), by two digits that changed places, by
zeros, by something put before or after one of them (or other words there), or in more than that."""

_READ_AS: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
_RUN: Final = re.compile(r"[A-Z]+|[0-9]+")
_READABLE: Final = "OQILZSGB"
_COUNT: Final = re.compile(r"(.*[0-9])[^A-Za-z0-9]+[0-9]{1,2}[^A-Za-z0-9]*")
_BEFORE: Final = re.compile(r"[^0-9]*(?:(?:19|20)[0-9]{2}|[0-9]{1,2})[^A-Za-z0-9]+([^0-9]*[0-9]{3}.*)")
_LETTERS: Final = re.compile(r"[A-Z]+")
_DIGITS: Final = re.compile(r"[0-9]+")
_YEAR: Final = re.compile(r"(19|20)[0-9][0-9]")
_DISTINCT_PART_MIN: Final = 3
_RUN_MAX: Final = 2  # a longer run of letters is a word ("BILL"), not digits that were read wrong
_AFFIX_MAX: Final = 6
MONEY_ALONE: Final = "gives_back/money"
"""The trait of a credit note that says that it is a value-only credit."""
_DISTINCT_MIN: Final = 6
_WEEK: Final = timedelta(days=7)


def near_keys(invoice: Invoice) -> Iterator[Key]:
    """Where near duplicates of a supplier's document are met; none for a document that asks for nothing."""
    payable = invoice.totals.payable or invoice.totals.gross
    if payable is None or not payable.minor:
        return
    amount = f"{invoice.kind}/{payable.currency}{payable.minor}"
    if invoice.kind == "credit_note":
        # Who bills again what it takes back in full, under a number of the same digits, has to find it.
        for number in invoice.preceding:
            for digits in digit_forms(number):
                yield Key(ANY, NEAR_TAKEN_BACK, f"{payable.currency}{payable.minor}/{digits}")
    if invoice.issue_date is not None:
        yield Key(ANY, NEAR, f"{amount}/day/{invoice.issue_date}")
    for digits in digit_forms(invoice.number):
        yield Key(ANY, NEAR, f"{amount}/digits/{digits}")


def taken_back_key(invoice: Invoice) -> Iterator[Key]:
    """Where a posted credit note is met that takes back in full an invoice of this amount and these digits."""
    payable = invoice.totals.payable or invoice.totals.gross
    if invoice.kind == "invoice" and payable is not None and payable.minor:
        for digits in digit_forms(invoice.number):
            yield Key(ANY, NEAR_TAKEN_BACK, f"{payable.currency}{payable.minor}/{digits}")


@lru_cache(maxsize=4096)
def digit_forms(number: str) -> tuple[str, ...]:
    """The digits by which near duplicates of a number are met, at most five forms; mostly one or two.

    Further ones are those of a word that may be misread digits (IOO for 100), those without what is often put before or after a
    number (a year or a branch, and a count of one or two digits: 4711-2, 2026/4711), and the longest run of at least three digits,
    which a year is not where there is another.
    """
    forms = [digits_of(number)]
    if any(len(run) > _RUN_MAX and run.strip(_READABLE) == "" for run in _RUN.findall(number.upper())):
        forms.append(_sorted_digits(number.upper().translate(_READ_AS)))
    if count := _COUNT.fullmatch(number.strip()):
        forms.append(digits_of(count[1]))
    if before := _BEFORE.fullmatch(number.strip()):
        forms.append(digits_of(before[1]))
    if runs := [run for run in _DIGITS.findall(number) if len(run) >= _DISTINCT_PART_MIN]:
        forms.append(digits_of(max([run for run in runs if not _YEAR.fullmatch(run)] or runs, key=len)))
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=4096)
def digits_of(number: str) -> str:
    """The digits of a number in ascending order, without zeros; signs that are read for digits count as these."""
    runs = _RUN.findall(number.upper())
    read = "".join(run if run.isdigit() else run.translate(_READ_AS) if len(run) <= _RUN_MAX else "" for run in runs)
    return _sorted_digits(read) or normal_reference(number)


def _sorted_digits(read: str) -> str:
    return "".join(sorted(sign for sign in read if sign in "123456789"))


def traits_of(invoice: Invoice) -> tuple[str, ...]:
    """What a supplier's document is compared by with one that looks like it, each "sort/value", sorted."""
    return tuple(sorted(set(_traits(invoice))))


def _traits(invoice: Invoice) -> Iterator[str]:
    yield from (f"party/{name}" for name in party_names(invoice.supplier))
    yield from (f"party/account/{normal_id(account.number)}" for account in invoice.accounts if account.number)
    yield from (f"order/{number.strip()}" for number in invoice.order_numbers())
    yield from (f"credits/{normal_reference(number)}" for number in invoice.preceding)
    for sort, number in (
        ("company", invoice.entity),
        ("site", invoice.site),
        ("contract", invoice.contract_number),
        ("despatch", invoice.despatch_number),
        ("receipt", invoice.receipt_number),
    ):
        if number.strip():
            yield f"{sort}/{number.strip()}"
    if invoice.totals.prepaid:
        yield f"prepaid/{abs(invoice.totals.prepaid)}"
    if invoice.period_from or invoice.period_to:
        yield f"period/{invoice.period_from}..{invoice.period_to}"
    if invoice.is_credit and gives_money_alone(invoice):
        yield MONEY_ALONE
    for line in invoice.lines:
        yield from _line_traits(line)
    if invoice.lines:
        content = "\n".join(sorted(_content(line) for line in invoice.lines))
        yield f"lines/{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _line_traits(line: InvoiceLine) -> Iterator[str]:
    if line.order.line:
        yield f"place/{line.order.document}/{line.order.line}"
    for sort, number in (("despatch", line.despatch.document), ("receipt", line.receipt.document), ("site", line.site)):
        if number.strip():
            yield f"{sort}/{number.strip()}"
    if line.period_from or line.period_to:
        yield f"period/{line.period_from}..{line.period_to}"


def _content(line: InvoiceLine) -> str:
    """What a line bills, so that two lines can be compared: product or text, quantity and net amount."""
    product = line.product.buyer or line.product.seller or line.product.standard or normal_name(line.description)
    quantity = f"{plain(line.quantity.value)} {line.quantity.unit}" if line.quantity else ""
    return "|".join((product, quantity, str(line.net)))


@lru_cache(maxsize=4096)
def numbers(one: str, other: str) -> Numbers:
    """How the numbers of two documents differ; symmetric."""
    ours, theirs = normal_reference(one), normal_reference(other)
    if ours == theirs:
        return "same"
    ours, theirs = ours.translate(_READ_AS), theirs.translate(_READ_AS)
    if ours.lstrip("0") == theirs.lstrip("0"):
        return "look_alike"
    if _swapped(ours, theirs):
        return "swapped"
    short, long = sorted((ours, theirs), key=len)
    if len(_LETTERS.sub("", short)) <= 2:
        return "other"  # 2 and 20 may be numbers of one day
    if short.replace("0", "") == long.replace("0", ""):
        return "zeros"
    if len(long) - len(short) <= _AFFIX_MAX and (long.startswith(short) or long.endswith(short) or _put_in(one, other)):
        return "affix"
    parts = _tail(one), _tail(other)  # 815A and 815B are parts of one delivery rather than one invoice twice
    digits = _LETTERS.sub("", normal_reference(one))
    same_digits = len(digits) > 2 and digits == _LETTERS.sub("", normal_reference(other))
    return "affix" if same_digits and (parts[0] == parts[1] or not all(parts)) else "other"


def _put_in(one: str, other: str) -> bool:
    """Whether a year or branch stands between the word and the digits of one number: RE-2026-4711 and RE-4711."""
    runs = sorted((_RUN.findall(number.upper()) for number in (one, other)), key=len)
    short, long = runs
    return len(long) == len(short) + 1 and len(short) > 1 and [long[0], *long[2:]] == short and long[1].isdigit()


def _tail(number: str) -> str:
    """The letters after the last digit."""
    return normal_reference(number)[len(normal_reference(number).rstrip(ascii_uppercase)) :]


def _swapped(one: str, other: str) -> bool:
    """Whether two signs of one have changed places in the other, all else being equal."""
    if len(one) != len(other):
        return False
    places = [place for place, (ours, theirs) in enumerate(zip(one, other, strict=True)) if ours != theirs]
    return len(places) == 2 and one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What is compared of a document: its number, day and amount (None where it states none), and its traits by sort."""

    number: str
    day: date | None
    amount: Money | None
    traits: Mapping[str, frozenset[str]]


def compared(number: str, day: date | None, amount: Money | None, traits: tuple[str, ...]) -> Compared:
    """The document with its traits by sort."""
    sorts: dict[str, set[str]] = {}
    for trait in traits:
        sort, _, value = trait.partition("/")
        sorts.setdefault(sort, set()).add(value)
    return Compared(
        number=number, day=day, amount=amount, traits={sort: frozenset(values) for sort, values in sorts.items()}
    )


def tells_apart(one: Compared, other: Compared) -> str:
    """The sort of trait by which two documents are plainly different ones ("order"): both say it, and say nothing in common; else ""."""
    for sort in _TELLING:
        ours, theirs = one.traits.get(sort), other.traits.get(sort)
        if ours and theirs and not ours & theirs:
            return sort
    return ""


_TELLING: Final = ("company", "order", "place", "despatch", "receipt", "period", "contract", "site")


def near(one: Compared, other: Compared) -> Numbers | None:
    """How the number of a near duplicate differs; None where the two are not alike enough. The amounts have to be equal.

    A number that differs as misread ones do needs a day within a week (one with misread signs: or with day and month exchanged).
    Another number needs the same day and the same lines;
    where `one` bills lines of an order, of which no more is paid than was ordered and received, it needs to be of another series too.
    One of another sender needs an equal or misread number of at least six signs, the same day and no other lines.
    """
    if one.amount is None or one.amount != other.amount or tells_apart(one, other):
        return None
    how = numbers(one.number, other.number)
    ours, theirs = one.traits.get("lines"), other.traits.get("lines")
    if not _parties(one) & _parties(other):
        alike = how in {"same", "look_alike"} and len(normal_reference(one.number)) >= _DISTINCT_MIN
        return how if alike and _same_day(one, other) and (ours == theirs or not ours or not theirs) else None
    if how == "other":
        partial = one.traits.get("place") and _series(one.number) == _series(other.number)
        return how if ours and ours == theirs and _same_day(one, other) and not partial else None
    misread = how == "look_alike" and _misread_day(one, other)
    return how if misread or _same_day(one, other) or _within_a_week(one, other) else None


def _same_day(one: Compared, other: Compared) -> bool:
    """Whether the days are one; a document without a day may be of any."""
    return one.day is None or other.day is None or one.day == other.day


def _misread_day(one: Compared, other: Compared) -> bool:
    """Whether the days are one if day and month of one are read the other way round."""
    ours, theirs = one.day, other.day
    return bool(ours and theirs and (ours.year, ours.month, ours.day) == (theirs.year, theirs.day, theirs.month))


def _within_a_week(one: Compared, other: Compared) -> bool:
    # Of a series that counts a document a day, misread numbers are at least nine days apart.
    return one.day is not None and other.day is not None and abs(one.day - other.day) <= _WEEK


def _series(number: str) -> str:
    """The number without its last run of digits, which counts up within a series, and the letters after it, which count parts."""
    runs = _RUN.findall(number.upper())
    last = max((place for place, run in enumerate(runs) if run.isdigit()), default=len(runs))
    return " ".join([*runs[:last], "#"])


def _parties(document: Compared) -> frozenset[str]:
    return document.traits.get("party", frozenset())


def party_traits(party: Party) -> Iterator[str]:
    """The traits by which a supplier of record is known under further names."""
    return (f"party/{name}" for name in party_names(party))
