"""The words module as template filters: all amounts, quantities and moments on a page go through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tieout.core.findings.precedence import Silenced
from tieout.core.findings.wording import Occurrence
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.engine.application import catalogue, codes
from tieout.store.screens.worklist import CaseLine
from tieout.web import column_names, headline, words
from tieout.wording import findings, kept, owners, sentences, values
from tieout.wording.catalogue import marked, plural, text

register: Final = Library()

_NAMES: Final = {
    "received": marked("Received"),
    "clear": marked("Clear"),
    "posting": marked("Being posted"),
    "posted": marked("Posted"),
    "part_posted": marked("Posted in part"),
    "posting_failed": marked("Posting refused"),
    "posting_unknown": marked("Posting outcome unknown"),
    "waiting": marked("Waiting"),
    "held": marked("Held"),
    "rejected": marked("Rejected"),
    "superseded": marked("Superseded"),
    "asked": marked("Awaiting answer"),
    "assigned": marked("Taken"),
    "open": marked("Open"),
    "resolved": marked("Resolved"),
    "hold": marked("Hold"),
    "wait": marked("Wait"),
    "reject": marked("Reject"),
    "note": marked("Note"),
    "ok": marked("Ties out"),
    "due": marked("Due"),
    "leased": marked("In progress"),
    "sent": marked("Sent"),
    "watched": marked("Done, looked up once more"),
    "unknown": marked("Outcome unknown"),
    "done": marked("Done"),
    "refused": marked("Refused"),
    "withdrawn": marked("Cancelled before it began"),
}
"""Statuses of claims, cases, findings and actions."""
_FORMATS: Final = {
    "ubl": "UBL",
    "cii": "CII",
    "factur-x": "Factur-X",
    "lago-json": "Lago JSON",
    "killbill-json": "Kill Bill JSON",
    "canonical-json": "JSON",
    "csv": "CSV",
}
"""The formats of files by their ids: names that are the same in every language."""
_AWAITED: Final = {
    "order": marked("Order {number}"),
    "sales-order": marked("Sales order {number}"),
    "outbound": marked("A shipment or proof of delivery for sales order {number}"),
    "shipment": marked("A carrier event or proof of delivery for shipment {number}"),
    "customer": marked("Customer {number}"),
    "credit": marked("The credit status of customer {number}"),
    "price-list": marked("A price list for {number}"),
    "override": marked("An approved price for order {number}"),
    "rebate": marked("A rebate for {number}"),
    "about": marked("An answer about invoice {number}"),
    "issued": marked("Invoice {number}"),
    "credited": marked("A credit note for invoice {number}"),
    "milestone": marked("A milestone of {number}"),
    "subscription": marked("Subscription {number}"),
    "effect": marked("The status of amendment {number} in one system"),
    "meter": marked("Meter {number}"),
    "usage": marked("Usage of {number}"),
    "mapping": marked("The billing account that usage {number} belongs to"),
    "accounting": marked("The accounting setup of {number}"),
    "billed": marked("A further invoice for {number}"),
    "movement": marked("A receipt, inspection or return for order {number}"),
    "contract": marked("Contract {number}"),
    "contract-of": marked("A contract with {number}"),
    "supplier": marked("Supplier {number}"),
    "product": marked("Product {number}"),
    "release": marked("An acceptance for {number}"),
    "duplicate": marked("A document like {number}"),
}
_DEPENDS: Final = {
    "usage statement": marked("usage statement {number}"),
    "usage of": marked("usage of {number}"),
    "milestone of line": marked("milestone of line {number}"),
    "milestone": marked("milestone {number}"),
    "subscription": marked("subscription {number}"),
    "amendment": marked("amendment {number}"),
}
_SCHEMES: Final = {
    "name": marked("{number}"),
    "vat": marked("VAT ID {number}"),
    "gln": marked("GLN {number}"),
    "sales-order": marked("sales order {number}"),
    "subscription": marked("subscription {number}"),
    "order": marked("order {number}"),
    "buyer": marked("{number} (ours)"),
    "seller": marked("{number} (theirs)"),
    "standard": marked("GTIN {number}"),
}
_LOOKS: Final = {
    "ok": "ok", "clear": "ok", "posting": "ok", "posted": "ok", "part_posted": "ok", "resolved": "ok", "note": "ok", "done": "ok",
    "watched": "ok",
    "wait": "wait", "waiting": "wait", "asked": "wait", "received": "wait", "due": "wait", "leased": "wait", "sent": "wait",
    "hold": "hold", "held": "hold", "open": "hold", "assigned": "hold", "unknown": "hold", "posting_unknown": "hold",
    "reject": "rejected", "rejected": "rejected", "posting_failed": "rejected", "refused": "rejected",
}  # fmt: skip
_SHAPES: Final = {"ok": "✓", "wait": "◷", "hold": "!", "rejected": "×", "plain": "·"}


@register.filter
def sentence_shown(message: str) -> str:
    """A refusal or a remark in the language of the page."""
    return sentences.sentence(message)


@register.filter
def place_shown(where: str) -> str:
    """A place in a document: "line 3"."""
    return sentences.place(where)


@register.filter
def mark(status: str) -> SafeString:
    """A status as a mark: shape, word and colour."""
    look = _LOOKS.get(status, "plain")
    return format_html(
        '<span class="mark {}"><span aria-hidden="true">{}</span> {}</span>',
        look,
        _SHAPES[look],
        text(_NAMES[status]) if status in _NAMES else words.sentence(status),
    )


@register.filter
def money(amount: Money | None) -> str:
    """ "12,345.60 EUR"."""
    return words.money(amount)


@register.filter
def moneys(amounts: tuple[Money, ...]) -> str:
    """Sums in several currencies."""
    return words.moneys(amounts)


@register.filter
def due(when: datetime | None, at: datetime) -> SafeString:
    """ "due in 3 h", with the instant itself for those who point at it, coloured by how near it is."""
    look = words.nearness(when, at=at)
    return format_html('<span class="{}" title="{}">{}</span>', look, words.moment(when), words.due(when, at=at))


@register.filter
def until(when: datetime | None, at: datetime) -> str:
    """ "3 h left", "waiting time over"."""
    if when is None:
        return text("no time limit")
    return text("{time} left", time=words.span(when - at)) if when > at else text("waiting time over")


@register.filter
def ago(when: datetime, at: datetime) -> SafeString:
    """ "3 h ago", with the instant itself."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), words.moment(when), words.ago(when, at=at)
    )


