"""What an invoice of ours leaves out and a master record knows: details of us and of the customer that the way to it demands.

They are named by the terms of EN 16931, so that they fit in the text of a destination. What the invoice states itself stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tieout.core.values.party import Identifier, Party
from tieout.trade.documents import Customer, Invoice

ENDPOINTS: Final = re.compile(r"[0-9]{4}|EM|AN|AQ|AS|AU")
"""Schemes of electronic addresses."""


def endpoint_of(party: Party) -> Identifier | None:
    """The electronic address of a party: the last identifier, where it is one, else the first that is."""
    fit = [one for one in party.identifiers if ENDPOINTS.fullmatch(one.scheme) and one.value.strip()]
    last = party.identifiers[-1:]
    return None if not fit else last[0] if last[0] in fit else fit[0]


def _address(party: Party) -> str:
    endpoint = endpoint_of(party)
    return f"{endpoint.scheme}:{endpoint.value}" if endpoint else ""


def _addressed(party: Party, text: str) -> Party:
    scheme, _, value = text.partition(":")
    return replace(party, identifiers=(*party.identifiers, Identifier(scheme=scheme, value=value)))


def _numbered(party: Party, text: str) -> Party:
    return replace(party, identifiers=(Identifier(scheme="vat", value=text), *party.identifiers))


_Term = tuple[Callable[[Party], str], Callable[[Party, str], Party]]
_NAME: Final[_Term] = (lambda party: party.name, lambda party, text: replace(party, name=text))
_VAT: Final[_Term] = (lambda party: party.vat_id, _numbered)
_CITY: Final[_Term] = (lambda party: party.city, lambda party, text: replace(party, city=text))
_POSTCODE: Final[_Term] = (lambda party: party.postcode, lambda party, text: replace(party, postcode=text))
OURS: Final[Mapping[str, _Term]] = {
    "BT-27": _NAME,
    "BT-31": _VAT,
    "BT-34": (_address, _addressed),
    "BT-37": _CITY,
    "BT-38": _POSTCODE,
    "BT-41": (lambda party: party.contact, lambda party, text: replace(party, contact=text)),
    "BT-42": (lambda party: party.phone, lambda party, text: replace(party, phone=text)),
    "BT-43": (lambda party: party.email, lambda party, text: replace(party, email=text)),
}
"""Terms of the seller: how a party states each, and how it is given to one."""
THEIRS: Final[Mapping[str, _Term]] = {"BT-44": _NAME, "BT-48": _VAT, "BT-52": _CITY, "BT-53": _POSTCODE}
"""Terms of the buyer."""


def supplied(
    invoice: Invoice, terms: Collection[str], *, seller: Party | None, customer: Customer | None
) -> Iterator[tuple[str, str]]:
    """Those of some terms that the invoice does not state and a record does: (term, value), in the order of the standard."""
    buyer = None
    if customer is not None:
        buyer = Party(
            name=customer.name, identifiers=customer.identifiers, city=customer.city, postcode=customer.postcode
        )
    for names, record, party in ((OURS, seller, invoice.supplier), (THEIRS, buyer, invoice.buyer)):
        for term, (stated, _) in names.items():
            if record is not None and term in terms and not stated(party).strip() and stated(record).strip():
                yield term, stated(record).strip()


def completed(invoice: Invoice, details: Collection[tuple[str, str]]) -> Invoice:
    """The invoice with these details, as far as it does not state them itself."""
    supplier, buyer = invoice.supplier, invoice.buyer
    for term, text in details:
        if term in OURS and not OURS[term][0](supplier).strip():
            supplier = OURS[term][1](supplier, text)
        elif term in THEIRS and not THEIRS[term][0](buyer).strip():
            buyer = THEIRS[term][1](buyer, text)
    return replace(invoice, supplier=supplier, buyer=buyer) if details else invoice
