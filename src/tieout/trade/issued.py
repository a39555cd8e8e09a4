"""The invoice that we issue: what was posted of a claim, as the invoice that the customer gets, exact to the cent.

Parts of one invoice (split posting) together are the whole: the same lines, the same tax, one number with a suffix.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from tieout.core.tie_out.actions import text_of
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.days import days_after
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.destination import XRECHNUNG, Destination, destination_of
from tieout.trade.documents import Invoice, InvoiceTotals
from tieout.trade.issued_lines import Parts, parts_of
from tieout.trade.issued_tax import breakdown
from tieout.trade.stated_by_record import completed
from tieout.trade.terms import terms_of

VERSION: Final = 1
EN_16931: Final = "urn:cen.eu:en16931:2017"
PEPPOL: Final = f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
XRECHNUNG_3: Final = f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_ADDRESSES: Final[Mapping[str, str]] = {"email": "EM"}
"""The electronic address scheme of a channel whose addresses name none themselves."""


def issued(
    invoice: Invoice,
    lines: Sequence[PostingLine],
    *,
    part: int = 1,
    earlier: Sequence[PostingLine] = (),
    to: str = "",
) -> Invoice:
    """The invoice that posting `lines` as part `part` issues; `earlier` are the lines of the parts before, `to` its channel.

    Part 2 and later get a suffix to the number. A prepayment is taken off the first parts, as far as it goes.
    """
    goes = destination_of(to)
    invoice = completed(invoice, goes.details)
    whole = not earlier and _is_whole(invoice, lines)
    parts = Parts(lines=invoice.lines, entries=invoice.allowances_charges) if whole else parts_of(invoice, lines)
    tax = breakdown(invoice, parts, lines, whole=whole)
    totals = _totals(invoice, parts, lines, earlier=earlier)
    return replace(
        invoice,
        number=invoice.number if part == 1 else f"{invoice.number}-{part}",
        type_code=invoice.type_code or ("381" if invoice.is_credit else "380"),
        lines=parts.lines,
        allowances_charges=parts.entries,
        tax=tax,
        totals=totals,
        due_on=_due_on(invoice, totals),
        buyer=addressed(invoice.buyer, goes.channel, goes.address),
        buyer_reference=invoice.buyer_reference or goes.buyer_reference,
        customer_order=invoice.customer_order or goes.customer_order,
        profile=_profile(invoice.profile, goes),
        entity="",
        run="",
    )


def _is_whole(invoice: Invoice, lines: Sequence[PostingLine]) -> bool:
    """Whether these lines are all of the invoice, and its own totals can be stated as they are."""
    sums = invoice.totals
    if None in {sums.net, sums.tax} or {line.id for line in invoice.lines} - {line.claim_line for line in lines}:
        return False
    net = total((line.net for line in lines if line.kind != "rounding"), invoice.currency)
    return net == sums.net and total((line.tax for line in lines), invoice.currency) == sums.tax


def _totals(
    invoice: Invoice, parts: Parts, lines: Sequence[PostingLine], *, earlier: Sequence[PostingLine]
) -> InvoiceTotals:
    currency = invoice.currency
    charges = total((one.amount for one in parts.entries if one.charge), currency)
    allowances = total((one.amount for one in parts.entries if not one.charge), currency)
    of_lines = total((line.net for line in parts.lines), currency)
    tax = total((line.tax for line in lines), currency)
    rounding = total((line.net for line in lines if line.kind == "rounding"), currency)
    net = of_lines + charges - allowances
    gross = net + tax
    prepaid = _prepaid(invoice, gross, earlier)
    return InvoiceTotals(
        lines=of_lines,
        allowances=allowances or None,
        charges=charges or None,
        net=net,
        tax=tax,
        gross=gross,
        prepaid=prepaid or None,
        rounding=rounding or None,
        payable=gross - prepaid + rounding,
        accounted=_accounted(invoice, lines, earlier),
    )


def _accounted(invoice: Invoice, lines: Sequence[PostingLine], earlier: Sequence[PostingLine]) -> Money | None:
    """The part's share of the tax in the accounting currency: all parts together are the whole, to its smallest unit."""
    whole, tax = invoice.totals.accounted, invoice.totals.tax
    if whole is None or not tax:
        return whole

    def upto(posted: Sequence[PostingLine]) -> Money:
        so_far = total((line.tax for line in posted), invoice.currency)
        return Money.rounded(whole.amount * so_far.amount / tax.amount, whole.currency)

    return upto([*earlier, *lines]) - upto(earlier)


def _prepaid(invoice: Invoice, gross: Money, earlier: Sequence[PostingLine]) -> Money:
    paid = invoice.totals.prepaid or Money.zero(invoice.currency)
    before = total((line.net + line.tax for line in earlier if line.kind != "rounding"), invoice.currency)
    left = max(paid - before, Money.zero(invoice.currency))
    return min(left, max(gross, Money.zero(invoice.currency)))


def _due_on(invoice: Invoice, totals: InvoiceTotals) -> date | None:
    """The stated due date, or the one that the terms give where something is to be paid."""
    if invoice.due_on is not None or invoice.issue_date is None or invoice.is_credit:
        return invoice.due_on
    terms = terms_of(invoice.terms)
    asks = totals.payable is not None and totals.payable.minor > 0
    if not asks or terms is None or terms.net_days is None:
        return None
    return days_after(invoice.issue_date, terms.net_days)


def _profile(stated: str, goes: Destination) -> str:
    if goes.form == XRECHNUNG:
        return XRECHNUNG_3
    if goes.channel == "peppol":
        return stated if stated.startswith(PEPPOL) else PEPPOL
    return stated if stated.startswith(EN_16931) else EN_16931


def addressed(buyer: Party, channel: str, address: str) -> Party:
    """The buyer with its electronic address (EN 16931 BT-49), which stands last: "0088:73…", or a mail address."""
    if channel == "email":
        scheme, value = _ADDRESSES[channel], address
    else:
        scheme, _, value = address.partition(":")
    if not value or not (channel in _ADDRESSES or channel == "peppol" or (channel == "portal" and scheme.isdigit())):
        return buyer
    endpoint = Identifier(scheme=scheme, value=value)
    return replace(
        buyer, identifiers=(*(identifier for identifier in buyer.identifiers if identifier != endpoint), endpoint)
    )


def delivery_payload(invoice: Invoice, action_id: UUID, *, to: str, claim: str, attempt: int) -> str:
    """JSON text of what is to be delivered: the issued invoice whole, in canonical JSON, and where it goes.

    `reference` is our own id of this sending; the receiving side is asked for it before any retry.
    """
    goes = destination_of(to)
    return text_of(
        {
            "version": VERSION,
            "reference": str(action_id),
            "claim": claim,
            "attempt": attempt,
            "channel": goes.channel,
            "form": goes.form,
            "address": goes.address,
            "kind": invoice.kind,
            "number": invoice.number,
            "invoice": _plain(invoice),
        }
    )


def _plain(value: object) -> object:
    """A value of the kernel as canonical JSON has it: money and quantities as text, decimals as their digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Quantity):
        return f"{value.value:f} {value.unit}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def document_text(payload: str) -> tuple[str, str]:
    """Kind and canonical JSON text of the invoice inside a delivery's payload. Raises `ValueError`, `KeyError` for another payload."""
    content = json.loads(payload)
    return content["kind"], text_of(content["invoice"])
