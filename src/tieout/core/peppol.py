"""What a supplier is told, in the words of the Peppol Invoice Response: status, reason and the one action that is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """`status` AB, IP, UQ, CA, RE, AP or PD; `reason` and `action` codes of the same list, "" where there is none.

    `detail` is our own free word where the list has only OTH ("DUP").
    """

    status: str
    reason: str = ""
    action: str = ""
    detail: str = ""

    def __str__(self) -> str:
        words = "/".join(word for word in (self.status, self.reason) if word)
        return f"{words}→{self.action}" if self.action else words


def _query(reason: str, action: str) -> Response:
    return Response(status="UQ", reason=reason, action=action)


ACCEPTED: Final = Response(status="AP")
CONDITIONALLY_ACCEPTED: Final = Response(status="CA")
REJECTED: Final = Response(status="RE", reason="OTH", action="NIN")

# The longest prefix that fits a code speaks for it.
_RESPONSES: Final[dict[str, Response]] = {
    "AP-PRC": _query("PRI", "CNP"),
    "AP-AMT": _query("PRI", "CNP"),
    "AP-FRT": _query("PRI", "CNP"),
    "AP-QTY": _query("QTY", "CNP"),
    "AP-GR-EARLY": _query("DEL", "PIN"),
    "AP-QUAL-REJ": _query("QUA", "CNP"),
    "AP-LINE-XTRA": _query("ITM", "PIN"),
    "AP-UOM": _query("ITM", "PIN"),
    "AP-PO": _query("REF", "PIN"),
    "AP-CUR": _query("OTH", "NIN"),
    "AP-DATE": _query("OTH", "NIN"),
    "AP-TERMS": _query("PAY", "NIN"),
    "AP-TAX": Response(status="RE", reason="LEG", action="NIN"),
    "AP-DUP-CERT": Response(status="RE", reason="OTH", action="NOA", detail="DUP"),
    "DOC-LEGAL": Response(status="RE", reason="LEG", action="NIN"),
    "DOC-EINV": Response(status="RE", reason="LEG", action="NIN"),
    "DOC-UNREAD": Response(status="RE", reason="OTH", action="NIN", detail="UNREADABLE"),
    # Bank data are confirmed by a call to a known number, never by a reply to this message.
    "MD-BANK": _query("FIN", "PIN"),
}


def response_for(code: str) -> Response | None:
    """What a supplier is told about a finding of this code; None where it is none of the supplier's business."""
    fitting = [prefix for prefix in _RESPONSES if code.startswith(prefix)]
    return _RESPONSES[max(fitting, key=len)] if fitting else None


def rejection_for(code: str) -> Response:
    """How a paper is refused for a finding of this code: RE with the query's reason."""
    known = response_for(code)
    if known is None:
        return REJECTED
    if known.status == "RE":
        return known
    return Response(status="RE", reason=known.reason, action="NIN", detail=known.detail)
