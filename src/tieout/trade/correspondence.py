"""Whom letters about an invoice go to: the supplier's or customer's own record first; what the document states is a proposal only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.correspondence import NOBODY, Address, Correspondence, Fact
from tieout.core.values.party import Identifier, Party, normal_id, normal_name
from tieout.core.values.sentence import Sentence
from tieout.trade import ranking
from tieout.trade.documents import Customer, Invoice, Order, Rebate, Subscription, Supplier
from tieout.trade.identifiers import at_home, contradict
from tieout.trade.party_names import party_names

Record = Supplier | Customer

_MAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(?:\.[^@\s<>,;.]+)+")
_ELECTRONIC: Final = re.compile(r"[0-9]{4}:\S.*")
_SCHEME: Final = re.compile(r"[0-9]{4}")
_BETWEEN: Final = re.compile(r"[;,\s]+")
_MAIL_SCHEME: Final = "EM"
_KINDS: Final = {
    "invoice": Sentence("Invoice"),
    "customer_invoice": Sentence("Invoice"),
    "billing_invoice": Sentence("Invoice"),
    "credit_note": Sentence("Credit note"),
    "customer_credit_note": Sentence("Credit note"),
    "billing_credit_note": Sentence("Credit note"),
    "sales_order": Sentence("Sales order"),
    "subscription": Sentence("Contract"),
    "rebate": Sentence("Rebate"),
}


def correspondence_of(document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:
    """The other side of the document. `masters` are records in force, of our company `company` or of no one in particular."""
    match document:
        case Invoice():
            side, theirs, us = ("customer" if document.is_ours else "supplier"), document.counterparty, _us(document)
        case Order():
            side, theirs, us = "customer", document.buyer, document.supplier
        case Subscription():
            account = Identifier(scheme="ours", value=document.account)
            theirs = Party(name=document.customer.name, identifiers=(*document.customer.identifiers, account))
            side, us = "customer", Party()
        case Rebate():
            side, us = "customer", Party()
            theirs = Party(identifiers=(Identifier(scheme="ours", value=document.customer),))
        case _:
            return NOBODY
    kind = Supplier if side == "supplier" else Customer
    records = [record for record in masters if isinstance(record, Supplier | Customer) and isinstance(record, kind)]
    fitting = _fitting(theirs, records)
    ours = [record for record in fitting if _is_for(record, company)]
    # Two systems may keep one supplier: where they do not say the same, neither is believed.
    kept = {(record.number, tuple(_on_record(record)), record.language) for record in ours}
    record = ours[0] if len(kept) == 1 else None
    on_record = tuple(_on_record(record)) if record else ()
    name = (record.name if record else "") or theirs.name
    return Correspondence(
        side=side,
        sender=not (isinstance(document, Invoice) and document.is_ours),
        name=name,
        number=record.number if record else "",
        language=record.language if record else "",
        addresses=(*on_record, *_stated(theirs, on_record)),
        lacking="" if on_record else _lacking(name, company, record, fitting=fitting, ours=ours),
        ours=us.name,
        about=tuple(_about(document)),
    )


def _us(invoice: Invoice) -> Party:
    return invoice.supplier if invoice.is_ours else invoice.buyer


def _fitting(theirs: Party, records: Sequence[Record]) -> list[Record]:
    """The records of a party: by an identifier, else by the name alone where nothing contradicts it."""
    stated = at_home(theirs.identifiers, theirs.country)
    named = set(party_names(Party(identifiers=stated)))
    by_number = [record for record in records if named & set(party_names(Party(identifiers=_identifiers(record))))]
    if by_number or not theirs.name.strip():
        return by_number
    name = normal_name(theirs.name)
    return [
        record
        for record in records
        if normal_name(record.name) == name and not contradict(stated, _identifiers(record))
    ]


def _identifiers(record: Record) -> tuple[Identifier, ...]:
    return (*at_home(record.identifiers, record.country), Identifier(scheme="ours", value=record.number))


def _is_for(record: Record, company: str) -> bool:
    """Whether our company may use the record: it keeps it, or it is extended to it."""
    if record.entity and company and record.entity != company:
        return False
    return not isinstance(record, Supplier) or not record.entities or company in record.entities


def _on_record(record: Record) -> Iterator[Address]:
    """The addresses of a record, e-mail before electronic, without repeats."""
    electronic = record.electronic_address if isinstance(record, Supplier) else ""
    mails = record.email
    if isinstance(record, Customer) and record.channel == "email":
        mails = f"{mails} {record.address}"
    if isinstance(record, Customer) and record.channel == "peppol":
        electronic = record.address
    for mail in dict.fromkeys(_BETWEEN.split(mails)):
        if _MAIL.fullmatch(mail):
            yield Address(value=mail)
    if _ELECTRONIC.fullmatch(electronic.strip()):
        yield Address(value=electronic.strip(), kind="electronic")


def _stated(theirs: Party, on_record: Sequence[Address]) -> Iterator[Address]:
    """The address that the document states, where it is none of those on record: its last identifier, as the standards order them."""
    recorded = {address.value.casefold() for address in on_record}
    for one in theirs.identifiers[-1:]:
        value = one.value.strip()
        if one.scheme == _MAIL_SCHEME and _MAIL.fullmatch(value) and value.casefold() not in recorded:
            yield Address(value=value, on_record=False)
        elif _SCHEME.fullmatch(one.scheme) and value and f"{one.scheme}:{value}".casefold() not in recorded:
            yield Address(value=f"{one.scheme}:{value}", kind="electronic", on_record=False)


def _lacking(
    name: str, company: str, record: Record | None, *, fitting: Sequence[Record], ours: Sequence[Record]
) -> str:
    who = name or Sentence("the sender")
    if record is not None:
        return Sentence(
            "the record {number} of {name} has no e-mail and no electronic address that can be used: add one there.",
            number=record.number,
            name=who,
        )
    if ours:
        return Sentence(
            "several records fit {name} ({numbers}): merge them, or correct their numbers.",
            name=who,
            numbers=", ".join(sorted({one.number for one in ours})),
        )
    if fitting:
        return Sentence(
            "the record {number} of {name} is not kept for our company {company}: extend it, with an e-mail."
            if company
            else "the record {number} of {name} is kept for some of our companies, and the document is of none: assign it to one.",
            number=fitting[0].number,
            name=who,
            company=company,
        )
    return Sentence(
        "no record of {name} fits for our company {company}: add one, with an e-mail."
        if company
        else "no record of {name} fits: add one, with an e-mail.",
        name=who,
        company=company,
    )


def _ordered(document: Invoice) -> Sentence:
    """What the order number of an invoice stands for: our order of the supplier, or what a customer has agreed with us."""
    if document.kind in {"billing_invoice", "billing_credit_note"}:
        return Sentence("Contract")
    return Sentence("Sales order") if document.is_ours else Sentence("Order")


def _about(document: Invoice | Order | Subscription | Rebate) -> Iterator[Fact]:
    yield _KINDS.get(document.kind, Sentence("Document")), document.number
    if isinstance(document, Invoice):
        if document.issue_date:
            yield Sentence("Date"), document.issue_date
        amount = ranking.asked(document)
        if amount is not None:
            yield Sentence("Amount"), abs(amount)
        orders = [document.order_number] if document.is_ours else document.order_numbers()
        yield _ordered(document), ", ".join(order for order in orders if normal_id(order))
    elif isinstance(document, Order):
        if document.issue_date:
            yield Sentence("Date"), document.issue_date
        if document.payable is not None:
            yield Sentence("Amount"), document.payable
