"""The words of a policy text, typed: what may stand where, and how it becomes the kernel's policy."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, MatchLevel, Policy, Queue, Rules
from tieout.core.policy.tolerance import Basis, Combine, Limit, Tolerance
from tieout.core.values.calendar import zone_of
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed
from tieout.formats.named_calendar import calendar_name, holidays_of

_CLOCK: Final = re.compile(r"(\d{1,5}) *(bd|bh|h)")
_UNDATED: Final = date(2025, 1, 1)  # a layer that stands alone, in a scenario: its calendar begins here
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _clock(value: Any) -> Clock:
    match = _CLOCK.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(
            f"{value!r} is not a time span: write business days, business hours or hours, as 2 bd, 48 bh or 8 h"
        )
    unit: Any = match[2]
    return Clock(amount=int(match[1]), unit=unit)


def _zone(value: Any) -> str:
    try:
        zone_of(str(value))
    except Malformed as error:
        raise ValueError(f"{error.message}: {error.remedy}") from error
    return str(value)


def _calendar(value: Any) -> str:
    try:
        return calendar_name(str(value))
    except Malformed as error:
        raise ValueError(f"{error.message}: {error.remedy}") from error


def _written(pattern: str, shape: str) -> BeforeValidator:
    """Only the one way of writing: "8" is not a time of day and 20260131 not a date."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(pattern, value) is None:
            raise ValueError(f"{value!r} is not {shape}")
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
Exclusion = Annotated[str, Field(pattern=r"^(prepaid|segment:.+|category:.+|below:\d+(\.\d+)?)$")]
Percent = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class LimitWords(_Words):
    """One side of a tolerance. `absolute` is in the unit of what is measured, `percent` of the expected value."""

    percent: Percent | None = None
    absolute: Percent | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> LimitWords:
        if self.percent is None and self.absolute is None:
            raise ValueError("says no limit: give percent, absolute or both")
        return self


class LimitsWords(_Words):
    """A tolerance with limits. A side that is not given allows nothing."""

    upper: LimitWords | None = None
    lower: LimitWords | None = None
    combine: Combine = "all"
    basis: Basis | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> LimitsWords:
        if self.upper is None and self.lower is None:
            raise ValueError("says no limit: give upper, lower or both, or write zero or not_checked")
        return self


def _sort(value: Any) -> str:
    return "limits" if isinstance(value, dict | LimitsWords) else "word"


ToleranceWords = Annotated[
    Annotated[Literal["zero", "not_checked"], Tag("word")] | Annotated[LimitsWords, Tag("limits")],
    Discriminator(_sort),
]


class QueueWords(_Words):
    """Who owns a code here, and by when. `by_site` adds the receiving site to the queue's name."""

    queue: str = Field(min_length=1)
    sla: Span | None = None
    by_site: bool = False
    watchers: tuple[str, ...] = ()


