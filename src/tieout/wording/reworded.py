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
        "nominal supply (fourth digit 1)": "nominal supply (digit 4 of the transaction code KSA-2 is 1)",
        "simplified tax invoice (second digit 2)": "simplified tax invoice (digit 2 of the transaction code KSA-2 is 2)",
        "self-billed tax invoice (seventh digit 1)": "self-billed tax invoice (digit 7 of the transaction code KSA-2 is 1)",
        "goods under article 17(2), recorded by the buyer": (
            "goods under article 17(2) of the Italian VAT law (DPR 633/72), recorded by the buyer"
        ),
        "goods taken from a tax warehouse": "goods taken from a VAT warehouse",
        "goods taken from a tax warehouse, tax paid": "goods taken from a VAT warehouse, tax paid",
        "sale under an investment certificate": "sale under an investment incentive certificate",
        "exempt sale under an investment certificate": "exempt sale under an investment incentive certificate",
        "sale under an investment certificate, tax withheld": (
            "sale under an investment incentive certificate, tax withheld"
        ),
        "return under an investment certificate": "return under an investment incentive certificate",
        "return under an investment certificate, tax withheld": (
            "return under an investment incentive certificate, tax withheld"
        ),
        "technology support": "sale under the technology support scheme",
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
            "{other} would go out twice: another document with the amount {payable} has this number"
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
        "tax answer {answer}": "tax determination {answer}",
        "it booked {booked} instead of {share} % of {value}": "it posted {booked} instead of {share} % of {value}",
        "carried out nowhere: {states}; the old terms hold": "carried out nowhere: {states}; the old terms apply",
        "lines that stand on the order": "lines of the order",
        "bills {place} again, after {by}": "bills {place} again, which {by} billed already",
        "its time zone is {name!r}, which is none": "its time zone {name!r} does not exist",
        "{words} with a right check digit": "{words} with a valid check digit",
        "it names no invoice, and a credit note takes back one": (
            "it names no invoice, but has to name the one that it credits"
        ),
        "it takes back {quantity} of {order} line {line}, and {before} are billed": (
            "it credits {quantity} of {order} line {line}, but only {before} are billed"
        ),
        "it takes back {net} of {order} line {line}, and {before} are billed": (
            "it credits {net} of {order} line {line}, but only {before} are billed"
        ),
        "it takes back {net}, and of invoice {named} {left} are billed and not taken back yet": (
            "it credits {net}, but of invoice {named} only {left} are billed and not credited yet"
        ),
        "line {line} takes back what {named} does not bill: {place}": (
            "line {line} credits what {named} does not bill: {place}"
        ),
        "line {line} takes back goods of no line of a sales order: {problem}": (
            "line {line} credits goods that cannot be matched to a line of a sales order: {problem}"
        ),
        "line {line} takes back more than was billed for {place}": (
            "line {line} credits more than was billed for {place}"
        ),
        "credit note {notes} has to take back first what is billed again here": (
            "credit note {notes} has to credit first what is billed again here"
        ),
        "Either {again}, or take it back in {done}": "Either {again}, or reverse it in {done}",
        "Either {again}, or say for each that it is taken back": "Either {again}, or report for each that it is reversed",
        "taken back by {actor}: {reason}": "cancelled by {actor}: {reason}",
        "In our view {amount} is not owed: you will receive a debit note for this amount.": (
            "In our view {amount} is not owed: you will receive our debit note for this amount."
        ),
        "rebate {names} comes off each invoice": "rebate {names} is deducted on each invoice",
        "own order number, which it wants on every invoice": "own order number, which it requires on every invoice",
        "category {category} is stated beside the VAT id {number}": (
            "category {category} is stated together with the VAT id {number}"
        ),
        "a policy in force that says it": "a policy in force that sets this rule",
        "nothing came of it": "nothing has been reported",
        "a price in tiers that the message does not hold": "a price in tiers that the message does not contain",
        "{address} stands on the document only, and the document itself is in doubt: ask at an address in our own record "
        "({addresses})": (
            "{address} is stated on the document only, and the document itself is in doubt: ask at an address in our own record "
            "({addresses})"
        ),
        "is not extended to entity {entity}": "is not set up for company {entity}",
        "was placed by entity {entity}": "was placed by company {entity}",
        "It is cleared between the partners": "It is netted between the two companies",
        "the PDF carries {count} different invoices: {invoices}; it is to be split": (
            "the PDF contains {count} different invoices: {invoices}; it has to be split"
        ),
        "the PDF carries the same document {count} times; the newest standard was read": (
            "the PDF contains the same document {count} times; the one in the newest standard was read"
        ),
        "the XML carries a document type declaration (DOCTYPE)": "the XML contains a document type declaration (DOCTYPE)",
        "the file carries {count} documents of number {number} that differ, over {amounts}; the supplier has to say which holds": (
            "the file contains {count} different documents with number {number}, with the amounts {amounts}; "
            "the supplier has to say which is valid"
        ),
        "nothing was handed over under {reference} over {queue}: what it reports is in the external system and not here": (
            "Tieout never handed over anything with reference {reference} through queue {queue}: what the answer reports is in the "
            "external system and not here"
        ),
        "it names {count} invoices, and a credit note takes back one": (
            "it names {count} invoices, but may credit only one"
        ),
        "payment credit note read by a machine": "OCR payment credit note",
        "receipt of a cash register": "cash register receipt",
        "ticket of a cash register": "till ticket",
        "ticket of a public show": "ticket for a public event",
        "receipt of games of chance": "gaming receipt",
        "ticket of passenger transport by land": "ticket for passenger transport by land",
        "ticket of passenger transport by air": "ticket for passenger transport by air",
        "receipt of road tolls": "road toll receipt",
        "document of public utilities": "public utility bill",
        "electric charging, at once": "electric charging, billed at once",
        "adjustment note of debit for an equivalent document": "adjustment note that increases an equivalent document",
        "adjustment note of credit for an equivalent document": "adjustment note that reduces an equivalent document",
        "adjustment note of a support document, issued by the buyer": (
            "adjustment note for a support document, issued by the buyer"
        ),
        "there is no single order line {order}/{line}": "there is no order line {order}/{line}, or more than one",
        "a card's number is stated whole; its first six and last four digits were kept": (
            "a card number is stated in full; only its first six and last four digits were kept"
        ),
        "{name} is there twice and may be only once; one of them was taken": (
            "{name} is stated twice but may be stated only once; one of them was used"
        ),
        "a subscription to nothing": "a subscription without items",
        "tax answer": "tax determination",
        "delivery answer": "invoice response",
        "booking": "posting confirmation",
        "posting": "being posted",
        "compensated": "reversed",
        "Compensated": "Reversed",
        "Correlation": "Reference in both systems",
        "Revenue": "Revenue accounts",
        "release": "acceptance",
        "it is already final, over {stated} and not over the {total} that was tied out": (
            "it is already final with a total of {stated}, not the {total} that was tied out"
        ),
        "{ref} was posted although it was withdrawn": (
            "{ref} was posted although the request to post it had been cancelled"
        ),
        "a line of billing's next invoice, or a document of ours": (
            "a line on the billing system's next invoice, or a separate correction made by Tieout"
        ),
        "a line of billing's next invoice, or a document of ours once revenue accounting has reviewed {amendments}": (
            "a line on the billing system's next invoice, or a separate correction made by Tieout once revenue accounting "
            "has reviewed {amendments}"
        ),
        "nothing countable": "an unknown unit",
        "nothing that could be placed": "goods that cannot be matched",
        "taken by the customer's system": "accepted by the customer's system",
        "it names {companies}, and that source speaks for {whose}": (
            "it names {companies}, and that source may send for {whose} only"
        ),
        "let a source that may say it hand it in, or allow this one to, and read it again": (
            "have a source that may send it hand it in, or allow this one to send it, and read it again"
        ),
        "frame {frame} says that it is paid already, and yet {amount} are due": (
            "business process type {frame} (BT-23) says that it is paid already, and yet {amount} are due"
        ),
        "it is reached since {since}, and no invoice of {number} bills it": (
            "it was reached on {since}, and no invoice of {number} bills it"
        ),
        "over what it was in {history} periods before by more than {limit}": (
            "more than {limit} above the mean of the {history} periods before"
        ),
        "under what it was in {history} periods before by more than {limit}": (
            "more than {limit} below the mean of the {history} periods before"
        ),
        "the price that holds is that of {source}": "the valid price is that of {source}",
        "the statement counts days of {zone}, the contract of {other}": (
            "the usage statement counts days of {zone}, the contract of {other}"
        ),
        "the statement is for {days}": "the usage statement is for {days}",
        "there is no statement": "there is no usage statement",
        "a complete statement": "a complete usage statement",
        "line {line} is for {number}, which is account {account}'s": (
            "line {line} is for {number}, a contract of billing account {account}"
        ),
        "send the account or customer, as far as it is known": (
            "send the billing account or customer, as far as it is known"
        ),
        "the text around the account's name was seen in other identifiers": (
            "the text around the billing account's name was seen in other identifiers"
        ),
        "an account has this name, apart from punctuation and capitals": (
            "a billing account has this name, apart from punctuation and capitals"
        ),
        "an account can use {quantity} at most": "a billing account can use {quantity} at most",
        "account mapping": "usage account mapping",
        "confirmed not delivered": "confirmed not transmitted",
        "{kind} is no delivery of an invoice": "{kind} is no transmission of an invoice",
        "cannot be delivered: {problem}": "cannot be transmitted: {problem}",
        "unknown addressee: no way to deliver by {channel}; known: {channels}": (
            "unknown addressee: no way to transmit by {channel}; known: {channels}"
        ),
        "watched": "done, looked up once more",
        "handed over at {since} without an answer: it is looked up until {until} before it is tried again": (
            "handed over at {since} without an answer: it is looked up in the external system until {until} before it is tried again"
        ),
        "{actual} came where {expected} was agreed, at {place}": (
            "{actual} was received where {expected} is expected, at {place}"
        ),
        "{expected} was agreed, at {place}": "{expected} is expected, at {place}",
        "its answer is not as agreed: {drift}": "its answer is not as expected: {drift}",
        "{path} lists something without an id (version {version} was agreed)": (
            "{path} lists something without an id (API version {version} is expected)"
        ),
        "{path} returns no list (version {version} was agreed)": (
            "{path} returns no list (API version {version} is expected)"
        ),
        "no lot number": "no inspection lot number",
        "delivery proof": "proof of delivery",
        "it rejects our key (HTTP {status})": "it refuses our API key (HTTP {status})",
        "you may accept up to {most} on one claim, this is {limit}: ask a higher approver": (
            "you may accept up to {most} on one invoice or other claim, this is {limit}: ask a higher approver"
        ),
        "you may accept up to {most} on one claim, {limit} and what you accepted on this claim before is {whole}: "
        "ask a higher approver": (
            "you may accept up to {most} on one invoice or other claim, {limit} and what you accepted on this one before is "
            "{whole}: ask a higher approver"
        ),
        "amendment effect": "amendment status in one system",
        "Exclusions tried in this order: {tried}": ("Exemptions from the credit check, in the order tried: {tried}"),
        "Split payment: its tax goes to the treasury and not to the supplier": (
            "Split payment: its tax goes to the tax authority and not to the supplier"
        ),
    }
)
"""What is stored, and what is shown."""


def reworded(message: str) -> str:
    """What people read in place of a stored message; most are shown as they are."""
    return REWORDED.get(message, message)
