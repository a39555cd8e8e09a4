"""Matching lines: one explained assignment of claim lines to order lines. Ambiguity is reported, never guessed away."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from tieout.core.values.made import made_often
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import InvoiceLine, Order, OrderLine
from tieout.trade.ledger import Factor, Ledger, same_product, scaled
from tieout.trade.pricing import agreed_price, billed_price

_WORDS: Final = re.compile(r"[0-9a-zA-ZÀ-ÿ]+")
_ALIKE: Final = Fraction(1, 2)
WHOLE: Final = Fraction(1)
"""The part of a claim line that falls on its order line where it is not spread over several."""
_NONE: Final = Decimal(0)
_EMPTY: Final[Mapping[str, Decimal]] = MappingProxyType({})

Placed = Mapping[str, Mapping[str, Decimal]]
"""By claim line: how much of it (signed as on the document) is posted on which order line ("4500012/10")."""

NOWHERE: Final[Placed] = MappingProxyType({})


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a claim line that falls on one order line: `quantity` in the order line's unit, None without conversion."""

    order: Order
    line: OrderLine
    quantity: Decimal | None
    part: Fraction


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a claim line belongs. No shares: nowhere; then `problem` says why, with the candidates by name."""

    line: InvoiceLine
    shares: tuple[Share, ...]
    by: str
    problem: str = ""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    order: Order
    line: OrderLine

    @property
    def name(self) -> str:
        return f"{self.order.number}/{self.line.id}"


def match_lines(
    lines: Sequence[InvoiceLine],
    orders: Sequence[Order],
    ledger: Ledger,
    *,
    header_order: str = "",
    credit: bool = False,
    placed: Placed = NOWHERE,
    certain: Collection[str] = (),
    factor: Factor,
) -> tuple[Match, ...]:
    """Assigns each claim line: by order line reference, else product identifiers, else description with unit and price.

    A line may be spread over several order lines of one product at one price (filled in the order of the lines, what is
    received and unbilled first; what is given back, as by the lines of a `credit`, where something was billed); several
    lines may fall on one order line. What is posted already (`placed`) stays where it was posted. The answer does not
    depend on hash order. `certain` are the lines whose order line a person named: they go nowhere else.
    """
    candidates = [_Candidate(order=order, line=line) for order in orders for line in order.lines]
    by_id: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        by_id.setdefault(candidate.line.id, []).append(candidate)
    taken: set[str] = set()
    matches: dict[int, Match] = {}
    for k, line in enumerate(lines):
        match = _by_reference(line, by_id.get(line.order.line, ()), header_order, factor, certain=line.id in certain)
        if match:
            matches[k] = match
    if len(matches) == len(lines):
        return tuple(matches.values())
    rooms = _Rooms(ledger, credit=credit, placed=placed)
    for matched in matches.values():
        for share in matched.shares:
            name = _Candidate(order=share.order, line=share.line).name
            taken.add(name)
            rooms.take(name, share.quantity or _NONE)
    for k, line in enumerate(lines):
        if k not in matches:
            eligible = _eligible(line, candidates)
            matches[k] = _by_product(line, eligible, taken, rooms, factor) or _by_description(
                line, eligible, taken, factor
            )
            taken.update(f"{share.order.number}/{share.line.id}" for share in matches[k].shares)
    return tuple(matches[k] for k in range(len(lines)))


def _eligible(line: InvoiceLine, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    named = line.order.document
    if named:
        return [candidate for candidate in candidates if candidate.order.number == named]
    return list(candidates)


def _by_reference(
    line: InvoiceLine, candidates: Sequence[_Candidate], header_order: str, factor: Factor, *, certain: bool
) -> Match | None:
    if not line.order.line:
        return None
    document = line.order.document or header_order
    fits = [candidate for candidate in candidates if not document or candidate.order.number == document]
    if certain and len(fits) != 1:
        return Match(
            line=line,
            shares=(),
            by="",
            problem=Sentence("there is no single order line {order}/{line}", order=document, line=line.order.line),
        )
    if len(fits) != 1 or (not certain and _contradicts(line, fits[0].line)):
        return None
    return _whole(line, fits[0], "order line reference", factor)


def _contradicts(line: InvoiceLine, order_line: OrderLine) -> bool:
    """Both sides name the product in a common scheme and every such name differs."""
    ours, theirs = line.product, order_line.product
    if same_product(ours, theirs):
        return False
    return bool((ours.buyer and theirs.buyer) or (ours.standard and theirs.standard) or (ours.seller and theirs.seller))


def _by_product(
    line: InvoiceLine,
    candidates: Sequence[_Candidate],
    taken: set[str],
    rooms: _Rooms,
    factor: Factor,
) -> Match | None:
    fits = [candidate for candidate in candidates if same_product(line.product, candidate.line.product)]
    if not fits:
        return None
    if len(fits) == 1:
        return _whole(line, fits[0], "product identifier", factor)
    if _one_price(fits):
        return _spread(line, fits, rooms, factor)
    at_price = [candidate for candidate in fits if _same_price(line, candidate, factor)]
    free = [candidate for candidate in at_price if candidate.name not in taken] or at_price
    if len(free) == 1:
        return _whole(line, free[0], "product identifier and price", factor)
    names = ", ".join(candidate.name for candidate in fits)
    return Match(
        line=line,
        shares=(),
        by="",
        problem=Sentence("order lines {names} all have this product at different prices", names=names),
    )


def _by_description(line: InvoiceLine, candidates: Sequence[_Candidate], taken: set[str], factor: Factor) -> Match:
    alike = sorted(
        (
            (-score, candidate.name, candidate)
            for candidate in candidates
            if candidate.name not in taken
            and not _contradicts(line, candidate.line)
            and (score := _likeness(line.description, candidate.line.description)) >= _ALIKE
        ),
        key=lambda entry: entry[:2],
    )
    scored = [entry for entry in alike if _same_price(line, entry[2], factor)]
    if not scored:
        return _in_another_unit(line, [candidate for _, _, candidate in alike], factor)
    best = [candidate for score, _, candidate in scored if score == scored[0][0]]
    if len(best) > 1:
        names = ", ".join(candidate.name for candidate in best)
        return Match(line=line, shares=(), by="", problem=Sentence("order lines {names} fit equally well", names=names))
    return _whole(line, best[0], "description, unit and price", factor)


def _in_another_unit(line: InvoiceLine, alike: Sequence[_Candidate], factor: Factor) -> Match:
    """A line whose price fits no order line: where the one of its description is in a unit that does not convert, the unit is
    what has to be cleared, and the two belong together."""
    apart = [one for one in alike if line.quantity is not None and _quantity(line, one.line, factor) is None]
    if len(apart) == len(alike) == 1:
        return _whole(line, apart[0], "description", factor)
    if apart and line.quantity is not None:
        names = ", ".join(candidate.name for candidate in apart)
        problem = Sentence(
            "order lines {names} have this description in units into which {unit} does not convert",
            names=names,
            unit=line.quantity.unit,
        )
        return Match(line=line, shares=(), by="", problem=problem)
    return Match(line=line, shares=(), by="", problem="no order line has this reference, product or description")


def _whole(line: InvoiceLine, candidate: _Candidate, by: str, factor: Factor) -> Match:
    share = Share(
        order=candidate.order, line=candidate.line, quantity=_quantity(line, candidate.line, factor), part=WHOLE
    )
    return Match(line=line, shares=(share,), by=by)


def _quantity(line: InvoiceLine, order_line: OrderLine, factor: Factor) -> Decimal | None:
    if line.quantity is None:
        return None
    if line.quantity.unit == order_line.quantity.unit:
        return line.quantity.value
    rational = factor(order_line, line.quantity.unit)
    return None if rational is None else scaled(line.quantity.value, rational)


def _spread(line: InvoiceLine, fits: Sequence[_Candidate], rooms: _Rooms, factor: Factor) -> Match:
    quantity = _quantity(line, fits[0].line, factor)
    if not quantity:
        return _whole(line, fits[0], "product identifier", factor)
    names = [candidate.name for candidate in fits]
    used = rooms.fill(names, quantity, kept=rooms.kept(line.id, names, quantity))
    shares = [(candidate, used[candidate.name]) for candidate in fits if used.get(candidate.name)]
    by = "product identifier" if len(shares) == 1 else f"product identifier, spread over {len(shares)} order lines"
    return Match(
        line=line,
        shares=tuple(
            Share(order=candidate.order, line=candidate.line, quantity=use, part=Fraction(use) / Fraction(quantity))
            for candidate, use in shares
        ),
        by=by,
    )


class _Rooms:
    """How much each order line can still take, in the order in which it is filled; signed quantities as on the document."""

    def __init__(self, ledger: Ledger, *, credit: bool, placed: Placed) -> None:
        self._credit, self._placed = credit, placed
        here: dict[str, Decimal] = {}
        coming: dict[str, Decimal] = {}
        billed: dict[str, Decimal] = {}
        for (order, line), tally in ledger.lines.items():
            name = f"{order}/{line}"
            here[name] = max(_NONE, tally.received - tally.billed)
            coming[name] = max(_NONE, max(tally.ordered, tally.received) - tally.billed) - here[name]
            billed[name] = max(_NONE, tally.billed)
        self._asked, self._given = (here, coming), (billed,)

    def _of(self, quantity: Decimal) -> tuple[dict[str, Decimal], ...]:
        return self._given if (quantity < 0) != self._credit else self._asked

    def take(self, name: str, quantity: Decimal) -> None:
        """Uses up room on one line, as far as there is any."""
        self.fill([name], quantity)

    def kept(self, claim_line: str, names: Sequence[str], quantity: Decimal) -> Mapping[str, Decimal]:
        """What of a claim line is posted on these lines; nothing if that is not a part of it any more."""
        posted = self._placed.get(claim_line, {})
        fits = all(name in names for name in posted) and abs(sum(posted.values(), _NONE)) <= abs(quantity)
        return posted if fits else {}

    def fill(
        self, names: Sequence[str], quantity: Decimal, *, kept: Mapping[str, Decimal] = _EMPTY
    ) -> dict[str, Decimal]:
        """Spreads a quantity over lines, but for what is kept where it is; what exceeds all room falls on the first."""
        used = dict(kept)
        for name, posted in kept.items():
            self.take(name, posted)
        left = abs(quantity) - abs(sum(kept.values(), _NONE))
        for room in self._of(quantity):
            for name in names:
                use = min(left, room.get(name, _NONE))
                if use:
                    room[name] -= use
                    used[name] = used.get(name, _NONE) + use.copy_sign(quantity)
                    left -= use
        if left:
            used[names[0]] = used.get(names[0], _NONE) + left.copy_sign(quantity)
        return used


def _one_price(fits: Sequence[_Candidate]) -> bool:
    first = fits[0].line
    return all(
        (candidate.line.price, candidate.line.price_per, candidate.line.quantity.unit)
        == (first.price, first.price_per, first.quantity.unit)
        for candidate in fits
    )


def _same_price(line: InvoiceLine, candidate: _Candidate, factor: Factor) -> bool:
    ours = agreed_price(candidate.order, candidate.line, factor)
    theirs = billed_price(line, candidate.line, factor)
    return ours is not None and theirs is not None and ours == theirs


def _likeness(one: str, other: str) -> Fraction:
    ours, theirs = set(_WORDS.findall(one.casefold())), set(_WORDS.findall(other.casefold()))
    if not ours or not theirs:
        return Fraction(0)
    return Fraction(len(ours & theirs), len(ours | theirs))
