"""Lawful ways to end a finding, and what each does: accept it, ask the supplier, refuse the paper, or mend the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Effect = Literal["release", "ask", "reject", "world", "retry", "confirm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """`effect`: release (a person accepts), ask (the supplier must act), reject (the paper goes back), world (somebody
    mends a record; the papers end the case), retry and confirm (of a posting). `text` is what the supplier is told.
    """

    id: str
    name: str
    effect: Effect
    text: str = ""


_KNOWN: Final = (
    Resolution(id="accept_variance", name="Accept the variance", effect="release"),
    Resolution(id="short_pay", name="Pay short and debit the difference", effect="release"),
    Resolution(
        id="request_credit_note",
        name="Request a credit note",
        effect="ask",
        text="Please send a credit note for the difference.",
    ),
    Resolution(
        id="request_corrected_invoice",
        name="Request a corrected invoice",
        effect="ask",
        text="Please send a corrected invoice.",
    ),
    Resolution(id="reject_to_supplier", name="Reject to the supplier", effect="reject"),
    Resolution(id="amend_order", name="Amend the order", effect="world"),
    Resolution(id="post_receipt", name="Post the missing receipt", effect="world"),
    Resolution(id="correct_master_data", name="Correct the master data", effect="world"),
    Resolution(id="retry_posting", name="Post again", effect="retry"),
    Resolution(id="confirm_posted", name="Confirm that it was posted", effect="confirm"),
)
RESOLUTIONS: Final[Mapping[str, Resolution]] = MappingProxyType({known.id: known for known in _KNOWN})


def resolution_of(name: str) -> Resolution:
    """The resolution of a name. One that only its pack knows is done in the world, and the papers end the case."""
    return RESOLUTIONS.get(name) or Resolution(id=name, name=name.replace("_", " ").capitalize(), effect="world")
