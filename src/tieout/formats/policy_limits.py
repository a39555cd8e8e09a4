"""The limits of a policy's tolerances and the currencies of its amounts, typed: how they are written, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from tieout.core.policy.rule import RuleSpec
from tieout.core.policy.tolerance import ANY, Basis, Combine, Limit, Tolerance
from tieout.core.values.money import is_currency
from tieout.formats.yaml_tree import Path

Percent = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


def _currency(value: Any) -> str:
    if not is_currency(str(value)):
        raise ValueError(f"{value!r} is not a currency: write its ISO 4217 code, as EUR")
    return str(value)


def _limit_currency(value: Any) -> str:
    return ANY if value == ANY else _currency(value)


_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?) *([A-Z]{3}|any)")
Absolute = Annotated[
    Percent,
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?( *([A-Z]{3}|any))?$"}],
                    "examples": ["500.00 EUR", "5"]}),
]  # fmt: skip
Currency = Annotated[
    str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]})
]
LimitCurrency = Annotated[
    str,
    BeforeValidator(_limit_currency),
    WithJsonSchema({"type": "string", "pattern": "^([A-Z]{3}|any)$", "examples": ["EUR"]}),
]


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class LimitWords(Words):
    """One side of a tolerance. `absolute` is an amount with its currency, "500.00 EUR", where money is measured, else a
    number in the unit of what is measured; `percent` is of the expected value. `currency` may stand on its own; `any` is every currency.
    """

    percent: Percent | None = None
    absolute: Absolute | None = None
    currency: LimitCurrency = ""

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, value: Any) -> Any:
        """ "500.00 EUR" is the number and the currency."""
        match = _AMOUNT.fullmatch(str(value.get("absolute", "")).strip()) if isinstance(value, dict) else None
        if match is None:
            return value
        other = value.get("currency", match[2])
        if other != match[2]:
            raise ValueError(f"its amount is in {match[2]} and its currency {other}: name one of the two")
        return value | {"absolute": match[1], "currency": match[2]}

    @model_validator(mode="after")
    def _not_empty(self) -> LimitWords:
        if self.percent is None and self.absolute is None:
            raise ValueError("has no limit: give percent, absolute or both")
        return self


class LimitsWords(Words):
    """A tolerance with limits. A side that is not given allows nothing."""

    upper: LimitWords | None = None
    lower: LimitWords | None = None
    combine: Combine = "all"
    basis: Basis | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> LimitsWords:
        if self.upper is None and self.lower is None:
            raise ValueError("has no limit: give upper, lower or both, or write zero or not_checked")
        return self


def _sort(value: Any) -> str:
    return "limits" if isinstance(value, dict | LimitsWords) else "word"


ToleranceWords = Annotated[
    Annotated[Literal["zero", "not_checked"], Tag("word")] | Annotated[LimitsWords, Tag("limits")],
    Discriminator(_sort),
]


def without_currency(layer: Any, rules: Iterable[RuleSpec[Any]], currency: str) -> Iterator[tuple[Path, str, str]]:
    """What is wrong with the currencies of a layer's amounts: path within the layer, what, and the remedy.

    An amount of money needs a currency: its own, the layer's or that of the policy (`currency`); a quantity has none.
    """
    default = layer.currency or currency
    for spec in rules:
        words = getattr(layer, spec.name)
        if spec.amount_after and not default:
            for k, entry in enumerate(words or ()):
                if bare(spec, entry):
                    yield (spec.name, k), f"{entry!r} has an amount without a currency", _remedy(entry)
        if isinstance(words, LimitsWords):
            yield from _tolerance_without_currency(spec, words, default)


def _tolerance_without_currency(
    spec: RuleSpec[Any], words: LimitsWords, default: str
) -> Iterator[tuple[Path, str, str]]:
    quantity = (words.basis or spec.basis) == "quantity"
    for side, limit in (("upper", words.upper), ("lower", words.lower)):
        if limit is None or limit.absolute is None:
            continue
        path = (spec.name, side, "absolute")
        if quantity and limit.currency:
            wrong = f"'{limit.absolute:f} {limit.currency}' is money, and a quantity is measured"
            yield path, wrong, "leave the currency out, or write basis: extended_value"
        elif not quantity and not limit.currency and not default:
            yield path, f"'{limit.absolute:f}' is an amount without a currency", _remedy(f"{limit.absolute:f}")


def _remedy(amount: str) -> str:
    return f'write "{amount} EUR", or currency: EUR above the layers'


def bare(spec: RuleSpec[Any], entry: str) -> bool:
    """Whether a text of this rule carries an amount without its currency, as "below:100.00"."""
    return bool(spec.amount_after) and entry.startswith(spec.amount_after) and entry[-1:].isdigit()


def tolerance_of(
    words: LimitsWords | Literal["zero", "not_checked"] | None, basis: Basis, currency: str
) -> Tolerance | None:
    """The kernel's tolerance; `currency` is that of amounts of money that state none. None where there are no words."""
    if words is None:
        return None
    if not isinstance(words, LimitsWords):
        return Tolerance(state=words, basis=basis)
    basis = words.basis or basis
    default = "" if basis == "quantity" else currency
    return Tolerance(
        state="limits",
        basis=basis,
        upper=_limit(words.upper, default),
        lower=_limit(words.lower, default),
        combine=words.combine,
    )


def _limit(words: LimitWords | None, currency: str) -> Limit:
    if words is None:
        return Limit()
    stated = "" if words.absolute is None else words.currency or currency
    return Limit(absolute=words.absolute, percent=words.percent, currency=stated)
