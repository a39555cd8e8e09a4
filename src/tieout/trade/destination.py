"""Where a document of ours goes, and what the customer wants on it: one text, which people read and the outbox carries.

"peppol 0204:991-1234567-06 (XRechnung; BT-10 991-1234567-06; BT-13 PO-77231; BT-34 0088:4012345000009)"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tieout.core.claim.delivery import channel_of

XRECHNUNG: Final = "xrechnung"
_WANTS: Final = re.compile(
    r"(?P<to>.*?) \((?P<wants>(?:XRechnung|BT-[0-9]{2} [^;()]+)(?:; BT-[0-9]{2} [^;()]+){0,14})\)"
)
_TERM: Final = len("BT-10")
_UNFIT: Final = re.compile(r"[;()\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Channel and address, the form ("" or `XRECHNUNG`), and references that the invoice itself does not name.

    `details` are what records know of us and of the customer and the invoice leaves out: (term of EN 16931, value).
    """

    channel: str = ""
    address: str = ""
    form: str = ""
    buyer_reference: str = ""
    customer_order: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        wants = [
            "XRechnung" if self.form == XRECHNUNG else "",
            f"BT-10 {_plain(self.buyer_reference)}" if self.buyer_reference else "",
            f"BT-13 {_plain(self.customer_order)}" if self.customer_order else "",
            *(f"{term} {_plain(value)}" for term, value in self.details),
        ]
        words = "; ".join(filter(None, wants))
        to = f"{self.channel} {self.address}".strip()
        return f"{to} ({words})" if words and to else to


def _plain(reference: str) -> str:
    return _UNFIT.sub(" ", reference).strip()


def destination_of(to: str) -> Destination:
    """The destination that a text names."""
    match = _WANTS.fullmatch(to)
    channel, address = channel_of(match["to"] if match else to)
    wants = match["wants"].split("; ") if match else []
    named = {one[:_TERM]: one[_TERM + 1 :] for one in wants if one != "XRechnung"}
    return Destination(
        channel=channel,
        address=address,
        form=XRECHNUNG if "XRechnung" in wants else "",
        buyer_reference=named.get("BT-10", ""),
        customer_order=named.get("BT-13", ""),
        details=tuple((term, value) for term, value in named.items() if term not in {"BT-10", "BT-13"}),
    )
