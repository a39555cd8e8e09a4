"""Payment terms as people write them, read into numbers where that is certain: "2/10 net 30", "10 Tage 2 % Skonto, 30 Tage netto"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from tieout.core.values.days import days_after
from tieout.trade import terms_words as words

_N: Final = r"(\d+(?:[.,]\d+)?)"
_SKONTO: Final = re.compile(r"#skonto#tage=(\d{1,3})#prozent=(\d+(?:[.,]\d+)?)#(?:basisbetrag=(\d+(?:[.,]\d+)?)#)?")
_MARKED: Final = re.compile(r"#[a-z]+#(?:[a-z]+=[^#\n]*#)*")
_PAIR: Final = re.compile(
    rf"(?<![\w/.,]){_N}\s*(?:{words.PERCENT})?\s*/\s*(\d{{1,3}})(?![\d/.]|\s*%)(?:\s*{words.DAY}(?![^\W\d_]))?"
)
_BARE: Final = re.compile(rf"{_N}\s*{words.PERCENT}\s*(\d{{1,3}})(?=\s*,?\s*(?:net|n)(?![^\W\d_])|\s*(?:$|[,;\n]))")
_SLASHED: Final = re.compile(rf"(\d{{1,3}}\s*{words.DAY}\s*{_N}\s*%)\s*/\s*(?=\d{{1,3}}\s*{words.DAY})")
"""A stroke between a discount and what follows it: "10 T 2 % / 30 T netto"."""
_THEN_NET: Final = re.compile(
    rf"((?:{_N}\s*%?\s*/\s*\d|\d{{1,3}}\s*{words.DAY}|%\s*\d)[^,;\n]*?)\s+(?=(?:net|netto|nt|n)\s*/?\s*\d)"
)
"""A discount before the full term in one breath: what is said behind either belongs to it alone."""
_SHORTENED: Final = re.compile(r"\b(abzgl|abz|inkl|zzgl|bzw|ggf|gem|lt|rg|rech|max|min|ca|incl|excl|approx|esc|disc)\.")
_BY_WORD_ALONE: Final = 10
"""A percentage without its sign ("2/10") is less than this: 30/60 are instalments."""
_SHORT: Final = re.compile(
    r"(?<![^\W\d_])(?:net|nt|n|z)\s*/?\s*(\d{1,3})(?![\d%])(?:\s*(?:days?|d|tagen?|tage)(?![^\W\d_]))?"
    r"|(?<![\w/.,])(\d{1,3})\s*(?:net|netto)(?![^\W\d_])"
)
_RATE: Final = re.compile(rf"{_N}\s*{words.PERCENT}(?![^\W\d_])")
_DATE: Final = re.compile(
    r"\b(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{1,2})\.(\d{1,2})\.(\d\d))\b"
)
_SPAN: Final = re.compile(
    rf"(\d{{1,3}})(?:\s*|-)(?:(?P<working>{words.WORKING_DAY})|(?P<week>{words.WEEK})|(?P<month>{words.MONTH})|(?P<day>{words.DAY}))(?![^\W\d_])"
)
_PERCENT: Final = re.compile(rf"(?<=\d)\s*{words.PERCENT}(?![^\W\d_])")
_POINTED: Final = re.compile(r"(\d)\s*(dys?|d|tg|t|jrs?|j|gg|dgn)\.")
_DASHED: Final = re.compile(rf"(\d{{1,3}}\s*{words.DAY})\s+[-–—]\s+(?={_N}\s*%\s*(?:$|[,;\n]|[-–—]\s))")
"""A dash between days and their percentage, where no days follow the percentage: "10 Tage - 2 %"."""
_MONTHS: Final = "|".join(f"({name})" for name in words.MONTHS)
_NAMED: Final = re.compile(
    rf"\b(\d{{1,2}})(?:\.|st|nd|rd|th|er)?\s+(?:of |de )?(?:{_MONTHS})[^\W\d_]*\.?,?\s+(?:de )?(\d{{4}})\b"
)
_DAY_OF: Final = re.compile(
    r"(?:\b(?:le|am|zum|by the|on the|the|de|el|al|il|den)\s+(?:d[ií]a\s+)?)?\b(\d{1,2})\s*(?:st|nd|rd|th|e|er|º|°|\.)?(?![\w%])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When all is due. `start` is what it counts from: "" the invoice's date, else "receipt", "delivery", "acceptance", "advance".

    `months` are added, then `days` (with `working` only working days count). `month_end`: "then" up to the end of that month,
    "first" the month of the start ends before they count. `day` is a day of the month that follows, `on` a day that is fixed.
    """

    days: int = 0
    months: int = 0
    working: bool = False
    month_end: str = ""
    day: int = 0
    on: date | None = None
    start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`percent` off for payment within so many days (or by the day `until`), of `base` where that is not the whole amount."""

    percent: Decimal
    days: int = 0
    until: date | None = None
    base: Decimal | None = None
    month_end: bool = False
    start: str = ""
    working: bool = False

    def last_day(self, issued: date) -> date:
        """The last day to pay with this discount."""
        if self.until is not None:
            return self.until
        day = days_after(issued, self.days)
        return day.replace(day=calendar.monthrange(day.year, day.month)[1]) if self.month_end else day


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The discounts, the soonest first, and when all is due; None where nothing is stated."""

    due: Due | None
    steps: tuple[Step, ...] = ()

    @property
    def net_days(self) -> int | None:
        """After how many days from the invoice's date all is due; None where that is not said in days."""
        return None if self.due is None or self.due != Due(days=self.due.days) else self.due.days