@register.filter
def moment(when: datetime | None) -> str:
    """ "2 Dec 2026 14:00 UTC"."""
    return words.moment(when)


@register.filter
def day(on: date | None) -> str:
    """ "2 Dec 2026"."""
    return words.day(on)


@register.filter
def worded(message: str) -> str:
    """A sentence or name that comes as data, in the language of the page."""
    return sentences.sentence(message)


@register.filter
def value_of(finding: Occurrence, name: str) -> str:
    """What was expected, or is there, as people read it."""
    return findings.value(finding, name)


register.filter("column_name", column_names.column_name)
register.filter("column_words", column_names.column_words)


@register.filter
def kind_name(kind: str) -> str:
    """ "credit_note" → "Credit note"."""
    return words.kind_name(kind)


@register.filter
def process_name(process: str) -> str:
    """ "order_to_cash" → "Order to cash"."""
    return words.process_name(process)


@register.filter
def action_name(kind: str) -> str:
    """What an external system is asked to do: "post_voucher" → "Post the voucher"."""
    return owners.action(kind) or words.sentence(kind)


@register.filter
def format_name(name: str) -> str:
    """A file format as people call it: "canonical-json" → "JSON"; one that is not listed as it is."""
    return _FORMATS.get(name, name)


@register.filter
def in_short(line: CaseLine) -> str:
    """The first sentence about a case of a list."""
    return headline.in_short(line)