class HoursWords(_Words):
    """When the house is open: clocks in business hours and days run only then. `calendar` names public holidays."""

    zone: Zone = "UTC"
    days: tuple[Day, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    opens: TimeOfDay = time(8)
    closes: TimeOfDay = time(17)
    holidays: tuple[OnDay, ...] = ()
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _open_at_all(self) -> HoursWords:
        if self.opens >= self.closes:
            raise ValueError(f"closes at {self.closes:%H:%M}, which is not after it opens at {self.opens:%H:%M}")
        return self


class FactsWords(_Words):
    """For which facts something holds; a fact that is not named holds for all."""

    tenant: str = ""
    entity: str = ""
    site: str = ""
    supplier: str = ""
    category: str = ""
    process: str = ""
    customer: str = ""


class LayerWords(_Words):
    """Rules for some facts. What a layer does not say, a wider layer says; the more specific layer speaks last."""

    when: FactsWords = FactsWords()
    match: MatchLevel | None = None
    unit_price: ToleranceWords | None = None
    line_total: ToleranceWords | None = None
    quantity: ToleranceWords | None = None
    ordered: ToleranceWords | None = None
    freight: ToleranceWords | None = None
    tax: ToleranceWords | None = None
    order_required: bool | None = None
    supplier_required: bool | None = None
    inspection_window: Span | None = None
    arrival_window: Span | None = None
    sync_lag_max: Span | None = None
    invoice_age_days_max: int | None = Field(default=None, ge=0)
    invoice_future_days_max: int | None = Field(default=None, ge=0)
    bank_cooling_days: int | None = Field(default=None, ge=0)
    posting: Literal["whole", "split"] | None = None
    freight_posting: Literal["by_value", "account"] | None = None
    terms: Literal["not_checked", "equal"] | None = None
    short_pay: bool | None = None
    shipped_by: Literal["warehouse", "carrier"] | None = None
    carrier_lag_max: Span | None = None
    proof_required: bool | None = None
    proof_window: Span | None = None
    proof_assumed: bool | None = None
    billing_rule: Literal["as_shipped", "complete_only", "one_per_order", "consolidated"] | None = None
    billed_from: Literal["documents", "events"] | None = None
    tax_answer: Literal["required", "not_required"] | None = None
    booking: Literal["expected", "not_expected"] | None = None
    credit: Literal["checked", "not_checked"] | None = None
    credit_limit: ToleranceWords | None = None
    overdue_days_max: int | None = Field(default=None, ge=0)
    credit_exclusions: tuple[Exclusion, ...] | None = None
    credit_note: ToleranceWords | None = None
    booking_window: Span | None = None
    leak_window: Span | None = None
    usage_window: Span | None = None
    lines_max: int | None = Field(default=None, ge=1)
    quantity_growth: ToleranceWords | None = None
    unusual_percentile: int | None = Field(default=None, ge=50, le=100)
    amendment_window: Span | None = None
    revenue_review: Literal["required", "not_required"] | None = None
    late_usage: Literal["next_invoice", "credit_rebill"] | None = None
    hours: HoursWords | None = None
    routing: dict[str, QueueWords] = Field(default_factory=dict)


class PolicyWords(_Words):
    """One version of a policy."""

    policy: str = Field(min_length=1, description="the policy's name; versions of one policy share it")
    version: str = Field(min_length=1)
    effective_from: OnDay
    effective_to: OnDay | None = None
    when: FactsWords = FactsWords()
    layers: tuple[LayerWords, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> PolicyWords:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(f"ends on {self.effective_to}, before it begins on {self.effective_from}")
        return self


_BASIS: Final[dict[str, Basis]] = {
    "unit_price": "unit_price",
    "line_total": "cumulative_value",
    "quantity": "quantity",
    "ordered": "quantity",
    "freight": "amount",
    "tax": "amount",
    "credit_limit": "amount",
    "credit_note": "amount",
    "quantity_growth": "quantity",
}


def policy_of(words: PolicyWords, *, source_sha256: str) -> Policy:
    """The kernel's policy."""
    return Policy(
        name=words.policy,
        version=words.version,
        effective_from=words.effective_from,
        effective_to=words.effective_to,
        when=_facts(words.when),
        layers=tuple(layer_of(layer, since=words.effective_from) for layer in words.layers),
        source_sha256=source_sha256,
    )


def layer_of(words: LayerWords, *, since: date = _UNDATED) -> Layer:
    """The kernel's layer. `since` is when its policy begins: a calendar's holidays are those of the years about it.

    Raises `Malformed` where the calendar has no dates for these years.
    """
    return Layer(when=_facts(words.when), rules=_rules(words, since))


def _facts(words: FactsWords) -> Facts:
    return Facts(**words.model_dump())


def _rules(layer: LayerWords, since: date) -> Rules:
    said: dict[str, Any] = {name: getattr(layer, name) for name in LayerWords.model_fields if name != "when"}
    for name, basis in _BASIS.items():
        said[name] = _tolerance(said[name], basis)
    said["hours"] = _hours(layer.hours, since)
    said["routing"] = tuple((code, _queue(words)) for code, words in sorted(layer.routing.items()))
    return Rules(**said)


def _tolerance(words: LimitsWords | Literal["zero", "not_checked"] | None, basis: Basis) -> Tolerance | None:
    if words is None:
        return None
    if not isinstance(words, LimitsWords):
        return Tolerance(state=words, basis=basis)
    return Tolerance(
        state="limits",
        basis=words.basis or basis,
        upper=_limit(words.upper),
        lower=_limit(words.lower),
        combine=words.combine,
    )


def _limit(words: LimitWords | None) -> Limit:
    return Limit() if words is None else Limit(absolute=words.absolute, percent=words.percent)


def _hours(words: HoursWords | None, since: date) -> Hours | None:
    if words is None:
        return None
    weekdays = tuple(sorted({_DAYS.index(day) for day in words.days}))
    calendar = holidays_of(words.calendar, since.year) if words.calendar else ()
    return Hours(
        zone=words.zone,
        weekdays=weekdays,
        opens=words.opens.hour * 60 + words.opens.minute,
        closes=words.closes.hour * 60 + words.closes.minute,
        holidays=tuple(sorted({*words.holidays, *(day for day in calendar if day.weekday() in weekdays)})),
    )


def _queue(words: QueueWords) -> Queue:
    return Queue(queue=words.queue, sla=words.sla, by_site=words.by_site, watchers=words.watchers)
