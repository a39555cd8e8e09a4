"""The words of a policy text, typed: what is allowed where, and how it becomes the kernel's policy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cache
from typing import Annotated, Any, Final, Literal, assert_never

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    WithJsonSchema,
    create_model,
    model_validator,
)

from tieout.core.policy.facts import DIMENSIONS, Dimension, Facts, facts_in
from tieout.core.policy.policy import Layer, Policy, Queue, Rules
from tieout.core.policy.rule import HOURS, RuleSpec, RuleValue
from tieout.core.policy.tolerance import UNSTATED
from tieout.core.values.calendar import zone_of
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.formats.named_calendar import calendar_name, holidays_of, worked_days_of
from tieout.formats.policy_limits import Currency, ToleranceWords, Words, bare, tolerance_of

_CLOCK: Final = re.compile(r"(\d{1,5}) *(bd|bh|h)")
_UNDATED: Final = date(2025, 1, 1)  # a single layer, in a scenario: its calendar begins here
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _clock(value: Any) -> Clock:
    match = _CLOCK.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(
            Sentence(
                "{value!r} is not a time span: write business days, business hours or hours, as 2 bd, 48 bh or 8 h",
                value=value,
            )
        )
    unit: Any = match[2]
    return Clock(amount=int(match[1]), unit=unit)


def _zone(value: Any) -> str:
    try:
        zone_of(str(value))
    except Malformed as error:
        raise ValueError(Sentence("{what}: {remedy}", what=error, remedy=as_sentence(error.remedy))) from error
    return str(value)


def _calendar(value: Any) -> str:
    try:
        return calendar_name(str(value))
    except Malformed as error:
        raise ValueError(Sentence("{what}: {remedy}", what=error, remedy=as_sentence(error.remedy))) from error


def _written(pattern: str, shape: str) -> BeforeValidator:
    """Only one notation: "8" is not a time of day and 20260131 not a date."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(pattern, value) is None:
            raise ValueError(Sentence("{value!r} is not {shape}", value=value, shape=Sentence(shape)))
        return value

    return BeforeValidator(check)


OnDay = Annotated[date, _written(r"\d{4}-\d\d-\d\d", "a date: write it as 2026-01-31")]
TimeOfDay = Annotated[time, _written(r"\d?\d:\d\d", 'a time of day: write it in quotes, as "08:00"')]
Span = Annotated[
    Clock,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,5} *(bd|bh|h)$", "examples": ["48 bh", "2 bd", "8 h"]}),
]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Zone = Annotated[str, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})]
Calendar = Annotated[str, BeforeValidator(_calendar), WithJsonSchema({"type": "string", "examples": ["DE", "DE-HH"]})]


class QueueWords(Words):
    """Who owns a code here, and by when. `by_site` adds the receiving site to the queue's name."""

    queue: str = Field(min_length=1)
    sla: Span | None = None
    by_site: bool = False
    watchers: tuple[str, ...] = ()


