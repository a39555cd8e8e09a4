"""The reference pages of codes and resolutions; the code shows which codes are never raised and which resolutions are only recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pages.text import NOTE
from tieout import app
from tieout.core.access.role import BUILT_IN
from tieout.core.case.legal import ACCEPTS, MAY, ROLES
from tieout.core.findings.code import Code
from tieout.core.findings.resolution import Effect, Resolution, Who
from tieout.wording.owners import NOBODY

ROOMS: Final = ("packs", "trade", "core/case", "core/tie_out", "formats", "engine", "connectors")
"""Where findings are made. Taxonomies only list codes; pages, measures and samples only mention them."""
NOT_RAISED: Final = "* **Nothing raises this code yet**: it is reserved for a later process."

_EFFECTS: Final[Mapping[Effect, str]] = {
    "release": "the findings are accepted, and the claim is tied out again",
    "pay_short": "the findings are accepted, the claim is posted, and what is at stake is claimed with our debit note",
    "ask": "a message to the counterparty is sent, and the time limit is suspended until the answer arrives",
    "reject": "the document is rejected, and the counterparty is notified",
    "assign": "what was chosen is evidence of the claim, and the claim is tied out against it at once",
    "wait": "nobody is asked until the day that is named; then the case is back in its queue",
    "elsewhere": "**only recorded**: Tieout does nothing itself; somebody acts in another system, and documents close the case",
    "retry": "Tieout looks in the external system first, and posts or sends again only what is missing there",
    "confirm": "the action counts as done under the number that is given",
    "deny": "the action counts as not done",
    "send": "the document is sent to the customer once more",
    "check": "the claim is tied out again",
}
_WHO: Final[Mapping[Who, str]] = {
    "owner": "the case's owner: {roles}",
    "approver": "{roles}",
    "credit": "{roles}",
    "controls": "{roles}",
    "two_persons": "two people, of whom one proposes and the other confirms: {roles}",
    "system": "the system alone",
}


@cache
def raised() -> frozenset[str]:
    """The codes that a check, reader or outcome names; all others are never raised."""
    codes = app.taxonomy()
    return frozenset(text for text in _strings() if text in codes)


def _strings() -> Iterator[str]:
    source = Path(app.__file__).parent
    for room in ROOMS:
        for path in sorted((source / room).rglob("*.py")):
            if "taxonomy" not in path.parts:
                yield from strings_in(path.read_text(encoding="utf-8"))


def strings_in(text: str) -> Iterator[str]:
    """Every text in a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def codes_page() -> str:
    """Every code with owner, clock, resolutions, and whether anything raises it."""
    codes = app.taxonomy()
    lines = [
        "# Exception codes",
        NOTE,
        f"{len(codes)} codes, of which {len(raised())} are raised today. A code names the type of exception, its owner, the time limit",
        "and what would clear it. bd: business days, bh: business hours. A policy may change owner and time limit.",
        "",
        "How to read an entry:",
        "",
        "* *Class* is the type of cause (a policy, timing, master data, a commercial difference, an interface, a control); *level* is",
        "  whether the code is about a line or the whole document (header); *default* is what a finding does unless a check decides",
        "  otherwise: it is a note, the claim waits, it is held, or it is rejected.",
        "* *Replaces*: this code is the explanation, and the listed findings of the same line are its symptoms. They are shown as",
        "  explained by it, and nobody is asked about them.",
        "* *Suppresses*: what the listed findings of the same line are calculated from is in doubt. They are not assessed until this",
        "  one is resolved.",
        "* `AP-PRC-*` means all codes that begin like that. The [glossary](../glossary.md) calls both rules *precedence*.",
        "",
    ]
    for domain in dict.fromkeys(code.domain for code in codes.values()):
        lines.append(f"## {domain.capitalize()}\n")
        for code in codes.values():
            if code.domain == domain:
                lines += _code(code)
    return "\n".join(lines).rstrip() + "\n"


