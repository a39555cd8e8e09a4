"""Stored events by name and version, and how older versions are read today. The only file that knows yesterday's shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, get_args

from tieout.core.case.events import CaseEvent
from tieout.core.claim.events import ClaimEvent
from tieout.core.values.errors import Malformed

AnyEvent = ClaimEvent | CaseEvent
Fields = Mapping[str, object]

CLAIM_EVENTS: Final[Mapping[str, type[ClaimEvent]]] = MappingProxyType(
    {type_.__name__: type_ for type_ in get_args(ClaimEvent)}
)
CASE_EVENTS: Final[Mapping[str, type[CaseEvent]]] = MappingProxyType(
    {type_.__name__: type_ for type_ in get_args(CaseEvent)}
)
EVENT_TYPES: Final[Mapping[str, type[AnyEvent]]] = MappingProxyType({**CLAIM_EVENTS, **CASE_EVENTS})

# What an event was called before -> what it is called today. Stored events keep the name that they were written under.
FORMER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SupplierAsked": "CounterpartyAsked",
        "SupplierTold": "CounterpartyInformed",
        "SupplierAnswered": "CounterpartyAnswered",
        "SupplierSilent": "CounterpartySilent",
    }
)

# (type, version) -> fields of the next version. When an event's fields change: raise its class's `version`, add the step.
STEPS: Final[dict[tuple[str, int], Callable[[Fields], Fields]]] = {
    # Version 2 names the other side by what it is to every process; before, each was called the supplier.
    ("ClaimReceived", 1): lambda fields: {
        **{name: value for name, value in fields.items() if name != "supplier"},
        "counterparty": fields.get("supplier", ""),
    },
    # Version 2 says how the paper goes to the customer; what was written before went to nobody.
    ("ClaimTiedOut", 1): lambda fields: {**fields, "delivery": ""},
    # Version 3 says how dear waiting is; of what was written before, nothing is known until it is tied out again.
    ("ClaimTiedOut", 2): lambda fields: {**fields, "urgency": None, "followed": False},
    # Version 2 names the paper that answers; before, only the sending itself was answered.
    ("Delivered", 1): lambda fields: {**fields, "paper": ""},
    ("DeliveryRefused", 1): lambda fields: {**fields, "paper": "", "correlation": ""},
    # Version 2 keeps what a resolution asked for besides; before, none asked for anything.
    ("ResolutionChosen", 1): lambda fields: {**fields, "fields": ()},
    ("PostingRequested", 1): lambda fields: {**fields, "delivery": ""},
}


def type_of(name: str) -> type[AnyEvent]:
    """The class of a stored event. Raises `Malformed` for a name that no version of this program has written."""
    event_type = EVENT_TYPES.get(FORMER.get(name, name))
    if event_type is None:
        raise Malformed(
            "{name!r} is not an event", remedy="read this log with the version that wrote it, or a later one", name=name
        )
    return event_type


def upcast(
    name: str,
    version: int,
    fields: Fields,
    *,
    steps: Mapping[tuple[str, int], Callable[[Fields], Fields]] = MappingProxyType(STEPS),
) -> Fields:
    """The fields of a stored event as its class has them today; unchanged if it was stored in today's version.

    Raises `Malformed` for a version from the future, or one that no step leads on from.
    """
    name = FORMER.get(name, name)
    today = type_of(name).version
    if version > today:
        raise Malformed(
            "{name} was written in version {version}; this program knows {today}",
            remedy="upgrade",
            name=name,
            version=version,
            today=today,
        )
    for step in range(version, today):
        onward = steps.get((name, step))
        if onward is None:
            raise Malformed(
                "there is no migration from version {step} of {name} to {next}", step=step, name=name, next=step + 1
            )
        fields = onward(fields)
    return fields