@register.filter
def message(finding: Occurrence, cause: str = "") -> str:
    """The sentence about a finding, or about what a case keeps of it."""
    return findings.message(finding, codes(), cause, resolutions=catalogue().resolutions)


@register.filter
def clears(finding: Occurrence) -> str:
    """What would clear a finding."""
    return findings.clears(finding.code, codes())


@register.filter
def written(value: str) -> str:
    """A value of a finding in the language of the page."""
    return values.written(value)


@register.filter
def why_silenced(gone: Silenced) -> str:
    """Why a finding is not asked about."""
    return findings.silenced(gone)


@register.filter
def code_name(code: str) -> str:
    """The name of an exception code; "" for one that the taxonomy does not have."""
    row = codes().get(code)
    return text(row.name) if row else ""


@register.filter
def resolution_name(name: str) -> str:
    """The name of a resolution."""
    return text(catalogue().resolution(name).name)


@register.filter
def queue_name(queue: str) -> str:
    """ "receiving/WMS-4" → "Receiving/WMS-4"."""
    return owners.queue(queue)


@register.filter
def queue_names(queues: Iterable[str]) -> str:
    """The names of several queues."""
    return owners.queues(queues)


@register.filter
def wait_name(status: str) -> str:
    """What is waited for: "WAIT-RECEIPT" → "Goods receipt expected"."""
    return owners.wait(status)


@register.filter
def driver(why: str) -> SafeString:
    """Whether policy or an error makes something wait, as a mark."""
    if why == "policy":
        return format_html('<span class="mark by-policy">{}</span>', text("Policy"))
    return format_html('<span class="mark by-error">{}</span>', text("Error"))


@register.filter
def is_policy(code: str) -> bool:
    """Whether policy requires the wait that a code stands for."""
    row = codes().get(code)
    return row is not None and row.kind == "policy"


@register.filter
def counterparty(kind: str) -> str:
    """What the other side of a claim of this kind is called: "Supplier" or "Customer"."""
    return words.counterparty(kind)


@register.filter
def counterparty_unknown(kind: str) -> str:
    """ "supplier unknown"."""
    return words.counterparty_unknown(kind)


@register.filter
def place(where: str) -> str:
    """ "line 2", "the whole document"."""
    return words.place(where)


@register.filter
def awaited(key: Key) -> str:
    """A look-up key in words: "movement/4500017" → "A receipt, inspection or return for order 4500017"; with its company, if any."""
    if key.kind not in _AWAITED:
        return str(key)
    every = key.number == "*" and key.kind == "price-list"
    shown = text("A price list for all customers") if every else text(_AWAITED[key.kind], number=_numbered(key.number))
    return text("{document} in company {company}", document=shown, company=key.book) if key.book else shown


@register.filter
def depends(stored: str) -> str:
    """What a line of a billing run depends on, and its state: "usage statement api/C-1/2026-10: complete"."""
    named, _, state = stored.partition(": ")
    noun = next((noun for noun in _DEPENDS if named.startswith(f"{noun} ")), "")
    shown = text(_DEPENDS[noun], number=named[len(noun) + 1 :]) if noun else kept.kept(named)
    return f"{shown}: {kept.kept(state)}" if state else shown


def _numbered(number: str) -> str:
    """What a key names a record by: "vat/DE123" → "VAT ID DE123"; a number as it is."""
    scheme, slash, value = number.partition("/")
    return text(_SCHEMES[scheme], number=value) if slash and scheme in _SCHEMES else number


@register.filter
def short(value: str | UUID) -> str:
    """The first twelve characters of a hash or an id."""
    return str(value)[:12]


@register.filter
def size(octets: int) -> str:
    """ "12 KB"."""
    if octets < 1000:
        return plural("{count}\u00a0byte", "{count}\u00a0bytes", octets)
    return text("{number}\u00a0KB", number=words.figure(Decimal(round(octets / 1000))))
