"""Parties and bank accounts as UBL names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from tieout.core.values.party import Identifier, Party, normal_id
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.sheet import Fields, Sheet, text
from tieout.trade.documents import BankAccount
from tieout.trade.identifiers import account_form

# Older documents spell out what ISO 6523 numbers.
_SCHEMES: Final = {
    "GLN": "0088",
    "DK:CVR": "0184",
    "DK:P": "0096",
    "DK:SE": "0198",
    "NO:ORGNR": "0192",
    "SE:ORGNR": "0007",
}
_VALUE_ADDED: Final = frozenset({"VAT", "GST", "63", "UK VAT", "MOMS"})


def party_in(sheet: Sheet, role: _Element | None) -> Party:
    """The party of a role (AccountingSupplierParty …): its Party and, for a supplier, its number in our ERP."""
    children = sheet.fields(role)
    ours = text(children.get(t.CUSTOMER_ASSIGNED_ACCOUNT_ID)) if role is not None and "Supplier" in role.tag else ""
    return party(sheet, children.get(t.PARTY), ours=ours)


def party(sheet: Sheet, element: _Element | None, *, ours: str = "") -> Party:
    """A Party element: the registered name before the trading name, all identifiers without repeats.

    Identifiers are in the order of EN 16931: its own, the registration, tax numbers, the electronic address.
    """
    children = sheet.fields(element)
    legal = sheet.fields(children.get(t.PARTY_LEGAL_ENTITY))
    name = text(legal.get(t.REGISTRATION_NAME)) or sheet.below(children, t.PARTY_NAME, t.NAME)
    if not name and element is not None:
        name = sheet.below(children, t.PARTY_TAX_SCHEME, t.REGISTRATION_NAME)
    address = sheet.fields(children.get(t.POSTAL_ADDRESS))
    country = sheet.below(address, t.COUNTRY, t.IDENTIFICATION_CODE).upper()
    identifiers = dict.fromkeys(_identifiers(sheet, element, children, legal)) if element is not None else {}
    if ours:
        identifiers[Identifier(scheme="ours", value=ours)] = None
    return Party(
        name=name,
        country=country if len(country) == 2 else "",
        identifiers=tuple(identifiers),
        street=text(address.get(t.STREET_NAME)),
        city=text(address.get(t.CITY_NAME)),
        postcode=text(address.get(t.POSTAL_ZONE)),
    )


def registration(sheet: Sheet, role: _Element | None) -> str:
    """The legal registration of the party of a role (EN 16931 BT-30, BT-47), "" where it states none."""
    legal = sheet.fields(sheet.fields(sheet.fields(role).get(t.PARTY)).get(t.PARTY_LEGAL_ENTITY))
    return text(legal.get(t.COMPANY_ID))


def _identifiers(sheet: Sheet, element: _Element, children: Fields, legal: Fields) -> Iterator[Identifier]:
    if t.PARTY_IDENTIFICATION in children:
        for one in sheet.every(element, t.PARTY_IDENTIFICATION):
            yield from _identifier(sheet.fields(one).get(t.ID))
    yield from _identifier(legal.get(t.COMPANY_ID))
    if t.PARTY_TAX_SCHEME in children:
        for one in sheet.every(element, t.PARTY_TAX_SCHEME):
            yield from _tax_identifier(sheet, sheet.fields(one))
    yield from _identifier(children.get(t.ENDPOINT_ID))


def _identifier(element: _Element | None) -> Iterator[Identifier]:
    value = text(element)
    if value and element is not None:
        scheme = element.get("schemeID", "").strip()
        yield Identifier(scheme=_SCHEMES.get(scheme, scheme), value=value)


def _tax_identifier(sheet: Sheet, children: Fields) -> Iterator[Identifier]:
    value = text(children.get(t.COMPANY_ID))
    if not value:
        return
    scheme = sheet.fields(children.get(t.TAX_SCHEME))
    kind = text(scheme.get(t.ID)).upper() or text(scheme.get(t.TAX_TYPE_CODE)).upper()
    is_vat = kind in _VALUE_ADDED or (not kind and value[:2].isalpha())
    yield Identifier(scheme="vat" if is_vat else "tax", value=value)


def accounts(sheet: Sheet, root: _Element) -> tuple[BankAccount, ...]:
    """Every account that the invoice names for payment, in its order, without repeats."""
    unique: dict[BankAccount, None] = {}
    for means in sheet.every(root, t.PAYMENT_MEANS):
        parts = sheet.fields(means)
        if (account := parts.get(t.PAYEE_FINANCIAL_ACCOUNT)) is not None:
            unique |= dict.fromkeys(_account(sheet, sheet.fields(account)))
        if number := account_form(sheet.below(parts, t.CREDIT_ACCOUNT, t.ACCOUNT_ID)):
            unique[BankAccount(number=number)] = None
    return tuple(unique)


def _account(sheet: Sheet, children: Fields) -> Iterator[BankAccount]:
    number = account_form(text(children.get(t.ID)))
    if not number:
        return
    branch = sheet.fields(children.get(t.FINANCIAL_INSTITUTION_BRANCH))
    bic = text(branch.get(t.ID)) or sheet.below(branch, t.FINANCIAL_INSTITUTION, t.ID)
    yield BankAccount(number=number, holder=text(children.get(t.NAME)), bic=normal_id(bic))
