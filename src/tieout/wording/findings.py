"""What is wrong, in sentences: made from the code's row and the finding's values when they are shown, and stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tieout.core.findings.catalogue import KERNEL
from tieout.core.findings.code import Code
from tieout.core.findings.finding import Accepted
from tieout.core.findings.precedence import Silenced
from tieout.core.findings.resolution import Resolution
from tieout.core.findings.wording import (
    Occurrence,
    cause_of,
    first_sentence,
    former_sentence,
    say,
    template_of,
    values_of,
    whole,
)
from tieout.wording.catalogue import marked
from tieout.wording.catalogue import translated as _text
from tieout.wording.sentences import for_people
from tieout.wording.sentences import place as place_shown
from tieout.wording.values import written


def message(
    finding: Occurrence,
    codes: Mapping[str, Code],
    cause: str = "",
    *,
    resolutions: Mapping[str, Resolution] = KERNEL.resolutions,
) -> str:
    """The sentence about a finding; `cause` is its case's, `resolutions` name the one under which it was accepted. Where its code is
    not known here: what the release before wrote about it, else the code."""
    row = codes.get(finding.code)
    former = former_sentence(finding)
    if former or row is None:
        return former or finding.code
    text = _filled(_text(template_of(row, cause or cause_of(finding))), finding, row)
    accepted = getattr(finding, "accepted", None)
    return f"{text} {_accepted(accepted, resolutions)}" if accepted else text


def in_short(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """The first sentence about a finding, without its full stop: what a list has room for."""
    row = codes.get(finding.code)
    former = former_sentence(finding)
    if former or row is None:
        return former.partition(". ")[0].rstrip(". ") or finding.code
    return _filled(first_sentence(_text(template_of(row, cause or cause_of(finding)))), finding, row)


def short(finding: Occurrence, codes: Mapping[str, Code], cause: str = "") -> str:
    """What is wrong in a few words, without a full stop; the first sentence of the message where the code has no such words."""
    row = codes.get(finding.code)
    text = ""
    if row and row.short and not former_sentence(finding):
        values = shown(finding) | {"place": place(finding.where)}
        text = say(_text(row.short), values, missing="\0")
        text = "" if "\0" in text else text
    text = text or in_short(finding, codes, cause)
    return text[:1].upper() + text[1:]


def told(finding: Occurrence, codes: Mapping[str, Code]) -> str:
    """What the other side reads of a finding; "" where its code is not told or not known here, or a value is missing."""
    row = codes.get(finding.code)
    return whole(_text(row.letter), finding, shown(finding)) if row and row.letter else ""


def clears(code: str, codes: Mapping[str, Code]) -> str:
    """What would clear a finding of a code; "" where the code is not known here."""
    row = codes.get(code)
    return _text(row.clears) if row else ""


def value(finding: Occurrence, name: str) -> str:
    """One of a finding's own values (`expected`, `actual`, `variance`, `limit`) in the chosen language: a figure, or a sentence."""
    words = dict(getattr(finding, "words", ())).get(name)
    return for_people(words) if words is not None else written(str(getattr(finding, name)))


def silenced(gone: Silenced) -> str:
    """Why a finding is not asked about: "explained by AP-QTY-INSP"."""
    if gone.rule == "suppressed":
        return say(_text("not assessed until this is resolved: {code}"), {"code": gone.by})
    return say(_text("explained by {code}"), {"code": gone.by})


def place(where: str) -> str:
    """Where on a document something is: "line 2", "the whole document", "the totals"."""
    return _text(_PARTS[where]) if where in _PARTS else say(_text("line {line}"), {"line": where})


def _part(where: str) -> str:
    """A place that a message names: a part of the document, or a place in the file in its canonical spelling ("line 3, column 5")."""
    return _text(_PARTS[where]) if where in _PARTS else place_shown(where)


_PARTS: Final[Mapping[str, str]] = {
    "document": marked("the whole document"),
    "totals": marked("the totals"),
    "tax": marked("the tax"),
    "buyer": marked("the buyer"),
    "currency": marked("the currency"),
    "payment": marked("the payment"),
}
"""Parts of a document that are no line."""


def shown(finding: Occurrence) -> dict[str, str]:
    """The values of a finding as people of the chosen language read them."""
    values = {name: written(value) for name, value in values_of(finding).items() if name not in _REFERENCES}
    if "place" in values:
        values["place"] = _part(values["place"])
    references = {name: _text(value) for name, value in values_of(finding).items() if name in _REFERENCES}
    sentences = {name: for_people(words) for name, words in getattr(finding, "words", ())}
    return references | values | sentences | {"where": place(finding.where)}


_REFERENCES: Final = frozenset({
    "claim", "claim_line", "credit", "document", "invoice", "line", "lot", "number", "order", "order_line", "product", "shipment",
    "statement", "subscription", "supplier", "where",
})  # fmt: skip
"""Values that are somebody's numbers: never written as a figure or a day."""


def _filled(template: str, finding: Occurrence, row: Code) -> str:
    """The sentence; where it has no word, because its values were all that it said and are erased, the name of the code."""
    text = say(template, shown(finding), missing=_text("unknown"))
    return text if any(map(str.isalpha, text)) else _text(row.name)


def _accepted(accepted: Accepted, resolutions: Mapping[str, Resolution]) -> str:
    row = resolutions.get(accepted.resolution)
    name = _text(row.name) if row else accepted.resolution.replace("_", " ")
    values = {"actor": accepted.actor, "resolution": name, "reason": accepted.reason}
    return say(_text("Accepted by {actor} ({resolution}): {reason}"), values)
