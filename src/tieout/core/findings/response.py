"""What the other side is sent, as a Peppol response: status, reason and the one action that is needed."""

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
    """Reads a code's row ("UQ/QTY/CNP"); None for "": they get no response. Raises `Malformed`."""
    if not text:
        return None
    words = text.split("/")
    if words[0] not in STATUSES or len(words) > 3:
        raise Malformed("{text!r} is not a Peppol response", remedy='write it as "UQ/QTY/CNP"', text=text)
    status, reason, action = [*words, "", ""][:3]
    return Response(status=status, reason=reason, action=action)


def query_of(text: str) -> Response:
    """How the other side is asked about a finding with this row; OTH/PIN (send information) where the row is empty."""
    response = response_of(text)
    if response is not None and response.status == "UQ":
        return response
    return Response(status="UQ", reason=response.reason if response else "OTH", action="PIN")


def refusal_of(text: str) -> Response:
    """How a document is rejected for a finding with this row: RE with the row's reason, and a new document is asked for."""
    response = response_of(text)
    if response is not None and response.status == "RE":
        return response
    return Response(status="RE", reason=response.reason if response else "OTH", action="NIN")
