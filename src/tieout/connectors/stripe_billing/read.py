"""Pulls customers, subscriptions and invoices with all their lines, each as an unchanged message.

A draft that the billing system would finalise by itself is held first: it stays a draft until it has tied out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from tieout.connectors.stripe_billing.access import Access, NoAnswer
from tieout.connectors.stripe_billing.shapes import API_VERSION
from tieout.core.values.ids import SourceKey
from tieout.core.values.sentence import Sentence

HELD: Final = "tieout_held"
"""The mark (in `metadata`) on a draft whose own finalisation we have switched off."""
_PAGE: Final = 100
_WRITE: Final = msgspec.json.Encoder(order="deterministic", decimal_format="number")
_KINDS: Final = (("customer", "customers"), ("subscription", "subscriptions"), ("invoice", "invoices"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One object of the billing system, unchanged. Its version is left open: the billing system has none."""

    source: SourceKey
    name: str
    content: bytes


def pull(access: Access, *, since: datetime | None = None, hold: bool = True) -> Iterator[Message]:
    """Every customer and subscription, and invoices made since an instant (None: all); void ones are left out.

    `hold`: switch off the automatic finalisation of drafts. Raises `Unreachable` and `NoAnswer`.
    """
    for kind, path in _KINDS:
        wanted = {"status": "all"} if kind == "subscription" else {}
        for listed in _pages(access, f"/v1/{path}", since=since if kind == "invoice" else None, **wanted):
            message = listed
            if kind == "invoice":
                if listed.get("status") == "void":
                    continue
                message = _whole(access, _held(access, listed) if hold else listed)
            elif kind == "subscription" and _lacks_tiers(listed):
                message = _with_tiers(access, listed)
            name = str(message.get("id"))
            source = SourceKey(system="stripe", kind=kind, external_id=name, version="")
            yield Message(source=source, name=f"{name}.json", content=_written(message))


def _pages(access: Access, path: str, *, since: datetime | None = None, **wanted: str) -> Iterator[dict[str, Any]]:
    """The entries of a list, newest first; it ends with the first page on which nothing is new enough."""
    after: dict[str, str] = {}
    while True:
        page = _list(access, path, limit=_PAGE, **wanted, **after)
        young = [entry for entry in page["data"] if since is None or entry.get("created", 0) >= since.timestamp()]
        yield from young
        if not page.get("has_more") or not young:
            return
        after = {"starting_after": str(page["data"][-1]["id"])}


def _list(access: Access, path: str, **params: str | int) -> dict[str, Any]:
    response = access.get(path, **params)
    if not response.ok:
        raise NoAnswer(Sentence("{path} was refused: {reason}", path=path, reason=response.words))
    page = response.message
    if not isinstance(page, dict) or not isinstance(page.get("data"), list):
        raise NoAnswer(
            Sentence("{path} returns no list (version {version} was agreed)", path=path, version=API_VERSION)
        )
    if not all(isinstance(entry, dict) and entry.get("id") for entry in page["data"]):
        raise NoAnswer(
            Sentence(
                "{path} lists something without an id (version {version} was agreed)",
                path=path,
                version=API_VERSION,
            )
        )
    return page


def _held(access: Access, invoice: dict[str, Any]) -> dict[str, Any]:
    """The draft, with its automatic finalisation switched off. Where that fails it is taken as it is: the release detects it."""
    if invoice.get("status") != "draft" or not invoice.get("auto_advance"):
        return invoice
    response = access.post(f"/v1/invoices/{invoice['id']}", **{"auto_advance": "false", f"metadata[{HELD}]": "1"})
    return response.message if response.ok and isinstance(response.message, dict) else invoice


def _whole(access: Access, invoice: dict[str, Any]) -> dict[str, Any]:
    """The invoice with all its lines: a list of invoices holds only the first few of each."""
    lines = invoice.get("lines")
    if not isinstance(lines, dict) or not lines.get("has_more"):
        return invoice
    every = list(_pages(access, f"/v1/invoices/{invoice['id']}/lines"))
    return {**invoice, "lines": {**lines, "data": every, "has_more": False}}


def _lacks_tiers(subscription: dict[str, Any]) -> bool:
    """Whether a plan has tiers that the message does not hold: a list never holds them."""
    items = subscription.get("items")
    entries = items.get("data", ()) if isinstance(items, dict) else ()
    plans = [entry.get("plan") for entry in entries if isinstance(entry, dict)]
    return any(
        isinstance(plan, dict) and plan.get("billing_scheme") == "tiered" and not plan.get("tiers") for plan in plans
    )


def _with_tiers(access: Access, subscription: dict[str, Any]) -> dict[str, Any]:
    """The subscription with the tiers of its plans. Where that fails it is taken as it is: reading says what is missing."""
    response = access.get(f"/v1/subscriptions/{subscription['id']}", **{"expand[]": "items.data.plan.tiers"})
    return response.message if response.ok and isinstance(response.message, dict) else subscription


def _written(message: dict[str, Any]) -> bytes:
    """The message as JSON with sorted names: the same message gives the same bytes. Fractions keep their digits."""
    return _WRITE.encode(message)