class HoursWords(Words):
    """Business hours: clocks in business hours and days run only then. `calendar` names public holidays."""

    zone: Zone = "UTC"
    days: tuple[Day, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    opens: TimeOfDay = time(8)
    closes: TimeOfDay = time(17)
    holidays: tuple[OnDay, ...] = ()
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _open_at_all(self) -> HoursWords:
        if self.opens >= self.closes:
            raise ValueError(
                Sentence(
                    "closes at {closes}, which is not after it opens at {opens}",
                    closes=f"{self.closes:%H:%M}",
                    opens=f"{self.opens:%H:%M}",
                )
            )
        return self


class LayerWords(Words):
    """Rules for some facts. What a layer leaves out comes from a more general layer; the more specific layer takes precedence."""

    routing: dict[str, QueueWords] = Field(default_factory=dict)
    currency: Currency = Field(default="", description="the currency of this layer's amounts that state none")


class PolicyWords(Words):
    """One version of a policy."""

    policy: str = Field(min_length=1, description="the policy's name; versions of one policy share it")
    version: str = Field(min_length=1)
    effective_from: OnDay
    effective_to: OnDay | None = None
    currency: Currency = Field(default="", description="the currency of all amounts that state none")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> PolicyWords:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(
                Sentence("ends on {end}, before it begins on {begin}", end=self.effective_to, begin=self.effective_from)
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What policies may use here: the rules and dimensions of the kernel and the installed packs.

    `processes` are the names of those packs. Two specs of one name have to be equal.
    """

    rules: tuple[RuleSpec[Any], ...] = (HOURS,)
    dimensions: tuple[Dimension, ...] = ()
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models of a policy's text under a vocabulary."""

    facts: type[BaseModel]
    layer: type[BaseModel]
    policy: type[BaseModel]


@cache
def models_of(vocabulary: Vocabulary) -> Models:
    """The models that a policy's text has to satisfy."""
    dimensions: Any = {
        dimension.name: (str, Field(default="", description=dimension.doc))
        for dimension in (*DIMENSIONS, *vocabulary.dimensions)
    }
    facts: Any = create_model(
        "FactsWords",
        __base__=Words,
        __doc__="The facts for which something applies; a fact that is not named applies to all.",
        **dimensions,
    )
    rules: Any = {
        spec.name: (_annotation(spec) | None, Field(default=None, description=spec.doc)) for spec in vocabulary.rules
    }
    layer: Any = create_model(
        "LayerWords", __base__=LayerWords, __doc__=LayerWords.__doc__, when=(facts, facts()), **rules
    )
    policy = create_model(
        "PolicyWords",
        __base__=PolicyWords,
        __doc__=PolicyWords.__doc__,
        when=(facts, facts()),
        layers=(tuple[layer, ...], Field(min_length=1)),
    )
    return Models(facts=facts, layer=layer, policy=policy)


def _annotation(spec: RuleSpec[Any]) -> Any:
    match spec.type:
        case "tolerance":
            return ToleranceWords
        case "span":
            return Span
        case "whole_number":
            return Annotated[int, Field(ge=spec.least, le=spec.most)]
        case "yes_no":
            return bool
        case "choice":
            return Literal[spec.choices]
        case "texts":
            return tuple[Annotated[str, Field(pattern=spec.pattern)], ...]
        case "hours":
            return HoursWords
        case _:
            assert_never(spec.type)


def policy_of(words: Any, vocabulary: Vocabulary, *, source_sha256: str, former: bool = False) -> Policy:
    """The kernel's policy of a text that fits `models_of(vocabulary).policy`.

    `former`: it was accepted before amounts needed a currency. Its amounts count in every currency, as they did then, and rules
    that came with this release hold as if there were none.
    """
    currency = words.currency or (UNSTATED if former else "")
    layers = [layer_of(layer, vocabulary, since=words.effective_from, currency=currency) for layer in words.layers]
    return Policy(
        name=words.policy,
        version=words.version,
        effective_from=words.effective_from,
        effective_to=words.effective_to,
        when=_facts(words.when, vocabulary),
        layers=tuple(_as_before(layer, vocabulary) if former else layer for layer in layers),
        source_sha256=source_sha256,
    )


def _as_before(layer: Layer, vocabulary: Vocabulary) -> Layer:
    """The layer with what held before a rule existed, where it holds for everything and says nothing of the rule."""
    if layer.when != Facts():
        return layer
    before = {spec.name: spec.before for spec in vocabulary.rules if spec.before is not None}
    return replace(layer, rules=replace(layer.rules, values={**before, **layer.rules.values}))


def layer_of(words: Any, vocabulary: Vocabulary, *, since: date = _UNDATED, currency: str = "") -> Layer:
    """The kernel's layer of words that fit `models_of(vocabulary).layer`. `since` is when its policy begins: a calendar's
    holidays are those of the surrounding years. `currency` is that of amounts for which neither they nor the layer state one.

    Raises `Malformed` where the calendar has no dates for these years.
    """
    rules = _rules(words, vocabulary, since, words.currency or currency)
    return Layer(when=_facts(words.when, vocabulary), rules=rules)


def _facts(words: Any, vocabulary: Vocabulary) -> Facts:
    own = facts_in(*((dimension, getattr(words, dimension.name)) for dimension in vocabulary.dimensions))
    return Facts(own=own, **{dimension.name: getattr(words, dimension.name) for dimension in DIMENSIONS})


def _rules(layer: Any, vocabulary: Vocabulary, since: date, currency: str) -> Rules:
    values = {spec.name: _value(spec, getattr(layer, spec.name), since, currency) for spec in vocabulary.rules}
    return Rules(
        values={name: value for name, value in values.items() if value is not None},
        routing=tuple((code, _queue(words)) for code, words in sorted(layer.routing.items())),
    )


def _value(spec: RuleSpec[Any], words: Any, since: date, currency: str) -> RuleValue | None:
    if spec.type == "tolerance":
        assert spec.basis is not None, f"{spec.name} is a tolerance of nothing"
        return tolerance_of(words, spec.basis, currency)
    if spec.type == "hours":
        return _hours(words, since)
    if spec.amount_after and words is not None and currency:
        return tuple(f"{entry} {currency}" if bare(spec, entry) else entry for entry in words)
    value: RuleValue | None = words
    return value


def _hours(words: HoursWords | None, since: date) -> Hours | None:
    if words is None:
        return None
    weekdays = tuple(sorted({_DAYS.index(day) for day in words.days}))
    calendar = holidays_of(words.calendar, since.year) if words.calendar else ()
    in_exchange = worked_days_of(words.calendar, since.year) if words.calendar else ()
    return Hours(
        zone=words.zone,
        weekdays=weekdays,
        opens=words.opens.hour * 60 + words.opens.minute,
        closes=words.closes.hour * 60 + words.closes.minute,
        holidays=tuple(sorted({*words.holidays, *(day for day in calendar if day.weekday() in weekdays)})),
        worked=tuple(day for day in in_exchange if day.weekday() not in weekdays and day not in words.holidays),
    )


def _queue(words: QueueWords) -> Queue:
    return Queue(queue=words.queue, sla=words.sla, by_site=words.by_site, watchers=words.watchers)
