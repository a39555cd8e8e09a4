"""Wording: a code's template and a finding's numbers make the sentence that people read.

`{billed}` stands for a number; a part in square brackets is left out when a number in it is missing, so that a
sentence never shows a gap: "Billed {billed}[, received {received}]."
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Protocol

from tieout.core.findings.code import Code
from tieout.core.values.money import Money

_PART: Final = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_GAP: Final = "\0"
_BEFORE: Final = "billed_before"
_NOTHING: Final = frozenset({"0", "nothing"})
_NAME: Final = re.compile(r"\{(\w+)\}")


def say(template: str, numbers: Mapping[str, str] | Iterable[tuple[str, str]], *, missing: str = "unknown") -> str:
    """The sentence. A number that is missing outside brackets reads "unknown", so that the sentence stays whole."""
    values = dict(numbers)
    parts: list[str] = []
    for optional, text, names in _parts(template):
        if optional and not all(values.get(name) for name in names):
            continue
        parts.append(_NAME.sub(lambda match: values.get(match[1]) or missing, text))
    return "".join(parts)


@lru_cache(maxsize=1024)
def first_sentence(template: str) -> str:
    """The template of a message's first sentence, without its full stop: what a list has room for.

    Sentences are distinguished in the template: a value may have a full stop of its own ("2. Dez. 2026").
    """
    depth = 0
    for k, sign in enumerate(template):
        depth += (sign == "[") - (sign == "]")
        if sign == "." and template[k + 1 : k + 2] in {"", " ", "[", "]"}:
            return template[:k] + "]" * depth
    return template


def names_in(template: str) -> frozenset[str]:
    """The numbers that a template uses."""
    return frozenset(_NAME.findall(template))


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[bool, str, tuple[str, ...]], ...]:
    return tuple(
        (match[1] is not None, text, tuple(_NAME.findall(text)))
        for match in _PART.finditer(template)
        for text in [match[1] if match[1] is not None else match[2]]
    )


class Occurrence(Protocol):
    """What a sentence about a finding is made of: the finding itself, or what a case keeps of it."""

    @property
    def code(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def actual(self) -> str: ...
    @property
    def variance(self) -> str: ...
    @property
    def limit(self) -> str: ...
    @property
    def at_stake(self) -> Money | None: ...
    @property
    def numbers(self) -> tuple[tuple[str, str], ...]: ...


def template_of(row: Code, cause: str = "") -> str:
    """The message of a code's findings that belong to a cause."""
    return dict(row.messages_by_cause).get(cause) or row.message or row.name


def cause_of(finding: Occurrence) -> str:
    """The cause of a finding, without its site; "" for one that names none."""
    return str(getattr(finding, "cause", "")).partition("@")[0]


def values_of(finding: Occurrence) -> dict[str, str]:
    """Every value that a message may name, in its canonical spelling; "" where there is none."""
    return dict(finding.numbers) | {
        "where": finding.where if finding.where == "document" else f"line {finding.where}",
        "line": finding.where,
        "expected": finding.expected,
        "actual": finding.actual,
        "variance": finding.variance,
        "limit": finding.limit,
        "at_stake": str(finding.at_stake) if finding.at_stake is not None else "",
    }


def sentence(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """The message of a finding in English, with its values in their canonical spelling; the code where its row is not here.

    What a release before 0.2 stored of a finding, with a sentence and without values, says that sentence.

    `wording.findings` makes the sentences that people read in their language.
    """
    row, former = codes.get(finding.code), former_sentence(finding)
    if former or row is None:
        return former or finding.code
    accepted = getattr(finding, "accepted", None)
    by = f" Accepted by {accepted.actor} ({accepted.resolution}): {accepted.reason}" if accepted else ""
    return say(template_of(row, cause or cause_of(finding)), values_of(finding)) + by


def told(finding: Occurrence, codes: Mapping[str, Code]) -> str:
    """What the other side reads of a finding, in English with canonical values; "" where its code is not told or not known here, or a
    value is missing: nobody is written to about something unknown."""
    row = codes.get(finding.code)
    return whole(row.letter, finding, values_of(finding)) if row else ""


def whole(template: str, finding: Occurrence, values: Mapping[str, str]) -> str:
    """The sentence of a finding's values as they are written; "" where one of them is missing. What was billed before is left out where
    that is nothing."""
    nothing = {name: "" for name, value in finding.numbers if name == _BEFORE and value.partition(" ")[0] in _NOTHING}
    text = say(template, {**values, **nothing}, missing=_GAP)
    return "" if _GAP in text else text


def former_sentence(finding: Occurrence) -> str:
    """The sentence that a release before 0.2 stored with a case; "" for everything that was found since."""
    return str(getattr(finding, "message", ""))


def clears(code: str, codes: Mapping[str, Code]) -> str:
    """What would clear a finding of a code, in English; "" where the code is not known here."""
    row = codes.get(code)
    return row.clears if row else ""
