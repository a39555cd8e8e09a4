"""Signed notifications (S-35, API-07): the first is taken; a replay that is stale and a forgery are refused and logged."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue

import httpx
import pytest
from structlog.testing import capture_logs

from tests.connectors.stripe_shapes import GOLD, event, subscription
from tests.support.billing import KEY, localstripe
from tieout.connectors.stripe_billing import accept, readings
from tieout.core.values.errors import Refused
from tieout.core.values.ids import SourceKey
from tieout.formats.signed_webhook import TOLERANCE, sign, signed_at

AT = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
SECRET = "whsec_1"
CHANGED = event("customer.subscription.updated", subscription(GOLD), {"discount": None})


def refused(content: bytes, header: str, *, at: datetime = AT, secret: str = SECRET) -> str:
    with capture_logs() as logs, pytest.raises(Refused) as refusal:
        accept(content, header, secret, at=at)
    assert [(line["event"], line["code"]) for line in logs] == [("webhook.refused", refusal.value.code)]
    return refusal.value.code


@pytest.mark.mission("API-07", "S-35")
def test_the_first_is_taken_a_replay_and_a_forgery_are_refused() -> None:
    """S-35, API-07: the same notification with a stale timestamp and with a bad signature."""
    header = sign(CHANGED, SECRET, at=AT)
    with capture_logs() as logs:
        message = accept(CHANGED, header, SECRET, at=AT + timedelta(seconds=20))
    assert message is not None
    assert message.source == SourceKey(system="stripe", kind="event", external_id="evt_1")
    assert [line["event"] for line in logs] == ["webhook.accepted"]
    (reading,) = readings(message.content, message.name)
    assert reading.document.kind == "amendment"
    assert refused(CHANGED, header, at=AT + timedelta(hours=1)) == "WEBHOOK-STALE"
    assert refused(CHANGED, header, secret="whsec_2") == "WEBHOOK-SIGNATURE"


@pytest.mark.parametrize(
    ("content", "header", "code"),
    [
        (CHANGED.replace(b"evt_1", b"evt_2"), sign(CHANGED, SECRET, at=AT), "WEBHOOK-SIGNATURE"),
        (CHANGED, sign(CHANGED, SECRET, at=AT).replace("t=", "t=1"), "WEBHOOK-SIGNATURE"),
        (CHANGED, sign(CHANGED, SECRET, at=AT + 2 * TOLERANCE), "WEBHOOK-STALE"),
        (CHANGED, sign(CHANGED, SECRET, at=AT).replace("v1=", "v0="), "WEBHOOK-UNSIGNED"),
        (CHANGED, "", "WEBHOOK-UNSIGNED"),
        (CHANGED, "t=x,v1=00", "WEBHOOK-UNSIGNED"),
        (CHANGED, "t=١,v1=00", "WEBHOOK-UNSIGNED"),
        (CHANGED, f"t={'9' * 30},v1=00", "WEBHOOK-UNSIGNED"),
        (CHANGED, f"{sign(CHANGED, SECRET, at=AT)},t=1", "WEBHOOK-UNSIGNED"),
        (b"no json", sign(b"no json", SECRET, at=AT), "WEBHOOK-CONTENT"),
        (b"[]", sign(b"[]", SECRET, at=AT), "WEBHOOK-CONTENT"),
    ],
)
def test_what_is_not_theirs_or_not_fresh_is_refused(content: bytes, header: str, code: str) -> None:
    assert refused(content, header) == code


def test_one_good_signature_among_several_is_enough() -> None:
    header = sign(CHANGED, SECRET, at=AT)
    stamp, _, good = header.partition(",")
    assert signed_at(CHANGED, f"{stamp},v1=00,{good},v0=11", SECRET, at=AT) == AT


def test_what_the_next_pull_brings_anyway_is_passed_over() -> None:
    content = json.dumps({"id": "evt_2", "object": "event", "type": "invoice.updated", "data": {}}).encode()
    assert accept(content, sign(content, SECRET, at=AT), SECRET, at=AT) is None


@pytest.fixture
def inbox() -> Iterator[tuple[str, Queue[tuple[bytes, str]]]]:
    """A server that keeps what is posted to it."""
    got: Queue[tuple[bytes, str]] = Queue()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((content, self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_signature_that_somebody_else_made_is_read(
    inbox: tuple[str, Queue[tuple[bytes, str]]], tmp_path: Path
) -> None:
    """localstripe signs by its own code, in a process of its own."""
    url, got = inbox
    with (
        localstripe(tmp_path) as address,
        httpx.Client(base_url=address, headers={"Authorization": f"Bearer {KEY}"}) as client,
    ):
        client.post("/_config/webhooks/w", json={"url": url, "secret": SECRET}).raise_for_status()
        client.post("/v1/customers", json={"name": "Beta"}).raise_for_status()
        content, header = got.get(timeout=20)
    now = datetime.now(UTC)
    assert now - signed_at(content, header, SECRET, at=now) < TOLERANCE
    with pytest.raises(Refused, match="WEBHOOK-SIGNATURE"):
        signed_at(content, header, "another", at=now)


def test_notifications_of_two_accounts_are_two_messages_whatever_their_ids() -> None:
    header = sign(CHANGED, SECRET, at=AT)
    messages = [accept(CHANGED, header, SECRET, at=AT, connection=name) for name in ("stripe-eu", "stripe-us")]
    assert [message and message.source.system for message in messages] == ["stripe-eu", "stripe-us"]
    kept = accept(CHANGED, header, SECRET, at=AT)
    assert kept is not None
    assert str(kept.source) == "stripe/event/evt_1@1", "what the first connection has sent before keeps its key"