def terms_of(text: str) -> Terms | None:
    """The terms that a text states; None if it states none that can be read for certain."""
    reading = _read(text)
    return reading.terms if reading.certain else None


def discounts_of(text: str) -> tuple[Step, ...]:
    """The discounts that a text states, the soonest first, also where the rest of it cannot be read."""
    return _read(text).terms.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    terms: Terms
    certain: bool


@dataclass(slots=True)
class _Contents:
    """What a text says so far, and whether all of it was understood."""

    steps: list[Step] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    certain: bool = True


@lru_cache(maxsize=2048)
def _read(text: str) -> _Reading:
    contents = _Contents()
    plain = " ".join(text.casefold().replace("\N{NO-BREAK SPACE}", " ").replace("\r", "\n").split(" "))
    plain = _POINTED.sub(r"\1 \2", _PERCENT.sub(" %", plain))  # points of "v. H." and "10 Tg." end no sentence
    plain = _SHORTENED.sub(r"\1", plain.replace("./.", " "))
    plain = _BARE.sub(r"\1%/\2", _SLASHED.sub(r"\1, ", plain))  # "2% 10, net 30"
    plain = _THEN_NET.sub(r"\1, ", plain)
    plain = _NAMED.sub(_numbered, _DASHED.sub(r"\1 ", plain))
    for tage, prozent, base in _SKONTO.findall(plain):
        if _decimal(prozent):
            contents.steps.append(
                Step(percent=_decimal(prozent), days=int(tage), base=_decimal(base) if base else None)
            )
    for clause in _clauses(_MARKED.sub("\n", plain)):
        _clause(clause, contents)
    steps = tuple(sorted(set(contents.steps), key=lambda step: (step.until or date.max, step.days, -step.percent)))
    dues = list(dict.fromkeys(contents.dues))
    return _Reading(
        terms=Terms(due=dues[0] if len(dues) == 1 else None, steps=steps),
        certain=contents.certain and len(dues) <= 1 and bool(dues or steps) and not _overtakes(steps, dues),
    )


def _overtakes(steps: tuple[Step, ...], dues: list[Due]) -> bool:
    """Whether a discount is said to last longer than the time in which all is due: then one was read for the other."""
    due = dues[0] if len(dues) == 1 else None
    if due is None or due.months or due.month_end or due.day or due.on is not None or due.start or due.working:
        return False
    return any(step.until is None and step.days > due.days for step in steps)


def _numbered(match: re.Match[str]) -> str:
    """A day with its month in numbers."""
    month = next(number for number in range(1, 13) if match[number + 1])
    return f"{match[1]}.{month}.{match[14]}"


def _clauses(text: str) -> Iterator[str]:
    """The parts of a text that say something on their own; what happens to those who pay late is left out."""
    for sentence in re.split(r"[;\n]|(?<!\d)\.(?=\s|$)", text):
        if not words.LATE.search(sentence):
            yield from (clause for clause in words.ELSE.split(sentence) if clause.strip())


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """The places of a pattern, and the text with blanks in their stead."""
    matches = list(pattern.finditer(text))
    for match in matches:
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return matches, text


def _clause(clause: str, contents: _Contents) -> None:
    start = next((name for name, pattern in words.FROM if pattern.search(clause)), "")
    if words.ADVANCE.search(clause):
        start = "advance"
    pairs, rest = _taken(_PAIR, clause)
    month_end = _month_end(clause)
    alone = bool(pairs) and not _SPAN.search(rest) and not _SHORT.search(rest)
    for pair in pairs:
        unsigned = "%" not in pair[0] and _decimal(pair[1]) >= _BY_WORD_ALONE
        if not 0 < _decimal(pair[1]) < 100 or unsigned or words.FOLLOWING.search(clause):
            contents.certain = False
            continue
        contents.steps.append(
            Step(percent=_decimal(pair[1]), days=int(pair[2]), start=start, month_end=alone and bool(month_end))
        )
    nets, rest = _taken(_SHORT, rest)
    contents.dues += [Due(days=int(net[1] or net[2]), month_end=month_end, start=start) for net in nets]
    days, rest = _taken(_DATE, rest)
    rates, rest = _taken(_RATE, rest)
    spans, rest = _taken(_SPAN, rest)
    _spans(clause, _Parts(rates, spans, [_day(match) for match in days], month_end, start), contents, rest)
    if not (pairs or nets or days or spans):
        rest = _without_days(rest, rates, start, month_end, contents)
    elif month_end or words.FOLLOWING.search(clause):
        rest = _with_day_of_month(rest, contents)
    if re.search(r"\d", rest) and (pairs or nets or days or spans or rates or month_end):
        contents.certain = False
    if words.EXCEPT.search(clause):
        contents.certain = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """The numbers of one clause."""

    rates: list[re.Match[str]]
    spans: list[re.Match[str]]
    days: list[date | None]
    month_end: str
    start: str


