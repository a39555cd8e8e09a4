"""Order numbers as people write them: in words ("Bestellung Nr. 4500012", "PO 500"), several in one field, or in the wrong field.

What is found so is proposed to a person and never matched by itself: the number of an order in a sentence may be another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tieout.core.values.key import ANY, Key
from tieout.core.values.party import normal_reference
from tieout.trade.documents import Invoice

ORDER_NAME: Final = "order-name"
"""The kind of key under which an order is found by a spelling of its number."""

ORDER_REFERENCE: Final = "order reference"
BUYER_REFERENCE: Final = "buyer reference"
NOTE: Final = "note"

_NAMES_MAX: Final = 24
_TEXT_MAX: Final = 1000
_SHORTEST: Final = 3
_DIGITS_MIN: Final = 4
_LABEL: Final = re.compile(
    r"(?<![A-Z0-9])(?:PURCHASE|CUSTOMER|YOUR|OUR|IHRE?|UNSERE?|VOTRE|BON\s+DE|SU|VS|UW)?\s*"
    r"(?:P\.?\s?O\.?|ORDERS?|BESTELL(?:UNG|NUMMER|NR)?|BEST|AUFTRAGS?(?:NUMMER|NR)?|COMMANDE|PEDIDO|ORDEN(?:\s+DE\s+COMPRA)?|ORDINE|ORDRE|"
    r"BESTELLING|ZAM[OÓ]WIENI[AE]|OBJEDN[AÁ]VKA|REF(?:ERENCE|ERENZ)?)(?![A-Z])[\s.:-]*"
    r"(?:N[°ºO](?![A-Z])|NR|NUM(?:BER|MER|[EÉ]RO)?|NUMMER|#)?[\s.:#-]*"
)
_BETWEEN: Final = re.compile(r"[,;|/&+\n\t]+|\s(?:AND|UND|ET|Y|E|EN|OG|OCH)\s")
_TOKEN: Final = re.compile(r"[A-Z]{0,6}[-_. ]?[A-Z0-9]*[0-9][A-Z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text that may be an order's number: its form for comparison, how it is written, and in which field."""

    name: str
    text: str
    field: str


def order_name_key(name: str) -> Key:
    """Where an order is found by a spelling of its number."""
    return Key(ANY, ORDER_NAME, name)


def order_names(number: str) -> tuple[str, ...]:
    """The spellings under which an order is found: letters and digits alone, and the digits alone where they are long enough."""
    name = normal_reference(number)
    digits = re.sub(r"[^0-9]", "", name).lstrip("0")
    return tuple(dict.fromkeys((name, digits))) if len(digits) >= _DIGITS_MIN else (name,)


def written_order_numbers(invoice: Invoice) -> tuple[Written, ...]:
    """Everything on an invoice that may be the number of an order, the field for it first, without repeats."""
    fields = [(ORDER_REFERENCE, number) for number in invoice.order_numbers()]
    fields += [(BUYER_REFERENCE, invoice.buyer_reference), *((NOTE, note) for note in invoice.notes)]
    written: dict[str, Written] = {}
    for field, text in fields:
        for name, part in _names_in(text):
            written.setdefault(name, Written(name=name, text=part, field=field))
    return tuple(written.values())[:_NAMES_MAX]


@lru_cache(maxsize=4096)
def _names_in(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, part.strip()) for name, part in _spelled(text[:_TEXT_MAX]) if _is_name(name))


def _spelled(text: str) -> Iterator[tuple[str, str]]:
    """Whole text, its parts, those without the words before them, each group of letters and digits that has a digit, and each word."""
    yield normal_reference(text), text
    upper = text.upper()
    yield normal_reference(_LABEL.sub(" ", upper)), text
    for part in _BETWEEN.split(upper):
        yield normal_reference(part), part
        bare = _LABEL.sub(" ", part)
        yield normal_reference(bare), bare
        for token in (*_TOKEN.findall(part), *_TOKEN.findall(bare), *part.split()):
            yield from ((name, token) for name in order_names(token))


def _is_name(name: str) -> bool:
    return _SHORTEST <= len(name) <= 30 and any(character.isdigit() for character in name)
