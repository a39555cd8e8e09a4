"""What is wrong, in sentences: made from the code's row and the finding's values when they are shown, and stored nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tieout.core.findings.code import Code
from tieout.core.findings.finding import Accepted
from tieout.core.findings.precedence import Silenced
from tieout.core.findings.wording import (
    Occurrence,
    cause_of,
    first_sentence,
    former_sentence,
    say,
    template_of,
    values_of,
)
from tieout.wording import figures
from tieout.wording.catalogue import marked
from tieout.wording.catalogue import translated as _text
from tieout.wording.chosen import language
from tieout.wording.sentences import of_words

_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?"
_MEASURED: Final = re.compile(rf"({_NUMBER}) ([A-Z][A-Z0-9]{{0,2}}|%)(?: per ([A-Z0-9]{{1,3}}))?")
_MOMENT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}) UTC")
_LIMITS: Final = re.compile(rf"(the stricter of )?({_NUMBER}) % (and|or) ({_NUMBER})((?: [A-Z]{{3}}.*)?)")
_INCOMPARABLE: Final = re.compile(rf"({_NUMBER} [A-Z]{{3}}) \(not comparable with ([A-Z]{{3}})\)")
_SOURCE: Final = re.compile(r"(order|sales order|contract) (\S+?)( with its allowances)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def message(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """The sentence about a finding; `cause` is its case's. Where its code is not known here: what the release before wrote
    about it, else the code."""
    row = codes.get(finding.code)
    former = former_sentence(finding)
    if former or row is None:
        return former or finding.code
    text = _filled(_text(template_of(row, cause or cause_of(finding))), finding)
    accepted = getattr(finding, "accepted", None)
    return f"{text} {_accepted(accepted)}" if accepted else text


def in_short(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """The first sentence about a finding, without its full stop: what a list has room for."""
    row = codes.get(finding.code)
    former = former_sentence(finding)
    if former or row is None:
        return former.partition(". ")[0].rstrip(". ") or finding.code
    return _filled(first_sentence(_text(template_of(row, cause or cause_of(finding)))), finding)


def short(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """What is wrong in a few words, without a full stop; the first sentence of the message where the code has no such words."""
    row = codes.get(finding.code)
    text = ""
    if row and row.short and not former_sentence(finding):
        whole = finding.where == "document"
        place = _text("the whole document") if whole else say(_text("line {line}"), {"line": finding.where})
        values = shown(finding) | {"place": place}
        text = say(_text(row.short), values, missing="\0")
        text = "" if "\0" in text else text
    text = text or in_short(finding, codes, cause)
    return text[:1].upper() + text[1:]


def clears(code: str, codes: Mapping[str, Code]) -> str:
    """What would clear a finding of a code; "" where the code is not known here."""
    row = codes.get(code)
    return _text(row.clears) if row else ""


def silenced(gone: Silenced) -> str:
    """Why a finding is not asked about: "explained by AP-QTY-INSP"."""
    if gone.rule == "suppressed":
        return say(_text("rests on input that is not up to date, see {code}"), {"code": gone.by})
    return say(_text("explained by {code}"), {"code": gone.by})


def shown(finding: Occurrence) -> dict[str, str]:
    """The values of a finding as people of the chosen language read them."""
    values = {name: written(value) for name, value in values_of(finding).items() if name not in _REFERENCES}
    place = _text("the whole document") if finding.where == "document" else ""
    references = {name: _text(value) for name, value in values_of(finding).items() if name in _REFERENCES}
    sentences = {name: of_words(words) for name, words in getattr(finding, "words", ())}
    return references | values | sentences | {"where": place or say(_text("line {line}"), {"line": finding.where})}


def written(value: str) -> str:
    """A value in its canonical spelling ("1150 EA", "10.80 EUR per EA", "2026-12-02 14:00 UTC") as people write it; text as it is."""
    if measured := _MEASURED.fullmatch(value):
        amount, unit, per = measured.groups()
        decimals = len(amount.partition(".")[2])
        text = f"{figures.number(Decimal(amount), language(), decimals_min=decimals)}{figures.NO_BREAK}{unit}"
        return say(_text("{price} per {unit}"), {"price": text, "unit": per}) if per else text
    if amount := _INCOMPARABLE.fullmatch(value):
        other = {"amount": written(amount[1]), "currency": amount[2]}
        return say(_text("{amount} (not comparable with {currency})"), other)
    if limits := _LIMITS.fullmatch(value):
        return _limits(*limits.groups())
    if source := _SOURCE.fullmatch(value):
        return say(_text(_SOURCES[f"{source[1]}{source[3] or ''}"]), {"number": source[2]})
    try:
        if moment := _MOMENT.fullmatch(value):
            return figures.moment(datetime.fromisoformat(f"{moment[1]}T{moment[2]}").replace(tzinfo=UTC), language())
        if _DAY.fullmatch(value):
            return figures.day(date.fromisoformat(value), language())
    except ValueError:
        return value
    return _text(value) if value else value


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


_REFERENCES: Final = frozenset({
    "claim", "claim_line", "credit", "document", "invoice", "line", "lot", "number", "order", "order_line", "product", "shipment",
    "statement", "subscription", "supplier", "where",
})  # fmt: skip
"""Values that are somebody's numbers: never written as a figure or a day."""


def _filled(template: str, finding: Occurrence) -> str:
    return say(template, shown(finding), missing=_text("unknown"))


def _accepted(accepted: Accepted) -> str:
    values = {"actor": accepted.actor, "resolution": accepted.resolution, "reason": accepted.reason}
    return say(_text("Accepted by {actor} ({resolution}): {reason}"), values)
