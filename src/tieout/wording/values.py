"""Values in their canonical spelling, as people of the chosen language write them: quantities, prices, limits, moments, words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings.wording import say
from tieout.wording import figures
from tieout.wording.catalogue import marked, plural
from tieout.wording.catalogue import translated as _text
from tieout.wording.chosen import language

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_MEASURED: Final = re.compile(rf"(\+?)({_NUMBER}) ([A-Z][A-Z0-9]{{0,2}}|%)(?: per ([A-Z0-9]{{1,3}}))?")
_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}) UTC")
_LIMITS: Final = re.compile(rf"(the stricter of )?({_NUMBER}) % (and|or) ({_NUMBER})((?: [A-Z]{{3}}.*)?)")
_INCOMPARABLE: Final = re.compile(rf"({_NUMBER} [A-Z]{{3}}) \(not comparable with ([A-Z]{{3}})\)")
_SOURCE: Final = re.compile(r"(order|sales order|contract) (\S+?)( with its allowances)?")
_DAYS: Final = re.compile(r"([0-9]+) days")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def written(value: str) -> str:
    """A value in its canonical spelling ("1150 EA", "10.80 EUR per EA", "2026-12-02 14:00 UTC") as people write it; text as it is."""
    if measured := _MEASURED.fullmatch(value):
        plus, amount, unit, per = measured.groups()
        decimals = len(amount.partition(".")[2])
        text = f"{plus}{figures.number(Decimal(amount), language(), decimals_min=decimals)}{figures.NO_BREAK}{unit}"
        return say(_text("{price} per {unit}"), {"price": text, "unit": per}) if per else text
    if (phrase := _phrase(value)) is not None:
        return phrase
    try:
        if moment := _MOMENT.fullmatch(value):
            return figures.moment(datetime.fromisoformat(f"{moment[1]}T{moment[2]}").replace(tzinfo=UTC), language())
        if _DAY.fullmatch(value):
            return figures.day(date.fromisoformat(value), language())
    except ValueError:
        return value
    return _text(value) if value else value


def _phrase(value: str) -> str | None:
    """Figures within words of ours; None for anything else."""
    if amount := _INCOMPARABLE.fullmatch(value):
        other = {"amount": written(amount[1]), "currency": amount[2]}
        return say(_text("{amount} (not comparable with {currency})"), other)
    if limits := _LIMITS.fullmatch(value):
        return _limits(*limits.groups())
    if days := _DAYS.fullmatch(value):
        return plural("{count} day", "{count} days", int(days[1]))
    if source := _SOURCE.fullmatch(value):
        return say(_text(_SOURCES[f"{source[1]}{source[3] or ''}"]), {"number": source[2]})
    return None


_SOURCES: Final = {
    "order": marked("order {number}"),
    "order with its allowances": marked("order {number} with its allowances"),
    "sales order": marked("sales order {number}"),
    "contract": marked("contract {number}"),
}


def _limits(stricter: str | None, percent: str, joined: str, amount: str, currency: str) -> str:
    shown_amount = written(f"{amount}{currency}") if currency else _plain(amount)
    values = {"percent": figures.percent(Decimal(percent), language()), "amount": shown_amount}
    if stricter:
        return say(_text("the stricter of {percent} and {amount}"), values)
    return say(_text("{percent} and {amount}") if joined == "and" else _text("{percent} or {amount}"), values)


def _plain(amount: str) -> str:
    return figures.number(Decimal(amount), language(), decimals_min=len(amount.partition(".")[2]))
