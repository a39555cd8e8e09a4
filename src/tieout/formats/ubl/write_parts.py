"""Writes the parts that UBL documents share: parties, items, prices, references, allowances and charges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import plain
from tieout.core.values.units import written_code
from tieout.formats.ubl.markup import amount, escaped, leaf, node, number
from tieout.trade.documents import AllowanceCharge, LineReference, ProductIds
from tieout.trade.identifiers import is_gtin

_ADDRESS: Final = re.compile(r"[0-9]{4}|EM|AN|AQ|AS|AU")
_VAT: Final = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
_TAX_SCHEMES: Final = {"vat": _VAT, "tax": "<cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme>"}
_HUNDRED: Final = Decimal(100)


@lru_cache(maxsize=1024)
def role(name: str, party: Party, *, registration: str = "", addressed: bool = False) -> str:
    """A party in a role (AccountingSupplierParty …). A supplier's number in our ERP is outside the Party element."""
    ours = party.identifier("ours") if "Supplier" in name else ""
    inside = party_parts(party, beside=ours, registration=registration, addressed=addressed)
    return f"<cac:{name}>{leaf('CustomerAssignedAccountID', ours)}<cac:Party>{inside}</cac:Party></cac:{name}>"


def party_parts(
    party: Party, *, beside: str = "", registration: str = "", addressed: bool = False, trading: bool = False
) -> str:
    """The content of a Party. `beside` is our number for it, which is written elsewhere; `registration` its legal one.

    An identifier after the tax numbers is the electronic address, as in the reader; else the first suitable one. `addressed`:
    a last one with the scheme of an address is nothing else. `trading`: a payee or representative, which has a name and no
    electronic address.
    """
    identifiers = [one for one in party.identifiers if not (one.scheme == "ours" and one.value == beside)]
    taxes = [one for one in identifiers if one.scheme in _TAX_SCHEMES]
    plain = [one for one in identifiers if one.scheme not in _TAX_SCHEMES]
    if identifiers and identifiers[-1].scheme not in _TAX_SCHEMES and (taxes or (addressed and _is_address(plain[-1]))):
        endpoint = [plain.pop()]
    elif addressed or trading:
        endpoint = []
    else:
        endpoint = [one for one in plain if _ADDRESS.fullmatch(one.scheme)][:1]
    return "".join((
        *(_identifier("EndpointID", one) for one in endpoint),
        *(node("PartyIdentification", _identifier("ID", one)) for one in plain),
        node("PartyName", leaf("Name", party.name)) if trading else "",
        node(
            "PostalAddress", leaf("StreetName", party.street), leaf("CityName", party.city),
            leaf("PostalZone", party.postcode), node("Country", leaf("IdentificationCode", party.country)),
        ),
        *(node("PartyTaxScheme", leaf("CompanyID", one.value), _TAX_SCHEMES[one.scheme]) for one in taxes),
        "" if trading else node(
            "PartyLegalEntity", leaf("RegistrationName", party.name), *_registered(party, registration)
        ),
        node(
            "Contact", leaf("Name", party.contact), leaf("Telephone", party.phone), leaf("ElectronicMail", party.email)
        ),
    ))  # fmt: skip


def _is_address(one: Identifier) -> bool:
    return _ADDRESS.fullmatch(one.scheme) is not None


def _registered(party: Party, registration: str) -> Iterator[str]:
    if registration:
        scheme = next((one.scheme for one in party.identifiers if one.value == registration), "")
        yield _identifier("CompanyID", Identifier(scheme="" if scheme in _TAX_SCHEMES else scheme, value=registration))


def _identifier(name: str, one: Identifier) -> str:
    return leaf(name, one.value, f' schemeID="{escaped(one.scheme)}"' if one.scheme else "")


def item(ids: ProductIds, description: str, *, classified: str = "", tax: str = "", lot: str = "") -> str:
    """An Item; `classified` is a commodity class, `tax` a ready ClassifiedTaxCategory."""
    gtin = ' schemeID="0160"' if is_gtin(ids.standard) else ""
    inside = "".join((
        leaf("Name", description),
        node("BuyersItemIdentification", leaf("ID", ids.buyer)),
        node("SellersItemIdentification", leaf("ID", ids.seller)),
        node("StandardItemIdentification", leaf("ID", ids.standard, gtin)),
        node("CommodityClassification", leaf("ItemClassificationCode", classified)),
        tax,
        node("ItemInstance", node("LotIdentification", leaf("LotNumberID", lot))),
    ))  # fmt: skip
    return f"<cac:Item>{inside}</cac:Item>"


def tax_category(name: str, code: str, percent: Decimal | None, *, exempt: tuple[str, str] = ("", "")) -> str:
    """A tax category, or nothing where there is neither code nor percent. `exempt` are an exemption's code and words."""
    if not code and percent is None and not any(exempt):
        return ""
    reason = leaf("TaxExemptionReasonCode", exempt[0]) + leaf("TaxExemptionReason", exempt[1])
    inside = leaf("ID", code) + number("Percent", percent) + reason
    return f"<cac:{name}>{inside}{_VAT}</cac:{name}>"


def price(value: Decimal | None, per: Decimal, unit: str, currency: str) -> str:
    """A price for a quantity. Raises `Malformed` for a base without a price."""
    if value is None:
        if per != 1:
            raise Malformed("there is a price base without a price", where="Price")
        return ""
    attribute = f' unitCode="{escaped(written_code(unit))}"' if unit else ""
    base = number("BaseQuantity", per, attribute)
    return node("Price", number("PriceAmount", value, f' currencyID="{escaped(currency)}"'), base)


def line_reference(name: str, reference: LineReference, document: str) -> str:
    """A reference to a line of another document; `document` names the element that holds that document's number."""
    if not reference.document and not reference.line:
        return ""
    return node(name, leaf("LineID", reference.line or "NA"), node(document, leaf("ID", reference.document)))


def allowance_charge(one: AllowanceCharge, currency: str, *, in_percent: bool) -> str:
    """An allowance or charge; `in_percent` says how the document's customization writes the multiplier."""
    return node(
        "AllowanceCharge",
        f"<cbc:ChargeIndicator>{'true' if one.charge else 'false'}</cbc:ChargeIndicator>",
        leaf("AllowanceChargeReasonCode", one.reason_code),
        leaf("AllowanceChargeReason", one.reason),
        number("MultiplierFactorNumeric", one.percent if in_percent else _factor(one)),
        amount("Amount", one.amount, currency),
        amount("BaseAmount", one.on, currency),
        tax_category("TaxCategory", one.tax_category, one.tax_percent),
    )


def _factor(one: AllowanceCharge) -> Decimal | None:
    """The multiplier of plain UBL: the factor where it gives the amount, else the percentage unchanged."""
    if one.percent is None or not one.on:
        return one.percent
    factor = one.percent / _HUNDRED
    if gives(one.on, factor, one.amount):
        return factor
    if gives(one.on, one.percent, one.amount):
        raise Malformed(
            "{percent} is stated as a percentage, and the amount is {percent} times {on}",
            where="AllowanceCharge",
            percent=plain(one.percent),
            on=one.on,
        )
    return one.percent


def gives(on: Money, factor: Decimal, result: Money) -> bool:
    """Whether a factor on a base gives this amount, signs aside."""
    return abs(Money.rounded(abs(on.amount) * factor, on.currency)) == abs(result)
