"""Writes UBL as text: elements, amounts, quantities and dates, escaped, in one fixed form, so that equal documents are equal bytes."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity, plain
from tieout.core.values.units import written_code

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
)
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
_PLAIN: Final = re.compile(r"[ !#-%'-;=?-~]*")
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Text as XML holds it. Raises `Malformed` for characters that no XML may hold."""
    if _PLAIN.fullmatch(text):
        return text
    if (forbidden := _FORBIDDEN.search(text)) is not None:
        raise Malformed(
            "the character {forbidden!r} is not allowed in XML",
            remedy="remove it from the text",
            forbidden=forbidden.group(),
        )
    return text.translate(_ESCAPES)


def leaf(name: str, text: str, attribute: str = "") -> str:
    """One simple element, or "" where there is no text. `attribute` is written unchanged."""
    return f"<cbc:{name}{attribute}>{escaped(text)}</cbc:{name}>" if text else ""


def node(name: str, *inside: str) -> str:
    """An element around others, or "" where all of them are ""."""
    body = "".join(inside)
    return f"<cac:{name}>{body}</cac:{name}>" if body else ""


def xml_document(kind: str, *inside: str) -> bytes:
    """A whole document as UTF-8."""
    return "".join((_HEAD.format(kind=kind), *inside, f"</{kind}>\n")).encode()


@lru_cache(maxsize=4096)
def _amount_text(money: Money) -> str:
    return f"{money.amount:f}"


def amount(name: str, money: Money | None, currency: str) -> str:
    """An amount, which must be in the document's currency. Raises `Malformed` if it is not."""
    if money is None:
        return ""
    if money.currency != currency:
        raise Malformed(
            "{money} is not in the document's currency {currency}",
            where=name,
            remedy="UBL documents have one currency",
            money=money,
            currency=currency,
        )
    return f'<cbc:{name} currencyID="{currency}">{_amount_text(money)}</cbc:{name}>'


def number(name: str, value: Decimal | None, attribute: str = "") -> str:
    """A plain decimal number, or nothing."""
    return "" if value is None else f"<cbc:{name}{attribute}>{plain(value)}</cbc:{name}>"


def quantity(name: str, value: Quantity | None) -> str:
    """A quantity with its unit, or nothing."""
    return "" if value is None else number(name, value.value, f' unitCode="{escaped(written_code(value.unit))}"')


def day(name: str, on: date | None) -> str:
    """A date, or nothing."""
    return "" if on is None else f"<cbc:{name}>{on.isoformat()}</cbc:{name}>"


def moment(date_name: str, time_name: str, at: datetime | None) -> str:
    """An instant as UBL writes it: a date and a time of day in UTC. Raises `Malformed` for one without a zone."""
    if at is None:
        return ""
    offset = at.utcoffset()
    if offset is None:
        raise Malformed("{at} has no time zone", where=date_name, at=at)
    bare = (at - offset).replace(tzinfo=None)
    return f"<cbc:{date_name}>{bare.date().isoformat()}</cbc:{date_name}><cbc:{time_name}>{bare.time().isoformat()}Z</cbc:{time_name}>"
