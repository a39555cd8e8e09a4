"""Whether an invoice of ours says all that its way to the customer demands: found before release, not at the access point.

Peppol wants two electronic addresses and a reference, XRechnung (and Peppol between two German companies) a contact point and
whole addresses besides. By mail, on a portal or in print nothing more is wanted than EN 16931 wants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.values.key import Key
from tieout.core.values.party import Identifier, Party
from tieout.core.values.sentence import Sentence, as_sentence, joined
from tieout.trade.arithmetic.tax import is_even
from tieout.trade.destination import XRECHNUNG, Destination, destination_of
from tieout.trade.documents import Invoice
from tieout.trade.identifiers import is_gtin
from tieout.trade.issued import addressed
from tieout.trade.payment_ways import CARDS, COLLECTED, creditor_of
from tieout.trade.ranking import asked
from tieout.trade.stated_by_record import completed, endpoint_of
from tieout.trade.tax_rules import remarks_on_tax_rules
from tieout.trade.tax_rules.stated import stated_categories
from tieout.trade.taxonomy import KERNEL

SELLER, ADDRESS, REFERENCE, TAX = "BIL-READY-SELL", "BIL-READY-ADDR", "BIL-READY-REF", "BIL-READY-TAX"
_TERMS: Final = re.compile(r"BT-[0-9]+")
_GLN: Final = "0088"
_GLN_LENGTH: Final = 13
_MAIL: Final = re.compile(r"[^@\s.][^@\s]*[^@\s.]?@[^@\s.][^@\s]*\.[^@\s.]+")
_DIGITS_MIN: Final = 3
_STANDARD: Final = "urn:cen.eu:en16931:2017"
_NUMBERED: Final = re.compile(r"BR-(?!O-|CO-)[A-Z]+-0[234]")
_UNTAXED: Final = frozenset({"Z", "E", "AE", "K", "G"})
_UNCATEGORISED: Final = frozenset({"BR-CO-04", "BR-32", "BR-37"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that the invoice lacks: the code of who can clear it, and the words for it, with the standard's number."""

    code: str
    words: str


def lacks(invoice: Invoice, to: str) -> Iterator[Lack]:
    """What the invoice lacks for its destination, in the order of the standard's groups."""
    goes = destination_of(to)
    if goes.channel in {"", "none"}:
        return
    invoice = completed(invoice, goes.details)
    yield from _stated(invoice)
    yield from _numbers(invoice)
    yield from _tax(invoice)
    if goes.channel != "peppol" and goes.form != XRECHNUNG:
        return
    german = goes.form == XRECHNUNG or invoice.supplier.country == invoice.buyer.country == "DE"
    yield from _endpoint(invoice.supplier, SELLER, "our electronic address (BT-34)")
    if german:
        yield from _contact(invoice.supplier)
        yield from _place(invoice.supplier, SELLER, "our city (BT-37)", "our postcode (BT-38)")
    yield from _endpoint(
        addressed(invoice.buyer, goes.channel, goes.address), ADDRESS, "the customer's electronic address (BT-49)"
    )
    if german:
        yield from _place(invoice.buyer, ADDRESS, "the customer's city (BT-52)", "the customer's postcode (BT-53)")
    yield from _reference(invoice, goes, german=german)
    yield from _payment(invoice, german=german)


def _payment(invoice: Invoice, *, german: bool) -> Iterator[Lack]:
    """What a way of payment has to name: a mandate everywhere, in Germany creditor, account and card too."""
    if invoice.is_credit:
        return
    debit = invoice.direct_debit
    if any(code in COLLECTED for code in invoice.payment_means):
        if debit is None or not debit.mandate.strip():
            yield Lack(code=REFERENCE, words="the mandate of the direct debit (BT-89)")
        if german and not creditor_of(invoice):
            yield Lack(code=SELLER, words="our creditor identifier (BT-90)")
        if german and (debit is None or not debit.account.strip()):
            yield Lack(code=REFERENCE, words="the account that is debited (BT-91)")
    if german and invoice.card is None and any(code in CARDS for code in invoice.payment_means):
        yield Lack(code=REFERENCE, words="the card that pays (BT-87)")


def _stated(invoice: Invoice) -> Iterator[Lack]:
    """Without what no invoice is one, by EN 16931 and by the law of any member state, whatever its way to the customer."""
    seller, buyer = invoice.supplier, invoice.buyer
    wanted: tuple[tuple[object, str, str], ...] = (
        (invoice.number.strip(), SELLER, Sentence("its number (BT-1)")),
        (invoice.issue_date, SELLER, Sentence("the day of issue (BT-2)")),
        (invoice.lines, SELLER, Sentence("any line (BG-25)")),
        (all(line.id.strip() for line in invoice.lines), SELLER, Sentence("an identifier on each line (BT-126)")),
        (
            all(account.number.strip() for account in invoice.accounts),
            SELLER,
            Sentence("the number of our account (BT-84)"),
        ),
        (seller.name.strip(), SELLER, Sentence("our name (BT-27)")),
        (buyer.name.strip(), ADDRESS, Sentence("the customer's name (BT-44)")),
    )
    yield from (Lack(code=code, words=words) for value, code, words in wanted if not value)


