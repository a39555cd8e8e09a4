"""How many units a price is for, where a document says one thing and its own line amount proves another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.measure import extended, signed_sum, slack_of_extension
from tieout.trade.documents import AllowanceCharge

_ONE: Final = Decimal(1)
_LITERAL: Final = ("en16931", "peppol")


def is_literal(profile: str) -> bool:
    """Whether a profile's own rules say what the base quantity of a price means (EN 16931, Peppol): then nothing else is meant."""
    return any(word in profile.lower() for word in _LITERAL)


def proven_base(
    price: Decimal | None,
    per: Decimal,
    quantity: Quantity | None,
    net: Money,
    entries: Sequence[AllowanceCharge],
) -> Decimal:
    """1 where the price is for one unit although a base of `per` is stated; else `per`.

    In Colombia the base quantity repeats the quantity of the line. The line's net amount decides, and only where exactly one of
    both readings explains it.
    """
    if price is None or quantity is None or per == 1 or per <= 0:
        return per
    extras, slack = signed_sum(tuple(entries)), slack_of_extension(net.currency)
    literal = abs(extended(price, quantity.value, per) + extras - net.amount) <= slack
    for_one = abs(extended(price, quantity.value, _ONE) + extras - net.amount) <= slack
    return _ONE if for_one and not literal else per


def words_on(per: Decimal, net: Money) -> str:
    """What is noted where the price is for one unit."""
    return Sentence(
        "the price is stated for {number} units; it was read as a price for one, which alone gives {amount}",
        number=per,
        amount=net,
    )
