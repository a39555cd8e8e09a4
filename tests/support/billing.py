"""A billing system for tests: `localstripe` as a process of its own, and before it what it lacks of the documented interface.

localstripe cannot finalise an invoice, numbers none, knows no `auto_advance` and adds nothing to a draft that is there.
`Front` stands between it and the connector and does these four as they are documented; the state of an invoice (draft or
final) is localstripe's own. It also times out to order: before a call is done, or after.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from urllib.parse import parse_qsl

import httpx
import pytest

KEY = "sk_test_12345"
Fault = Literal["", "before", "after", "down", "broken"]


# localstripe keeps what it has in one file of a fixed name, which two users of a machine cannot both write.
_STARTER = """
import builtins, runpy, sys
store, plain = sys.argv.pop(1), open
builtins.open = lambda file, *rest, **more: plain(store if str(file).endswith("localstripe.pickle") else file, *rest, **more)
runpy.run_module("localstripe", run_name="__main__", alter_sys=True)
"""


@contextmanager
def localstripe(folder: Path) -> Iterator[str]:
    """A running localstripe with nothing in it; gives its address, and ends it."""
    if not socket.has_ipv6:
        pytest.skip("localstripe listens on IPv6 only")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = str(folder / "localstripe.pickle")
    command = [sys.executable, "-c", _STARTER, store, "--from-scratch", "--port", str(port)]
    with (folder / "localstripe.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        address = f"http://localhost:{port}"
        _until_it_answers(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "localstripe has ended"
        try:
            httpx.get(
                f"{address}/v1/customers", headers={"Authorization": f"Bearer {KEY}"}, timeout=5
            ).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("localstripe does not answer")


class Front(httpx.BaseTransport):
    """What the connector speaks to. `fault` says what goes wrong with a request (method, path); nothing by default."""

    def __init__(self, address: str) -> None:
        self.behind = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {KEY}"}, timeout=10)
        self.fault: Callable[[str, str], Fault] = lambda *_: ""
        self.asked: list[str] = []
        self.finalised: list[str] = []
        self.advance: dict[str, bool] = {}
        self.late: dict[str, list[dict[str, Any]]] = {}
        self.changed: Callable[[dict[str, Any]], None] = lambda _: None
        self.refusal = ""
        self._one_at_a_time = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        match fault := self.fault(request.method, path):
            case "down":
                raise httpx.ConnectError("connection refused", request=request)
            case "before":
                raise httpx.ReadTimeout("timed out", request=request)
            case "broken":
                return httpx.Response(500, json={"error": {"type": "api_error"}})
        answer = self._answer(request)
        if fault == "after":
            raise httpx.ReadTimeout("timed out", request=request)
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        parts = request.url.path.removeprefix("/v1/").split("/")
        fields = dict(parse_qsl(request.content.decode()))
        if request.method == "POST" and parts[0] == "invoices" and parts[-1] == "finalize":
            with self._one_at_a_time:
                return self._finalise(parts[1], fields)
        if request.method == "POST" and parts[0] == "invoices" and "auto_advance" in fields:
            self.advance[parts[1]] = fields.pop("auto_advance") == "true"
        answer = self.behind.request(request.method, request.url.path, params=request.url.params, data=fields or None)
        message = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else None
        if message is None:
            return httpx.Response(answer.status_code, text=answer.text)
        for part in [message, *message.get("data", ())] if isinstance(message, dict) else ():
            self._complete(part)
        return httpx.Response(answer.status_code, json=message)

    def _complete(self, message: dict[str, Any]) -> None:
        if message.get("object") == "invoice":
            name = message["id"]
            message["number"] = None if message["status"] == "draft" else f"INV-{name[-6:].upper()}"
            message["auto_advance"] = self.advance.get(name, True)
            for line in self.late.get(name, ()):
                message["lines"]["data"].append(line)
                message["subtotal"] += line["amount"]
                message["total"] += line["amount"]
        self.changed(message)

    def _finalise(self, name: str, fields: dict[str, str]) -> httpx.Response:
        draft = self.behind.get(f"/v1/invoices/{name}")
        if draft.status_code != 200:
            return httpx.Response(
                404, json={"error": {"code": "resource_missing", "message": f"No such invoice: '{name}'"}}
            )
        if self.refusal:
            return httpx.Response(400, json={"error": {"type": "invalid_request_error", "message": self.refusal}})
        if draft.json()["status"] != "draft":
            message = "This invoice is already finalized, you can't re-finalize a non-draft invoice."
            return httpx.Response(400, json={"error": {"type": "invalid_request_error", "message": message}})
        # localstripe's draft becomes open when it is to be paid and the customer has nothing to pay with
        self.behind.post(f"/v1/invoices/{name}/pay")
        self.finalised.append(name)
        self.advance[name] = fields.get("auto_advance", str(self.advance.get(name, True)).lower()) == "true"
        message = self.behind.get(f"/v1/invoices/{name}").json()
        assert message["status"] in {"open", "paid"}
        self._complete(message)
        return httpx.Response(200, json=message)


class Books:
    """What a test puts into the billing system."""

    def __init__(self, front: Front) -> None:
        self.front = front

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """Make something; gives what was made."""
        answer = self.front.behind.post(f"/v1/{path}", json=fields)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def customer(self, name: str = "Beta SARL", **more: Any) -> str:
        """A customer."""
        address = {"line1": "1 rue X", "city": "Lyon", "postal_code": "69001", "country": "FR"}
        words = {"erp_number": "D-1001", "tax_class": "domestic"}
        return str(
            self.post("customers", name=name, email="ap@beta.example", address=address, metadata=words, **more)["id"]
        )

    def plan(self, name: str = "gold", amount: int = 4900, currency: str = "eur", **more: Any) -> str:
        """A plan of so many minor units a month."""
        return str(
            self.post(
                "plans", id=name, amount=amount, currency=currency, interval="month", product={"name": name}, **more
            )["id"]
        )

    def rate(self, percent: float = 20.0) -> str:
        """A tax rate."""
        return str(self.post("tax_rates", display_name="VAT", percentage=percent, inclusive=False)["id"])

    def subscription(self, customer: str, plan: str = "gold", quantity: int = 1, rates: tuple[str, ...] = ()) -> str:
        """A subscription that bills on request."""
        items = [{"plan": plan, "quantity": quantity, "tax_rates": list(rates)}]
        made = self.post(
            "subscriptions", customer=customer, items=items, trial_period_days=1, backdate_start_date=START
        )
        return str(made["id"])

    def draft(self, customer: str, subscription: str, **more: Any) -> str:
        """The next invoice of a subscription, with what is pending for the customer, as a draft."""
        return str(self.post("invoices", customer=customer, subscription=subscription, **more)["id"])

    def invoice(self, name: str) -> dict[str, Any]:
        """An invoice as the connector sees it."""
        with httpx.Client(transport=self.front, base_url="http://billing") as client:
            made: dict[str, Any] = json.loads(client.get(f"/v1/invoices/{name}").content)
        return made

    def use_late(self, invoice: str, amount: int = 1500) -> None:
        """Usage that comes late: a further line of the draft."""
        seen = self.invoice(invoice)["lines"]["data"][0]
        line = {**seen, "id": f"il_late{len(self.front.late.get(invoice, ()))}", "type": "invoiceitem", "plan": None}
        line |= {
            "amount": amount,
            "quantity": 1,
            "description": "late usage",
            "metadata": {"basis": "usage"},
            "tax_amounts": [],
            "tax_rates": [],
        }
        self.front.late.setdefault(invoice, []).append(line)


START = 1_772_323_200
"""2026-03-01 00:00 UTC."""
