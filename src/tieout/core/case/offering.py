"""What one person may do about one case now: the commands, and the resolutions that do something. The same rules as `decide`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tieout.core.access.authority import Authority
from tieout.core.access.duties import conflicts
from tieout.core.case.addressing import possible
from tieout.core.case.assigning import DOCUMENT, places
from tieout.core.case.commands import Circumstances, CommandName
from tieout.core.case.legal import ACCEPTS, MAY, ROLES, allowed_commands, allows, authority_over
from tieout.core.case.state import Case
from tieout.core.findings.kernel_resolutions import ACCEPTANCE, REJECTION
from tieout.core.findings.resolution import Effect, Resolution
from tieout.core.values.scope import Scope

_WHEN_OVER: Final = frozenset({"assign", "note", "hand_off", "escalate", "resolve"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """`resolutions` are those that the person may choose and that do something here, `instructions` those that somebody carries
    out in another system: documents end the case then. Both by id, in the order in which the findings name them. `lacking`: why the
    other side cannot be asked, and what is to be done about it; "" where they can, or nobody would be asked anyway."""

    commands: tuple[CommandName, ...] = ()
    resolutions: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    lacking: str = ""


def offers(case: Case, *, at: datetime, by: Scope, given: Circumstances) -> Offers:
    """What is offered. A command that would be refused whatever is typed into its fields is not among it."""
    held = authority_over(case, by, entity=given.entity, on=at.date())
    made = conflicts(by, given.makers)
    rows = _rows(case, given)
    resolutions = tuple(row.id for row in rows if row.acts and _may(case, row, held, given, made=made, by=by))
    commands = tuple(
        name for name in allowed_commands(case.state, held.roles) if _sensible(case, name, held, given, made=made)
    )
    return Offers(
        commands=tuple(name for name in commands if name != "resolve" or resolutions),
        resolutions=resolutions,
        instructions=() if case.ended else tuple(row.id for row in rows if not row.acts),
        lacking=given.other_side.lacking if _would_ask(case, rows, held, given) and not _askable(given) else "",
    )


def possible_when_over(case: Case, command: CommandName, effect: Effect | None = None) -> bool:
    """Whether a command is possible after a later version has superseded the document, or its content was erased: the case is open,
    since an external system has contradicted itself, and the command says who deals with it, or (a resolution of this effect) how
    things stand there."""
    return not case.ended and command in _WHEN_OVER and (command != "resolve" or effect == "confirm")


def _askable(given: Circumstances) -> bool:
    """Whether there is an address to which a person may send something."""
    return bool(possible(given.other_side, doubted=given.doubted))


def _would_ask(case: Case, rows: tuple[Resolution, ...], held: Authority, given: Circumstances) -> bool:
    asks = allows(case.state, "ask_counterparty") or any(row.effect == "ask" for row in rows)
    return not case.ended and asks and not given.over and bool(ROLES["ask_counterparty"] & held.roles)


def _rows(case: Case, given: Circumstances) -> tuple[Resolution, ...]:
    names = dict.fromkeys(name for finding in case.findings for name in finding.resolutions)
    if not given.watched:
        names.setdefault(REJECTION)
    rows = tuple(given.catalogue.resolution(name) for name in names)
    return tuple(row for row in rows if not given.over or possible_when_over(case, "resolve", row.effect))


def _may(  # noqa: PLR0911  one line a rule
    case: Case, row: Resolution, held: Authority, given: Circumstances, *, made: bool, by: Scope
) -> bool:
    if not allows(case.state, "resolve") or not ROLES["resolve"] & held.roles or not MAY[row.who] & held.roles:
        return False
    if case.state == "waiting" and row.effect not in {"reject", "assign", "wait"}:
        return False
    if row.who == "two_persons" and case.resolution == row.id and case.chosen_by == by.actor:
        return False
    match row.effect:
        case "release" | "pay_short":
            active = [finding for finding in case.findings if finding.stage != "note"]
            able = all(_acceptable(finding.code, given) and finding.releasable for finding in active)
            fitting = allows(case.state, "accept_variance") and bool(ROLES["accept_variance"] & held.roles)
            stated = row.effect == "release" or all(finding.at_stake for finding in active)
            return able and fitting and stated and not made and bool(ACCEPTS.get(row.who, frozenset()) & held.roles)
        case "ask":
            askable = allows(case.state, "ask_counterparty") and _askable(given)
            return bool(ROLES["ask_counterparty"] & held.roles) and askable
        case "reject":
            return bool(ROLES["ask_counterparty"] & held.roles) and not given.committed
        case "assign":
            whole = all(finding.where == DOCUMENT for finding in places(case, row.id))
            return not made and not (given.committed and whole)
        case "wait":
            return case.state != "asked"
        case _:
            return True


def _acceptable(code: str, given: Circumstances) -> bool:
    return not given.catalogue.is_control(code)


def _sensible(case: Case, name: CommandName, held: Authority, given: Circumstances, *, made: bool) -> bool:
    """Whether a command has something to be about that the person may do."""
    if given.over and name != "resolve" and not possible_when_over(case, name):
        return name == "note" and given.over == "superseded"
    if name == "accept_variance":
        return not made and any(
            finding.releasable
            and _acceptable(finding.code, given)
            and ACCEPTS.get(given.catalogue.resolution(way).who, frozenset()) & held.roles
            for finding in case.findings
            if (way := accepting(finding.resolutions, given)) and finding.stage != "note"
        )
    if name == "revoke_release":
        return not given.committed and any(
            (MAY if release.value else ACCEPTS).get(given.catalogue.resolution(release.resolution).who, frozenset())
            & held.roles
            for release in case.releases
        )
    if name == "ask_counterparty":
        return _askable(given)
    return name != "record_answer" or bool(case.asked)


def accepting(resolutions: tuple[str, ...], given: Circumstances) -> str:
    """Under which of its resolutions a finding is accepted; "" where none of them accepts it."""
    ways = [name for name in resolutions if given.catalogue.resolution(name).effect == "release"]
    if resolutions and not ways:
        return ""
    return ways[0] if ways and ACCEPTANCE not in ways else ACCEPTANCE
