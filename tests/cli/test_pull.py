"""`tieout pull` and `tieout replay` as a person types them, against localstripe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.access import SETUP
from tests.support.billing import KEY, Books, Front, localstripe
from tests.support.peek import peek
from tieout.core.values.ids import SourceKey
from tieout.identity.models import Tenant
from tieout.store.models import Claim, Document

pytestmark = pytest.mark.usefixtures("empty_database")


def tieout(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tieout.cli", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ | environ)


def test_pull_twice_then_nothing_is_new(tmp_path: Path) -> None:
    Tenant(code="t", name="T").save()
    with localstripe(tmp_path) as address:
        front = Front(address)
        books = Books(front)
        customer = books.customer()
        books.plan()
        name = books.draft(customer, books.subscription(customer, quantity=2))
        settings = {"TIEOUT_STRIPE_URL": address, "TIEOUT_STRIPE_KEY": KEY, "TIEOUT_STRIPE_ENTITY": "FR01"}
        first = tieout("pull", "stripe", **settings)
        second = tieout("pull", "stripe", **settings)
        later = tieout("pull", "stripe", "--since", "2100-01-01", **settings)
        front.behind.close()
    assert (first.returncode, first.stderr.strip()) == (0, ""), first.stderr
    assert "3 messages" in first.stdout
    assert "messages received before │        3" in second.stdout
    assert "2 messages" in later.stdout
    row = peek(Document).get(kind="billing_invoice")
    assert (row.number, row.entity, row.payable) == (name, "FR01", 9800)
    gone = tieout("pull", "stripe", **settings)
    assert gone.returncode == 69
    assert "ended early: it cannot be reached" in gone.stderr
    assert "Pull again" in gone.stderr


def test_without_a_billing_system_it_says_what_to_set() -> None:
    Tenant(code="t", name="T").save()
    answer = tieout("pull", "stripe")
    assert answer.returncode == 69
    assert "TIEOUT_STRIPE_URL" in answer.stderr
    assert "is no date" in tieout("pull", "stripe", "--since", "soon").stderr


def test_replay_says_what_still_cannot_be_read() -> None:
    from datetime import UTC, datetime

    from tieout import app
    from tieout.config.table import read
    from tieout.core.values.scope import Scope
    from tieout.engine.receive import Incoming, receive

    Tenant(code="t", name="T").save()
    assert tieout("replay").stdout == "0 had not been read; 0 are read now, 0 still cannot be read.\n"
    source = SourceKey(system="stripe", kind="invoice", external_id="in_1", version="")
    messages = [Incoming(content=b'{"object": "invoice", "id": "in_1"}', name="in_1.json", source=source)]
    receive(app.engine(read(os.environ)), Scope(tenant="t"), messages, source=SETUP, at=datetime.now(UTC))
    assert (
        tieout("replay", "--system", "stripe").stdout
        == "1 had not been read; 0 are read now, 1 still cannot be read.\n"
    )
    claim = peek(Claim).get(tenant="t")
    assert (claim.kind, claim.key) == ("unreadable", "stripe/invoice/in_1@1")
    assert claim.status == "held"
