"""A value of a document view as people read it, in the language of the page."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from tieout.core.documents.sheet import DayOfYear, Month, Phrase, Price
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.web.words import day, day_of_year, figure, moment, money, month, price, quantity
from tieout.wording.catalogue import text as worded
from tieout.wording.sentences import sentence


def text(value: object) -> str:  # noqa: C901, PLR0911, PLR0912  one branch a type
    """A value as people read it; "" for nothing, and for what is shown elsewhere in the view (parties, lists of lines)."""
    match value:
        case None | Party():
            return ""
        case bool():
            return worded("yes") if value else ""
        case Sentence():
            return sentence(value)
        case str() | int():
            return str(value)
        case Money():
            return money(value)
        case Quantity():
            return quantity(value)
        case Decimal():
            return figure(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Price():
            return price(value.amount, value.per)
        case Month():
            return month(value.of)
        case DayOfYear():
            return day_of_year(value.of)
        case Phrase():
            return "".join(text(part) for part in value.parts)
        case tuple() if not value or not is_dataclass(value[0]):
            return ", ".join(text(part) for part in value)
        case _ if is_dataclass(value):
            parts = (text(getattr(value, field.name)) for field in fields(cast("Any", value)))
            return " / ".join(part for part in parts if part)
        case _:
            return ""
