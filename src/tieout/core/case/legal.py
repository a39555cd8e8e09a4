"""What is lawful: one table, state × move → states it may lead to. Read by decide, the screen, the docs and conformance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from tieout.core.access.authority import Authority, authority
from tieout.core.case.commands import CommandName
from tieout.core.case.events import CaseEvent, CaseOpened, CaseRejected, CaseReopened, CaseResolved
from tieout.core.case.evolve import evolve
from tieout.core.case.names import command_called, commands_called, roles_called, state_called
from tieout.core.case.state import STATES, Case, State
from tieout.core.findings.resolution import Who
from tieout.core.values.errors import Refused
from tieout.core.values.event import by_person
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence

SystemMove = Literal["tie_out", "timer", "outcome", "close"]
Move = CommandName | SystemMove


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """In state `state` the move `move` is lawful; after it the case is in one of `leads_to`."""

    state: State
    move: Move
    leads_to: frozenset[State]


def _rows(move: Move, **leads: str) -> Iterator[Row]:
    for state in STATES:
        if state in leads:
            names = leads[state].split()
            yield Row(state=state, move=move, leads_to=frozenset(target for target in STATES if target in names))


_IN_HAND: Final = "open assigned asked"

LEGAL: Final[tuple[Row, ...]] = (
    *_rows("assign", open="assigned", assigned="open assigned", asked="asked"),
    *_rows("note", **{state: state for state in STATES}),
    *_rows("ask_counterparty", open="asked", assigned="asked", asked="asked"),
    *_rows("record_answer", asked=_IN_HAND),
    *_rows("accept_variance", open="open", assigned="assigned", asked="asked"),
    *_rows("revoke_release", open="open", assigned="assigned", asked="asked", resolved="resolved"),
    *_rows(
        "resolve",
        waiting="waiting rejected",
        open="waiting open asked rejected",
        assigned="waiting assigned asked rejected",
        asked="asked rejected",
    ),
    *_rows("escalate", open="open", assigned="assigned", asked="asked"),
    *_rows("hand_off", waiting="open", open="open", assigned="open", asked="asked"),
    *_rows("reopen", rejected="open"),
    *_rows(
        "tie_out",
        waiting="waiting open resolved",
        open="waiting open resolved",
        assigned="waiting open assigned resolved",
        asked="asked resolved",
        resolved="waiting open resolved",
    ),
    *_rows("timer", waiting="open", open="open", assigned="assigned", asked=_IN_HAND),
    *_rows(
        "outcome",
        waiting="waiting open resolved",
        open="waiting open resolved",
        assigned="open assigned resolved",
        asked="asked resolved",
        resolved="waiting open resolved",
        rejected="rejected",
    ),
    *_rows("close", waiting="resolved", open="resolved", assigned="resolved", asked="resolved"),
)
_TABLE: Final[Mapping[tuple[State, Move], frozenset[State]]] = MappingProxyType(
    {(row.state, row.move): row.leads_to for row in LEGAL}
)
assert len(_TABLE) == len(LEGAL), "a row is in the table twice"

# Which roles may give which command. A role that is not listed here may only read.
_WORKERS: Final = frozenset({"ap_analyst", "ar_analyst", "receiver", "buyer", "credit", "approver", "controller"})
_APPROVERS: Final = frozenset({"approver", "controller"})
_CREDIT: Final = frozenset({"credit"})
# Who may choose a resolution. Nobody may choose what only the system does.
MAY: Final[Mapping[Who, frozenset[str]]] = MappingProxyType(
    {
        "owner": _WORKERS | {"engineer"},
        "approver": _APPROVERS,
        "credit": _CREDIT,
        "controls": frozenset({"controller"}),
        "two_persons": _WORKERS | {"engineer"},
        "system": frozenset(),
    }
)
# Whose acceptance holds, by who may choose the resolution under which a finding is accepted: credit is not the approvers' to give.
ACCEPTS: Final[Mapping[Who, frozenset[str]]] = MappingProxyType(
    {who: _CREDIT if who == "credit" else _APPROVERS for who in MAY if who != "system"}
)
ROLES: Final[Mapping[CommandName, frozenset[str]]] = MappingProxyType(
    {
        "assign": _WORKERS | {"engineer"},
        "note": _WORKERS | {"engineer"},
        "ask_counterparty": _WORKERS,
        "record_answer": _WORKERS,
        "accept_variance": _APPROVERS | _CREDIT,
        "revoke_release": _WORKERS,
        "resolve": _WORKERS | {"engineer"},
        "escalate": _WORKERS | {"engineer"},
        "hand_off": _WORKERS | {"engineer"},
        "reopen": _APPROVERS,
    }
)

_COMMANDS: Final[tuple[CommandName, ...]] = tuple(ROLES)

# Which moves write which events. People write by commands, the system by its own moves.
_WRITES: Final[Mapping[str, tuple[Move, ...]]] = MappingProxyType(
    {
        "FindingsChanged": ("tie_out", "outcome"),
        "CaseRouted": ("tie_out", "timer", "outcome", "hand_off", "reopen"),
        "WaitStarted": ("tie_out", "outcome", "hand_off", "resolve"),
        "WaitEnded": ("tie_out", "timer", "outcome", "hand_off", "close"),
        "HandedOff": ("tie_out", "outcome", "hand_off"),
        "HandOffWithdrawn": ("tie_out",),
        "Assigned": ("assign",),
        "Noted": ("note",),
        "MessageDrafted": ("tie_out",),
        "CounterpartyAsked": ("ask_counterparty", "resolve"),
        "CounterpartyInformed": ("resolve", "outcome", "tie_out"),
        "CounterpartyAnswered": ("record_answer",),
        "CounterpartySilent": ("timer",),
        "FindingReleased": ("accept_variance", "resolve"),
        "ReleaseRevoked": ("revoke_release",),
        "ResolutionChosen": ("resolve",),
        "DebitNoteRequested": ("outcome", "tie_out"),
        "ActDone": ("outcome",),
        "Escalated": ("timer", "escalate"),
        "CaseResolved": ("tie_out", "outcome", "close"),
        "CaseRejected": ("resolve",),
        "CaseReopened": ("tie_out", "outcome", "reopen"),
    }
)


def allows(state: State, move: Move) -> bool:
    """Whether the table has a row for this move in this state."""
    return (state, move) in _TABLE


def authority_over(case: Case, by: Scope, *, entity: str, on: date) -> Authority:
    """What the actor may do with this case of a claim of that company, on that day."""
    return authority(by.grants, entity=entity, queue=queue_of(case), on=on)


def queue_of(case: Case) -> str:
    """The queue whose case it is; while it waits without an owner, the one that its gravest finding names."""
    return case.queue or next((finding.queue for finding in case.findings if finding.queue), "")


def require(case: Case, command: CommandName, held: Authority) -> None:
    """Raises `Refused` where the state of the case (CASE-STATE) or what the actor holds (CASE-ROLE) do not allow it."""
    if not allows(case.state, command):
        raise Refused(
            "CASE-STATE",
            "{command} is not possible while the case is {state}; possible now: {lawful}",
            command=command_called(command),
            state=state_called(case.state),
            lawful=commands_called(name for name in _COMMANDS if allows(case.state, name)),
        )
    if not ROLES[command] & held.roles:
        raise Refused("CASE-ROLE", _wanting(command_called(command), ROLES[command], held, queue_of(case)))


def require_role(case: Case, what: str, roles: frozenset[str], held: Authority) -> None:
    """Raises `Refused` CASE-ROLE where the actor holds none of these roles here. `what` is what they wanted to do, in words."""
    if not roles & held.roles:
        raise Refused("CASE-ROLE", _wanting(what, roles, held, queue_of(case)))


def _wanting(what: str, roles: frozenset[str], held: Authority, queue: str) -> Sentence:
    needed = roles_called(roles)
    if not needed:
        return Sentence("{what} is done by Tieout alone, and by nobody else", what=what)
    elsewhere = roles & held.elsewhere
    if not elsewhere:
        return Sentence(
            "{what} needs one of these roles: {roles}; ask somebody who has it, or a controller for the role",
            what=what,
            roles=needed,
        )
    return Sentence(
        "{what} needs one of these roles: {roles}; the case is in queue {case_queue}, and you hold {held} only for other queues "
        "or companies: ask somebody who holds it here",
        what=what,
        roles=needed,
        case_queue=queue or Sentence("(not routed yet)"),
        held=roles_called(elsewhere),
    )


def allowed_commands(state: State, roles: Collection[str]) -> tuple[CommandName, ...]:
    """The commands that someone with these roles may give in this state (the buttons on the screen), in table order."""
    mine = frozenset(roles)
    return tuple(command for command in _COMMANDS if allows(state, command) and ROLES[command] & mine)


def diagram() -> str:
    """The table as a Mermaid state diagram, a line for every pair of states that a move connects."""
    labels: dict[tuple[State, State], list[str]] = {}
    for row in LEGAL:
        for following in sorted(row.leads_to, key=STATES.index):
            if following != row.state:
                labels.setdefault((row.state, following), []).append(row.move)
    lines = [f"    {before} --> {after}: {', '.join(moves)}" for (before, after), moves in labels.items()]
    starts = [f"    [*] --> {state}" for state in ("waiting", "open")]
    ends = [f"    {state} --> [*]" for state in ("resolved", "rejected")]
    return "\n".join(["stateDiagram-v2", *starts, *lines, *ends, ""])


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlawful:
    """The first event that no row of the table explains: its place in the log (from 0), and why."""

    index: int
    event: str
    reason: str


def first_unlawful(events: Iterable[CaseEvent]) -> Unlawful | None:
    """Folds a log and gives its first event that the table does not allow; None if all of it is lawful."""
    case: Case | None = None
    for k, event in enumerate(events):
        name = type(event).__name__
        if (case is None) != isinstance(event, CaseOpened):
            return Unlawful(index=k, event=name, reason="a log begins with CaseOpened, once")
        following = evolve(case, event)
        if case is not None and not _explained(case, following, event):
            reason = f"no move leads from {case.state} to {following.state} by it"
            return Unlawful(index=k, event=name, reason=reason)
        case = following
    return None


def is_lawful(events: Iterable[CaseEvent]) -> bool:
    """Whether every event of a case's log is one that the table allows."""
    return first_unlawful(events) is None


def _explained(case: Case, following: Case, event: CaseEvent) -> bool:
    if isinstance(event, CaseReopened | CaseResolved | CaseRejected) and case.ended != isinstance(event, CaseReopened):
        return False
    person = by_person(event)
    fitting = [move for move in _WRITES[type(event).__name__] if (move in ROLES) == person]
    # A command may write several events: the states in between are those that it may lead to, or stay.
    return any(
        following.state == case.state or following.state in _TABLE[case.state, move]
        for move in fitting
        if (case.state, move) in _TABLE
    )
