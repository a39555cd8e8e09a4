"""The receiving partner of tests: `mock-einvoice`, a process of its own, spoken to over HTTP, and a line to it for deliveries.

The partner holds every invoice to the published rules of EN 16931 and Peppol, and takes nothing that breaks one. It knows
no reference of ours and takes a second copy gladly: not sending twice is up to us.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tieout.connectors.invoice_folder.document import Outgoing, outgoing
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown

LIMIT = 10


@contextmanager
def partner() -> Iterator[str]:
    """The address of a running partner that has seen nothing yet."""
    command = [sys.executable, "-m", "mockeinvoice", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().rsplit(" ", 1)[-1].strip()
        try:
            assert address.startswith("http://"), f"the partner did not start: {address!r}"
            yield address
        finally:
            process.terminate()


def validated(address: str, content: bytes) -> dict[str, Any]:
    """What the partner's rules say of a document that it is not given."""
    with urlopen(Request(f"{address}/_mock/validate", data=content, method="POST"), timeout=LIMIT) as answer:
        report: dict[str, Any] = json.load(answer)
    return report


class PartnerLine:
    """A target that delivers to the partner: found by what it has under the invoice's number, then sent.

    `mood` "works"; "silent": it takes the invoice and the answer is lost; "deaf": nothing arrives. `sent` counts what was
    handed over, also in vain.
    """

    def __init__(self, address: str, *, queue: str = "delivery") -> None:
        self.address, self.queue, self.mood, self.sent = address, queue, "works", 0

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """What the partner has by number and kind. Several are reported as ambiguous."""
        if self.mood == "deaf":
            return [Unknown(hint="no connection", down=True) for _ in actions]
        held = self.held()
        return [self._match(held, json.loads(action.payload)) for action in actions]

    @staticmethod
    def _match(held: Sequence[dict[str, Any]], wanted: dict[str, Any]) -> Answer | None:
        kind = "CreditNote" if wanted["kind"].endswith("credit_note") else "Invoice"
        mine = [one for one in held if (one["number"], one["kind"]) == (wanted["number"], kind)]
        if len(mine) > 1:
            return Unknown(hint=f"{len(mine)} documents have the number {wanted['number']}", ambiguous=True)
        return Done(ref=mine[0]["id"]) if mine else None

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Sends each document."""
        return [self._sent(action) for action in actions]

    def _sent(self, action: Action) -> Answer:
        document = outgoing(action, None)
        if isinstance(document, Rejected):
            return document
        assert isinstance(document, Outgoing)
        self.sent += 1
        if self.mood == "deaf":
            return Unknown(hint="no connection", down=True)
        answer = self._post(document.content)
        return Unknown(hint="no answer within the time limit") if self.mood == "silent" else answer

    def _post(self, content: bytes) -> Answer:
        try:
            with urlopen(Request(f"{self.address}/invoices", data=content, method="POST"), timeout=LIMIT) as answer:
                return Done(ref=json.load(answer)["id"])
        except HTTPError as refused:
            with refused:
                message = json.load(refused)
            first = next((finding for finding in message.get("findings", ()) if finding["level"] == "fatal"), {})
            return Rejected(reason=first.get("text") or message["reason"], code=first.get("code", message["error"]))
        except URLError as problem:
            return Unknown(hint=str(problem.reason), down=True)

    def held(self) -> list[dict[str, Any]]:
        """What the partner has taken in."""
        with urlopen(f"{self.address}/_mock/invoices", timeout=LIMIT) as answer:
            held = json.load(answer)
        return list(held if isinstance(held, list) else held["invoices"])
