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
    mends a record; the papers end the case), retry and confirm (of a posting). `text` is what the supplier is told, and
    `action` what is asked of them, as a Peppol action code.
    """

    id: str
    name: str
    effect: Effect
    text: str = ""
    action: str = ""


def _way(id_: str, name: str, effect: Effect, *, text: str = "", action: str = "") -> Resolution:
    return Resolution(id=id_, name=name, effect=effect, text=text, action=action)


_CREDIT: Final = "Please send a credit note for the difference."
_CORRECTED: Final = "Please send a corrected invoice."

_KNOWN: Final = (
    _way("accept_variance", "Accept the variance", "release"),
    _way("accept_charge", "Accept the charge", "release"),
    _way("accept_terms", "Accept the supplier's terms", "release"),
    _way("accept_currency", "Accept the currency", "release"),
    _way("accept_tax", "Accept the tax as billed", "release"),
    _way("pay_by_agreed_terms", "Pay by the agreed terms", "release"),
    _way("confirm_price_basis", "Confirm the price basis", "release"),
    _way("confirm_not_duplicate", "Confirm that it is no duplicate", "release"),
    _way("sign_off", "Sign off", "release"),
    _way("write_off", "Write off", "release"),
    _way("short_pay", "Pay short and debit the difference", "release"),
    _way("request_credit_note", "Request a credit note", "ask", text=_CREDIT, action="CNP"),
    _way("request_corrected_invoice", "Request a corrected invoice", "ask", text=_CORRECTED, action="NIN"),
    _way("request_invoice", "Request the invoice", "ask", text="Please send the invoice.", action="NIN"),
    _way("reject_to_supplier", "Reject to the supplier", "reject"),
    _way("confirm_duplicate", "Confirm the duplicate and reject it", "reject"),
    _way("amend_order", "Amend the order", "world"),
    _way("correct_receipt", "Correct or post the receipt", "world"),
    _way("record_inspection", "Record the inspection's result", "world"),
    _way("correct_master_record", "Correct the master record", "world"),
    _way("retry_posting", "Post again", "retry"),
    _way("confirm_posted", "Confirm that it was posted", "confirm"),
)
RESOLUTIONS: Final[Mapping[str, Resolution]] = MappingProxyType({known.id: known for known in _KNOWN})


def resolution_of(name: str) -> Resolution:
    """The resolution of a name. One that only its pack knows is done in the world, and the papers end the case."""
    return RESOLUTIONS.get(name) or Resolution(id=name, name=name.replace("_", " ").capitalize(), effect="world")
