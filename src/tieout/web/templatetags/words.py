"""The words module as template filters: all amounts, quantities and moments on a page go through here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tieout.core.findings.precedence import Silenced
from tieout.core.findings.wording import Occurrence
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.engine.desk import catalogue, codes
from tieout.store.screens.worklist import CaseLine
from tieout.web import headline, words
from tieout.wording import findings

register: Final = Library()

_NAMES: Final = {
    "clear": "Clear",
    "posting": "Being posted",
    "part_posted": "Posted in part",
    "posting_failed": "Posting refused",
    "posting_unknown": "Posting unanswered",
    "asked": "Asked",
    "assigned": "Taken",
    "open": "Open",
    "hold": "Hold",
    "wait": "Wait",
    "reject": "Reject",
    "note": "Note",
    "ok": "Ties out",
}
_AWAITED: Final = {
    "order": "order",
    "sales-order": "sales order",
    "outbound": "a shipment or proof of delivery for sales order",
    "shipment": "a carrier event or proof of delivery for shipment",
    "customer": "customer",
    "credit": "the credit standing of customer",
    "price-list": "a price list for",
    "override": "an approved price for order",
    "rebate": "a rebate for",
    "about": "an answer about invoice",
    "issued": "invoice",
    "credited": "a credit note for invoice",
    "milestone": "a milestone of",
    "subscription": "subscription",
    "effect": "what a system made of amendment",
    "meter": "meter",
    "usage": "usage of",
    "mapping": "whose usage this is:",
    "accounting": "the accounting setup of",
    "billed": "a further invoice for",
    "movement": "a receipt, inspection or return for order",
    "contract": "contract",
    "contract-of": "a contract with",
    "supplier": "supplier",
    "product": "product",
    "release": "an acceptance for",
    "duplicate": "a paper like",
}
_LOOKS: Final = {
    "ok": "ok", "clear": "ok", "posting": "ok", "posted": "ok", "part_posted": "ok", "resolved": "ok", "note": "ok", "done": "ok",
    "wait": "wait", "waiting": "wait", "asked": "wait", "received": "wait", "due": "wait", "leased": "wait", "sent": "wait",
    "hold": "hold", "held": "hold", "open": "hold", "assigned": "hold", "unknown": "hold", "posting_unknown": "hold",
    "reject": "rejected", "rejected": "rejected", "posting_failed": "rejected", "refused": "rejected",
}  # fmt: skip
_SHAPES: Final = {"ok": "✓", "wait": "◷", "hold": "!", "rejected": "×", "plain": "·"}


@register.filter
def mark(status: str) -> SafeString:
    """A status as a mark: shape, word and colour."""
    look = _LOOKS.get(status, "plain")
    return format_html(
        '<span class="mark {}"><span aria-hidden="true">{}</span> {}</span>',
        look,
        _SHAPES[look],
        _NAMES.get(status, words.sentence(status)),
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
    """ "due in 3 h", with the instant itself for those who point at it, coloured by urgency."""
    look = words.urgency(when, at=at)
    return format_html('<span class="{}" title="{}">{}</span>', look, words.moment(when), words.due(when, at=at))


@register.filter
def until(when: datetime | None, at: datetime) -> str:
    """ "3 h left", "time is up"."""
    if when is None:
        return "no time limit"
    return f"{words.span(when - at)} left" if when > at else "time is up"


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
def sentence(text: str) -> str:
    """ "credit_note" → "Credit note"."""
    return words.sentence(text)


@register.filter
def in_short(line: CaseLine) -> str:
    """The first sentence about a case of a list."""
    return headline.in_short(line)


@register.filter
def message(finding: Occurrence, cause: str = "") -> str:
    """The sentence about a finding, or about what a case keeps of it."""
    return findings.message(finding, codes(), cause)


@register.filter
def clears(finding: Occurrence) -> str:
    """What would clear a finding."""
    return findings.clears(finding.code, codes())


@register.filter
def written(value: str) -> str:
    """A value of a finding in the language of the page."""
    return findings.written(value)


@register.filter
def why_silenced(gone: Silenced) -> str:
    """Why a finding is not asked about."""
    return findings.silenced(gone)


@register.filter
def code_name(code: str) -> str:
    """The name of an exception code; "" for one that the taxonomy does not have."""
    row = codes().get(code)
    return row.name if row else ""


@register.filter
def resolution_name(name: str) -> str:
    """The name of a resolution."""
    return catalogue().resolution(name).name


@register.filter
def driver(why: str) -> SafeString:
    """Whether policy or an error makes something wait, as a mark."""
    word = "policy" if why == "policy" else "error"
    return format_html('<span class="mark {}">{}</span>', f"by-{word}", word.capitalize())


@register.filter
def is_policy(code: str) -> bool:
    """Whether a code says that policy wants the wait."""
    row = codes().get(code)
    return row is not None and row.kind == "policy"


@register.filter
def counterparty(kind: str) -> str:
    """What the other side of a claim of this kind is called: "supplier" or "customer"."""
    return words.counterparty(kind)


@register.filter
def awaited(key: Key) -> str:
    """A look-up key in words: "movement/4500017" → "goods movement of order 4500017"; with its company where it names one."""
    if key.kind not in _AWAITED:
        return str(key)
    return f"{_AWAITED[key.kind]} {key.number}" + (f" of {key.book}" if key.book else "")


@register.filter
def short(value: str | UUID) -> str:
    """The first twelve characters of a hash or an id."""
    return str(value)[:12]


@register.filter
def size(octets: int) -> str:
    """ "12 KB"."""
    return f"{octets}\u00a0bytes" if octets < 1000 else f"{octets / 1000:,.0f}\u00a0KB"