def _code(code: Code) -> Iterator[str]:
    yield f"### {code.id}: {code.name}\n"
    yield f"{code.detects}\n"
    if code.id not in raised():
        yield NOT_RAISED
    owner = (
        "Owner: nobody until the wait ends" if code.queue == NOBODY else f"Owner **{code.queue}** within **{code.sla}**"
    )
    yield f"* {owner}; class {code.kind}, {code.level} level, default: {code.stage}."
    yield f"* Clears when: {code.clears}"
    yield f"* Shown: {code.evidence}"
    if code.letter:
        yield f"* Text sent to the counterparty: `{code.letter}`"
    if code.message:
        yield f"* Message: `{code.message}`"
    yield f"* Resolutions: {', '.join(f'[{name}](resolutions.md#{name})' for name in code.resolutions) or 'none'}."
    for words, others in (("Replaces", code.replaces), ("Suppresses", code.suppresses)):
        if others:
            yield f"* {words}: {', '.join(others)}."
    if code.control:
        yield "* A control: nobody can accept it, and no other finding of the claim can be accepted while it holds."
    if code.peppol:
        yield f"* Reported to the counterparty as `{code.peppol}` (Peppol status, reason, action)."
    yield ""


def resolutions_page() -> str:
    """Every resolution: who may choose it, its fields, its effect, and which packs bring it."""
    resolutions = app.catalogue().resolutions
    idle = sum(resolution.effect == "elsewhere" for resolution in resolutions.values())
    lines = [
        "# Resolutions",
        NOTE,
        "The permitted ways to end a finding. Each code names those that apply to it.",
        "",
        f"{idle} of {len(resolutions)} are **only recorded**: Tieout records who chose them and why, and does nothing else.",
        "The case closes when documents resolve it: a corrected receipt, a new order, a credit note.",
        "",
        "*Who may* names the roles; who chooses must hold one of them for the company and the queue of the case. *The case's owner* is",
        "everybody who does. An acceptance is limited to the amount that the person may accept.",
        "",
    ]
    for resolution in resolutions.values():
        lines += _resolution(resolution)
    return "\n".join(lines).rstrip() + "\n"


def _resolution(resolution: Resolution) -> Iterator[str]:
    yield f"### {resolution.id}\n"
    yield f"**{resolution.name}**: {resolution.words}\n"
    yield f"* What follows: {_EFFECTS[resolution.effect]}."
    yield f"* Who may: {who_may(resolution)}."
    asked = [f"{field.label} ({field.kind}{', required' if field.required else ''})" for field in resolution.fields]
    yield f"* Asked for: {'; '.join(asked) or 'nothing'}."
    if resolution.permitted_by:
        yield f"* Only where policy says [`{resolution.permitted_by}: true`](policy-rules.md#{resolution.permitted_by})."
    brought = [pack.name for pack in app.packs() if resolution in pack.resolutions]
    yield f"* Defined by: {', '.join(brought) or 'the kernel'}."
    yield ""


def who_may(resolution: Resolution) -> str:
    """Who may choose it: the names of the roles, and whether two people are needed."""
    names = ", ".join(_in_a_sentence(role.name) for role in BUILT_IN.values() if role.id in roles_of(resolution))
    words = "{roles}" if resolution.accepts else _WHO[resolution.who]
    return words.format(roles=names)


def roles_of(resolution: Resolution) -> frozenset[str]:
    """The ids of the kernel's roles that may choose it. An acceptance needs a role whose acceptance is valid, and what writes to the
    counterparty one that may write to it."""
    roles = MAY[resolution.who] & ROLES["resolve"]
    if resolution.accepts:
        return roles & ACCEPTS.get(resolution.who, frozenset())
    return roles & ROLES["ask_counterparty"] if resolution.effect in {"ask", "reject"} else roles


def _in_a_sentence(name: str) -> str:
    return name if name[:2].isupper() else name.lower()
