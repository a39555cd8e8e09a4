"""Queues and waits have names for people, in every language; what is not ours is shown as it is called."""

from __future__ import annotations

import re
from pathlib import Path

from tieout.app import queues
from tieout.wording import owners
from tieout.wording.chosen import written_in

SOURCES = Path(owners.__file__).parent.parent


def test_every_queue_has_a_name() -> None:
    assert queues() == set(owners.QUEUES)
    assert not [name for name in owners.QUEUES if owners.queue(name) == name]


def test_time_limits_are_written_out() -> None:
    assert [owners.span(sla) for sla in ("1 bd", "48 bh", "8 h", "")] == [
        "1 business day",
        "48 business hours",
        "8 hours",
        "",
    ]
    with written_in("de"):
        assert owners.span("2 bd") == "2 Arbeitstage"


def test_every_action_has_a_name() -> None:
    assert owners.action("post_voucher") == "Post the voucher"
    assert owners.action("something else") == ""


def test_every_wait_has_a_name() -> None:
    named = {label for path in SOURCES.rglob("*.py") for label in re.findall(r'"(WAIT-[A-Z]+)"', path.read_text())}
    assert named == set(owners.WAITS)


def test_a_queue_keeps_its_site_and_one_of_a_package_its_name() -> None:
    assert owners.queue("receiving/WMS-4") == "Receiving/WMS-4"
    assert owners.queue("travel-office") == "Travel office"
    assert owners.queue("AP_de") == "AP_de"
    assert owners.queues(["buyer", "receiving/WMS-4"]) == "Buyer, Receiving/WMS-4"
    assert owners.queue("") == owners.wait("") == ""
    assert owners.wait("WAIT-CARD") == "WAIT-CARD"
    with written_in("de"):
        assert owners.queue("receiving/WMS-4") == "Wareneingang/WMS-4"
        assert owners.wait("WAIT-RECEIPT") == "Wareneingang erwartet"
