"""What people read in place of a wording that is stored: values of findings keep their spelling, over which hashes are taken.

A stored value is shown by the message on the right, in English too; translations are those of the message on the right. An entry
whose names a record of a former release does not hold is left out, and the record is shown as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REWORDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stray usage": "unmapped usage",
        "credit standing": "credit status",
        "leased": "in progress",
        "part_posted": "posted in part",
        "posting_failed": "posting refused",
        "posting_unknown": "posted with unknown outcome",
        "sent back to its sender": "the document was rejected",
        "a record in the books": "a customer record in accounting",
        "record in our books": "customer record in our master data",
        "customer {account} has no record in the books of {entity}": (
            "customer {account} is not set up in accounting for company {entity}"
        ),
        "the books of {setup} do not know tax class {tax_class}": (
            "tax class {tax_class} is not maintained in the accounting setup of {setup}"
        ),
        "whom to ask (BT-41)": "our contact point (BT-41)",
        "{other} would go out twice: another paper of {payable} bears the number": (
            "{other} would go out twice: another document over {payable} has this number"
        ),
        "{quantity} {unit} at {price} for {price_per}": "{quantity} {unit} at {unit_price}",
        "{counted}, {included} included, {price} for {price_per}": (
            "{counted}, {included} {unit} included, {unit_price} for the rest"
        ),
        "that is what the lines come to that correct {corrects}, which is billed already": (
            "this is the total of the lines that correct {corrects}, which is billed already"
        ),
        "so much is left for the usage of this invoice, of what was paid in advance": (
            "this is what is left of the prepaid amount for the usage on this invoice"
        ),
        "that is what is agreed to come off the whole invoice": "this is the agreed discount on the whole invoice",
        "{amount} of it is left for this usage, and nothing is taken off": (
            "{amount} of it is left for this usage, and nothing is deducted"
        ),
        "is for {line} of {number}, which the contract does not know": (
            "is for {line} of {number}, which is not in the contract"
        ),
        "is for subscription {number}, which no contract knows": (
            "is for subscription {number}, for which there is no contract"
        ),
        "is for subscription {number}, which is there in several systems ({several}), and nothing says in which": (
            "is for subscription {number}, which exists in several systems ({several}), and nothing says in which"
        ),
        "is for subscription {number}, which is there in {others}": (
            "is for subscription {number}, which exists in {others}"
        ),
        "is there in several systems ({several}), and nothing says which of them is billed": (
            "exists in several systems ({several}), and nothing says which of them is billed"
        ),
        "sales order {number} is there in several systems ({several}), and nothing says which of them is billed": (
            "sales order {number} exists in several systems ({several}), and nothing says which of them is billed"
        ),
        "is there in {others}": "exists in {others}",
        "is there in {others}, and not in {book}": "exists in {others}, and not in {book}",
        "is not known in {book}: it is there in {others}": "is not known in {book}: it exists in {others}",
        "comes from {system}, and {subject} is there in {systems}": (
            "comes from {system}, and {subject} exists in {systems}"
        ),
        "{whose}, and {subject} is there in {books}": "{whose}, and {subject} exists in {books}",
        "more than left": "more than was shipped",
        "{quantity} more left than line {line} of {order} orders": (
            "{quantity} more were shipped than line {line} of {order} orders"
        ),
        "{amount} more left than line {line} of {order} orders": (
            "{amount} more was shipped than line {line} of {order} orders"
        ),
        "{amount} of line {line} of {order} are billed and may not be: they have not left, or came back": (
            "{amount} of line {line} of {order} are billed, but were not shipped or were returned"
        ),
        "{quantity} of line {line} of {order} came back, and are billed: a credit note is needed": (
            "{quantity} of line {line} of {order} were returned but are billed: a credit note is needed"
        ),
        "{quantity} of line {line} of {order} came back, and may not be billed": (
            "{quantity} of line {line} of {order} were returned and may not be billed"
        ),
        "it is at {percent} %": "{percent} % complete",
        "fix the mapping, then `tieout replay` reads the parked message again": (
            "fix the mapping, then `tieout replay` reads the message again"
        ),
        "category {category} stands with what is not subject to tax (O)": (
            "category {category} is used together with what is not subject to tax (O)"
        ),
        "{address} stands on the document only, and the document itself is in doubt: {lacking}": (
            "{address} is stated on the document only, and the document itself is in doubt: {lacking}"
        ),
        "nothing is known of it": "not reported yet",
        "the credit system says nothing of this customer": "the credit system has no record of this customer",
    }
)
"""What is stored, and what is shown."""


def reworded(message: str) -> str:
    """What people read in place of a stored message; most are shown as they are."""
    return REWORDED.get(message, message)
