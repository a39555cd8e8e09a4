"""An acknowledgement: another system's answer to something that we handed over, as the bytes of its JSON files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from tieout.core.outbox.action import Answer, Done, Rejected, Unknown
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence

_BYTES_MAX: Final = 1_000_000


def answer(reference: str, files: Sequence[tuple[str, bytes]]) -> Answer | None:
    """The combined answer of the acknowledgement files (name, bytes) of one reference; None if there are none.

    One document number, however often it is given, is `Done`. Two numbers, or acceptance and rejection, are ambiguous. A
    file that cannot be read makes the whole answer `Unknown`: it may be half-written, or contradict the others.
    """
    if not files:
        return None
    booked: dict[str, str] = {}
    refusals: list[Rejected] = []
    for name, content in files:
        try:
            outcome = _acknowledgement(reference, content)
        except Malformed as problem:
            return Unknown(hint=Sentence("{file}: {problem}", file=name, problem=problem))
        if isinstance(outcome, Rejected):
            refusals.append(outcome)
        else:
            booked.setdefault(outcome.ref, name)
    if len(booked) > 1:
        return Unknown(
            hint=Sentence(
                "acknowledged under {count} numbers: {booked}", count=len(booked), booked=", ".join(sorted(booked))
            ),
            ambiguous=True,
        )
    if booked and refusals:
        return Unknown(
            hint=Sentence("acknowledged as {booked} and also rejected", booked=next(iter(booked))), ambiguous=True
        )
    return Done(ref=next(iter(booked))) if booked else refusals[0]


def _acknowledgement(reference: str, content: bytes) -> Done | Rejected:
    if len(content) > _BYTES_MAX:
        raise Malformed("longer than any acknowledgement")
    try:
        fields = json.loads(content)
    except ValueError as error:
        raise Malformed("is not (yet) readable JSON") from error
    if not isinstance(fields, dict) or fields.get("reference") != reference:
        raise Malformed("does not carry the reference of its file name")
    document = fields.get("document")
    match fields.get("status"):
        case "accepted" | "duplicate" if isinstance(document, str) and document.strip():
            return Done(ref=document.strip())
        case "rejected":
            stated = fields.get("reason")
            reason = str(stated) if stated else Sentence("no reason given")
            return Rejected(reason=reason, code=str(fields.get("code") or ""))
        case status:
            raise Malformed(
                "status {status!r} with document {document!r} is no answer", status=status, document=document
            )