def _numbers(invoice: Invoice) -> Iterator[Lack]:
    """The tax numbers and categories that the invoice's own taxes demand. What is outside the scope goes out without numbers."""
    rules = {remark.rule for remark in remarks_on_tax_rules(replace(invoice, profile=_STANDARD))}
    # where a country is not known here, the billing system's own records complete the parties
    whole = bool(invoice.supplier.country and invoice.buyer.country)
    if whole and any(_NUMBERED.fullmatch(rule) for rule in rules):
        representative = invoice.tax_representative
        ours = invoice.supplier.vat_id or (representative.vat_id if representative is not None else "")
        if ours.strip() or invoice.supplier.identifier("tax").strip():
            yield Lack(code=ADDRESS, words="the customer's VAT id (BT-48)")
        else:
            yield Lack(code=SELLER, words="our VAT id (BT-31)")
    if any(one.category in _UNTAXED and one.percent for one in stated_categories(invoice)):
        yield Lack(code=TAX, words="a rate of 0 % where no tax is charged (BT-152)")
    if rules & _UNCATEGORISED:
        yield Lack(code=TAX, words="a tax category on each line, allowance and charge (BT-151)")


def _tax(invoice: Invoice) -> Iterator[Lack]:
    currency, stated = invoice.tax_currency, invoice.totals.accounted
    if currency not in {"", invoice.currency} and (stated is None or stated.currency != currency):
        yield Lack(code=TAX, words=Sentence("the tax in {currency} (BT-111)", currency=currency))
    categories = {row.category for row in invoice.tax}
    if not is_even(invoice):
        yield Lack(code=TAX, words="taxable amounts that are the sum of their lines (BT-116)")
    days = [invoice.delivered_on, invoice.period_from, *(line.period_from for line in invoice.lines)]
    if "K" in categories and not any(days):
        yield Lack(code=TAX, words="the day of delivery of an intra-community supply (BT-72)")
    if "O" in categories and len(categories) > 1:
        yield Lack(code=TAX, words="an invoice of its own for what is outside the scope of VAT (BR-O-11)")


def _endpoint(party: Party, code: str, words: str) -> Iterator[Lack]:
    endpoint = endpoint_of(party)
    if endpoint is None:
        yield Lack(code=code, words=words)
    elif not _is_sound(endpoint):
        yield Lack(code=code, words=Sentence("{words} with a right check digit", words=as_sentence(words)))


def _is_sound(endpoint: Identifier) -> bool:
    value = endpoint.value.strip()
    return endpoint.scheme != _GLN or (len(value) == _GLN_LENGTH and is_gtin(value))


def _contact(party: Party) -> Iterator[Lack]:
    if not party.contact.strip():
        yield Lack(code=SELLER, words="whom to ask (BT-41)")
    if sum(one.isdigit() for one in party.phone) < _DIGITS_MIN:
        yield Lack(code=SELLER, words="our telephone number (BT-42)")
    if not _MAIL.fullmatch(party.email.strip()):
        yield Lack(code=SELLER, words="our mail address (BT-43)")


def _place(party: Party, code: str, city: str, postcode: str) -> Iterator[Lack]:
    if not party.city.strip():
        yield Lack(code=code, words=city)
    if not party.postcode.strip():
        yield Lack(code=code, words=postcode)


def _reference(invoice: Invoice, goes: Destination, *, german: bool) -> Iterator[Lack]:
    reference = (invoice.buyer_reference or goes.buyer_reference).strip()
    order = (invoice.customer_order or goes.customer_order).strip()
    if german and not reference:
        yield Lack(code=REFERENCE, words="the buyer reference (BT-10)")
    elif not reference and not order:
        yield Lack(code=REFERENCE, words="the buyer reference (BT-10) or the customer's order number (BT-13)")


def terms_lacked(invoice: Invoice, to: str) -> frozenset[str]:
    """The terms of EN 16931 that the invoice lacks for its destination: "BT-34", …"""
    return frozenset(term for lack in lacks(invoice, to) for term in _TERMS.findall(lack.words))


def unsendable(
    invoice: Invoice, to: str, *, ruling: Ruling, awaited: tuple[Key, ...], ours: tuple[Key, ...] = ()
) -> Iterator[Finding]:
    """BIL-READY-SELL, -ADDR, -REF, -TAX: one finding for each who can clear it, with all that is lacking.

    What is about us is cleared by our company's record (`ours`), everything but tax by the documents that are awaited; and all of it by
    the invoice as the ERP makes it anew.
    """
    by_code: dict[str, list[str]] = {}
    for lack in lacks(invoice, to):
        by_code.setdefault(lack.code, []).append(lack.words)
    goes = destination_of(to)
    for code, words in by_code.items():
        lacking = joined(", ", words)
        yield finding(
            KERNEL[code],
            DOCUMENT,
            ruling=ruling,
            expected=lacking,
            actual=_NAMES.get(goes.form or goes.channel, goes.channel),
            at_stake=asked(invoice),
            awaited=[Awaited(key=key) for key in {SELLER: ours, TAX: ()}.get(code, awaited)],
            reason=Sentence("the invoice lacks {what}", what=as_sentence(lacking)),
        )


_NAMES: Final = {"peppol": "Peppol", XRECHNUNG: "XRechnung"}
