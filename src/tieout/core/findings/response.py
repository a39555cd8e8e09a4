"""What the other side is told, in the words of the Peppol response: status, reason and the one action that is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.core.values.errors import Malformed

STATUSES: Final = frozenset({"AB", "IP", "UQ", "CA", "RE", "AP", "PD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`status` AB, IP, UQ, CA, RE, AP or PD; `reason` and `action` codes of the same list, "" where there is none."""

    status: str
    reason: str = ""
    action: str = ""

    def __str__(self) -> str:
        return "/".join(word for word in (self.status, self.reason, self.action) if word)


ACCEPTED: Final = Response(status="AP")
CONDITIONALLY_ACCEPTED: Final = Response(status="CA")


def response_of(text: str) -> Response | None:
    """Reads a code's row ("UQ/QTY/CNP"); None for "": they are told nothing. Raises `Malformed`."""
    if not text:
        return None
    words = text.split("/")
    if words[0] not in STATUSES or len(words) > 3:
        raise Malformed(f"{text!r} is not a Peppol response", remedy='write it as "UQ/QTY/CNP"')
    status, reason, action = [*words, "", ""][:3]
    return Response(status=status, reason=reason, action=action)


def query_of(text: str) -> Response:
    """How the other side is asked about a finding with this row; OTH/PIN (send information) where the row says nothing."""
    known = response_of(text)
    if known is not None and known.status == "UQ":
        return known
    return Response(status="UQ", reason=known.reason if known else "OTH", action="PIN")


def refusal_of(text: str) -> Response:
    """How a paper is refused for a finding with this row: RE with the row's reason, and a new paper is asked for."""
    known = response_of(text)
    if known is not None and known.status == "RE":
        return known
    return Response(status="RE", reason=known.reason if known else "OTH", action="NIN")
