"""From a delivery to the file that is sent: the form of its channel, checked against the official rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from tieout.core.documents.remark import Remark
from tieout.core.outbox.action import Action, Rejected
from tieout.core.outbox.payload import opened_payload
from tieout.core.tie_out.actions import text_of
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence, joined
from tieout.formats import canonical_json
from tieout.formats.cii.write import write as write_cii
from tieout.formats.facturx.write import write as write_pdf
from tieout.formats.ubl.write import write as write_ubl
from tieout.trade.destination import XRECHNUNG
from tieout.trade.documents import Invoice
from tieout.trade.issued import document_text

Check = Callable[[bytes], Sequence[Remark]]
"""The official rules applied to a file: what is wrong with it; nothing where it is valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a channel's invoices: the writer, the file suffix, and whether its receiving side answers."""

    write: Callable[[Invoice], bytes]
    suffix: str
    answered: bool


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "peppol": Form(write=write_ubl, suffix="xml", answered=True),
        "portal": Form(write=write_cii, suffix="xml", answered=True),
        "email": Form(write=write_pdf, suffix="pdf", answered=False),
        "print": Form(write=write_pdf, suffix="pdf", answered=False),
    }
)
"""The channel rule. An invoice by e-mail or in print is a readable PDF that carries its data."""
XRECHNUNG_BY_MAIL: Final = Form(write=write_cii, suffix="xml", answered=False)
"""XRechnung is XML and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One file with its envelope, as it is written for a channel."""

    channel: str
    form: Form
    content: bytes
    envelope: bytes


def channel_of(action: Action) -> str:
    """The channel of a delivery, "" where its payload names none."""
    try:
        content = json.loads(action.payload)
    except ValueError:
        return ""
    return str(content.get("channel", "")) if isinstance(content, dict) else ""


def _is_xrechnung_by_mail(action: Action, channel: str) -> bool:
    return channel == "email" and json.loads(action.payload).get("form") == XRECHNUNG


def trace_of(action: Action, channel: str) -> str:
    """The path of a delivery's file in the folder of its channel."""
    form = XRECHNUNG_BY_MAIL if _is_xrechnung_by_mail(action, channel) else FORMS[channel]
    return f"{channel}/{action.id}.{form.suffix}"


def outgoing(action: Action, check: Check | None) -> Outgoing | Rejected:
    """The file of a delivery. `Rejected` for what is no delivery, has an unknown channel, or breaks a rule."""
    if action.kind != "deliver":
        return Rejected(reason=Sentence("{kind} is no delivery of an invoice", kind=action.kind), code="MAP")
    try:
        opened_payload(action)
    except Malformed as problem:
        return Rejected(reason=Sentence("cannot be delivered: {problem}", problem=problem), code="MAP")
    channel = channel_of(action)
    form = XRECHNUNG_BY_MAIL if _is_xrechnung_by_mail(action, channel) else FORMS.get(channel)
    if form is None:
        channels = ", ".join(FORMS)
        return Rejected(
            reason=Sentence(
                "unknown addressee: no way to deliver by {channel}; known: {channels}",
                channel=channel or Sentence("no channel"),
                channels=channels,
            ),
            code="MAP",
        )
    try:
        _, text = document_text(action.payload)
        invoice = canonical_json.decode_as(Invoice, text.encode())
        content = form.write(invoice)
    except (Malformed, KeyError, ValueError) as problem:
        return Rejected(reason=Sentence("cannot be written: {problem}", problem=problem), code="MAP")
    broken = [remark for remark in (check(content) if check else ()) if remark.fatal]
    if broken:
        return Rejected(reason=joined("; ", (remark.message for remark in broken[:3])), code=broken[0].rule)
    return Outgoing(channel=channel, form=form, content=content, envelope=_envelope(action, form, content))


def _envelope(action: Action, form: Form, content: bytes) -> bytes:
    given = json.loads(action.payload)
    kept = {name: given[name] for name in ("reference", "claim", "attempt", "channel", "address", "kind", "number")}
    file = {"file": f"{action.id}.{form.suffix}", "sha256": sha256(content).hexdigest()}
    return text_of({"version": 1, **kept, **file}).encode()
