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


def test_every_wait_has_a_name() -> None:
    named = {label for path in SOURCES.rglob("*.py") for label in re.findall(r'"(WAIT-[A-Z]+)"', path.read_text())}
    assert named == set(owners.WAITS)


def test_a_queue_keeps_its_site_and_one_of_a_package_its_name() -> None:
    assert owners.queue("receiving/WMS-4") == "Receiving/WMS-4"
    assert owners.queue("travel-office") == "travel-office"
    assert owners.queue("") == owners.wait("") == ""
    assert owners.wait("WAIT-CARD") == "WAIT-CARD"
    with written_in("de"):
        assert owners.queue("receiving/WMS-4") == "Wareneingang/WMS-4"
        assert owners.wait("WAIT-RECEIPT") == "Wareneingang erwartet"
