"""A rule of policy: its name, type and meaning. Packs bring theirs; the reader, the schema and the reference follow from them.

Each maker takes `before` (`new` of a tolerance): the value that holds under a policy of release 0.1, which was accepted before its amounts
needed a currency, and so before the rule existed. Every other policy that does not set the rule sets nothing: its claims are held by
GOV-NOPOLICY until a new version sets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from tieout.core.policy.tolerance import Basis, Tolerance
from tieout.core.values.clock import Clock, Hours

RuleValue = Tolerance | Clock | Hours | int | bool | str | tuple[str, ...]
RuleType = Literal["tolerance", "span", "whole_number", "yes_no", "choice", "texts", "hours"]

V_co = TypeVar("V_co", covariant=True)
S = TypeVar("S", bound=str)

_PYTHON: Final[dict[RuleType, type]] = {
    "tolerance": Tolerance, "span": Clock, "whole_number": int, "yes_no": bool, "choice": str, "texts": tuple, "hours": Hours,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec(Generic[V_co]):
    """One rule. `name` is the word in the YAML and `doc` what it decides, for the reference.

    `basis` is what a tolerance is measured in unless the policy says otherwise, `unit` the unit of its absolute limits or of a
    whole number. `least` and `most` bound a whole number, `choices` are the words of a choice, `pattern` is what each text
    of a list has to look like, `amount_after` is how those texts begin that end with an amount, which needs a currency, and
    `example` is how the rule is written. `before` is what holds under a policy of release 0.1.
    """

    name: str
    type: RuleType
    doc: str
    example: str
    basis: Basis | None = None
    unit: str = ""
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    amount_after: str = ""
    before: RuleValue | None = None

    def holds(self, value: object) -> bool:
        """Whether a value is of this rule's type and within its bounds."""
        if type(value) is not _PYTHON[self.type]:
            return False
        if isinstance(value, int) and not isinstance(value, bool):
            return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return not isinstance(value, str) or value in self.choices


def tolerance(
    name: str, doc: str, *, basis: Basis, unit: str, example: str = "zero", new: bool = False
) -> RuleSpec[Tolerance]:
    """A rule that is a tolerance: what it is measured in is always given. `new`: former policies do not check it."""
    before = Tolerance(state="not_checked", basis=basis) if new else None
    return RuleSpec(name=name, type="tolerance", doc=doc, basis=basis, unit=unit, example=example, before=before)


def span(name: str, doc: str, *, example: str, before: Clock | None = None) -> RuleSpec[Clock]:
    """A rule that is a time span, in business days, business hours or hours."""
    return RuleSpec(name=name, type="span", doc=doc, unit="bd, bh or h", example=example, before=before)


def whole_number(
    name: str, doc: str, *, unit: str, example: str, least: int = 0, most: int | None = None, before: int | None = None
) -> RuleSpec[int]:
    """A rule that is a whole number between bounds, both included."""
    return RuleSpec(
        name=name, type="whole_number", doc=doc, unit=unit, least=least, most=most, example=example, before=before
    )


def yes_no(name: str, doc: str, *, example: str, before: bool | None = None) -> RuleSpec[bool]:
    """A rule that is true or false."""
    return RuleSpec(name=name, type="yes_no", doc=doc, example=example, before=before)


def choice(name: str, doc: str, *, choices: tuple[S, ...], before: S | None = None) -> RuleSpec[S]:
    """A rule that is one of some words; the first one is the example."""
    return RuleSpec(name=name, type="choice", doc=doc, choices=choices, example=choices[0], before=before)


def texts(
    name: str, doc: str, *, pattern: str, example: str, amount_after: str = "", before: tuple[str, ...] | None = None
) -> RuleSpec[tuple[str, ...]]:
    """A rule that is a list of texts, each of which looks like the pattern."""
    return RuleSpec(
        name=name, type="texts", doc=doc, pattern=pattern, example=example, amount_after=amount_after, before=before
    )


HOURS: Final[RuleSpec[Hours]] = RuleSpec(
    name="hours",
    type="hours",
    doc="When the company is at work: time spans in business hours and business days run only then.",
    example='{zone: Europe/Berlin, days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "17:00"}',
)
