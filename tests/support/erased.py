"""What has to be the same of a claim and of a case after the content of their events was erased, and what may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from tieout.core.case.state import Case
from tieout.core.claim.delivery import channel_of, goes_out
from tieout.core.claim.state import ClaimState

PLACES: Final[Mapping[str, frozenset[str]]] = {
    "PostingLine": frozenset({"claim_line", "line"}),
    "FindingBrief": frozenset({"where"}),
    "Release": frozenset({"where"}),
}
"""Ids of lines: erased where they are none by their form."""
CONTENT: Final[Mapping[str, frozenset[str]]] = {
    "ClaimState": frozenset({"rejected"}),
    "PostedPart": frozenset({"reason"}),
    "PostingLine": frozenset({"description"}),
    "Delivery": frozenset({"reason", "code", "correlation"}),
    "Case": frozenset({"chosen_note"}),
    "FindingBrief": frozenset({"expected", "actual", "variance", "limit", "numbers", "message"}),
    "Message": frozenset({"text", "lines", "subject", "to"}),
    "Release": frozenset({"reason", "variance", "value", "instead"}),
}
"""What is erased of a state, by the type that holds it: that there was a text has to be seen afterwards too."""
DESTINATIONS: Final = frozenset({("ClaimState", "delivery"), ("PostedPart", "delivery"), ("Delivery", "to")})


def outline(value: object, *, places: bool = True) -> object:
    """All of a state but its content. Not `places`: nor the ids of its lines."""
    if isinstance(value, tuple):
        return tuple(outline(part, places=places) for part in value)
    if not is_dataclass(value):
        return value
    return {field.name: _outline(value, field.name, places=places) for field in fields(value)}


def _outline(holder: object, name: str, *, places: bool) -> object:
    type_, value = type(holder).__name__, getattr(holder, name)
    if (type_, name) in DESTINATIONS:
        return bool(value), goes_out(value), channel_of(value)[0] in {"peppol", "email", "portal", "print", "none"}
    if (type_, name) == ("ClaimState", "number") and holder.kind == "unreadable":
        return bool(value)  # the name of its file
    if name == "words" or (type_, name) == ("ClaimState", "counterparty"):
        return ()
    if name in CONTENT.get(type_, ()) or (not places and name in PLACES.get(type_, ())) or (type_, name) == _KEYS:
        return len(value) if isinstance(value, tuple) else bool(value)
    return outline(value, places=places)


_KEYS: Final = ("Case", "wait_keys")
"""Keys of parties by their name are erased."""


def of_claim(claim: ClaimState | None, *, places: bool = True) -> object:
    """The claim but for its content, with what follows from it."""
    if claim is None:
        return None
    follows = (claim.over, claim.rejected_by_verdict, claim.posted_at, claim.resent_at, len(claim.posted_lines))
    return outline(claim, places=places), follows


def of_case(case: Case | None, *, places: bool = True) -> object:
    """The case but for its content, with what follows from it."""
    if case is None:
        return None
    return outline(case, places=places), (case.ended, case.next_at)