def _spans(clause: str, parts: _Parts, contents: _Contents, rest: str) -> None:
    """Pairs the percentages of a clause with its days; what is left of the days is when all is due."""
    if None in parts.days:
        contents.certain = False
    until = [day for day in parts.days if day is not None]
    spans, rates = list(parts.spans), list(parts.rates)
    due = [span for span in spans if _is_net(clause, span)] if rates and len(spans) + len(until) > len(rates) else []
    spans = [span for span in spans if span not in due]
    if rates and len(spans) + len(until) > len(rates) and not until:  # "10 days 2 %, 30 days": the longest is for all
        later = max(spans, key=_length)
        spans, due = [span for span in spans if span is not later], [*due, later]
    if len(spans) + len(until) != len(rates) and rates:
        contents.certain = False
    if rates:
        for rate, span in zip(rates, spans, strict=False):
            contents.steps += _step(rate, span, parts)
        for rate, day in zip(rates[len(spans) :], until, strict=False):
            if 0 < _decimal(rate[1]) < 100:
                contents.steps.append(Step(percent=_decimal(rate[1]), until=day))
    else:
        contents.dues += [Due(on=day, start=parts.start) for day in until]
        due = spans
    contents.dues += [_due(span, parts, rest) for span in due]


def _step(rate: re.Match[str], span: re.Match[str], parts: _Parts) -> Iterator[Step]:
    percent, number = _decimal(rate[1]), int(span[1])
    if span["month"] or not 0 < percent < 100:
        return
    yield Step(
        percent=percent,
        days=number * 7 if span["week"] else number,
        start=parts.start,
        working=bool(span["working"]),
        month_end=bool(parts.month_end),
    )


def _length(span: re.Match[str]) -> int:
    """About how many days a span has."""
    return int(span[1]) * (30 if span["month"] else 7 if span["week"] else 1)


def _is_net(clause: str, span: re.Match[str]) -> bool:
    """Whether a word for the full amount stands beside these days."""
    before, after = clause[: span.start()][-24:], clause[span.end() :][:14]
    return bool(
        re.search(rf"{words.NET.pattern}\W*(?:\w+\W+){{0,2}}$", before) or re.match(rf"\W*{words.NET.pattern}", after)
    )


def _due(span: re.Match[str], parts: _Parts, rest: str) -> Due:
    number = int(span[1])
    day = _DAY_OF.search(rest) if parts.month_end or words.FOLLOWING.search(rest) else None
    return Due(
        days=0 if span["month"] else number * 7 if span["week"] else number,
        months=number if span["month"] else 0,
        working=bool(span["working"]),
        month_end=parts.month_end,
        day=int(day[1]) if day else 0,
        start=parts.start,
    )


def _month_end(clause: str) -> str:
    if not words.END_OF_MONTH.search(clause):
        return ""
    return "first" if words.AFTER_MONTH.search(clause) else "then"


def _with_day_of_month(rest: str, contents: _Contents) -> str:
    matches, rest = _taken(_DAY_OF, rest)
    if len(matches) > 1:
        contents.certain = False
    return rest


def _without_days(rest: str, rates: list[re.Match[str]], start: str, month_end: str, contents: _Contents) -> str:
    """Terms that name no number of days: at once, in advance, at the month's end, on a day of the following month."""
    if words.FOLLOWING.search(rest):
        matches, rest = _taken(_DAY_OF, rest)
        days = [int(match[1]) for match in matches]
        if rates or len(days) > 1 or any(not 0 < day <= 31 for day in days):
            contents.certain = False
        contents.dues.append(Due(day=days[0] if days else 0, months=0 if days else 1, start=start))
    elif rates:
        contents.certain = False
    elif start == "advance" or words.IMMEDIATELY.search(rest):
        contents.dues.append(Due(start="advance" if start == "advance" else ""))
    elif month_end:
        contents.dues.append(Due(month_end="then", start=start))
    return rest


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    if match[9]:
        year, month, day = f"20{match[9]}", match[8], match[7]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
