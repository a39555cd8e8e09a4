"""The second of two policies that contradict each other is refused, and the policies of the tenant are unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.samples import AT, company, engine
from tieout.app import default_policy_text
from tieout.core.values.errors import Refused
from tieout.engine.rules import add_policy
from tieout.store import policies

if TYPE_CHECKING:
    from tests.support.server import Database

OWN = b"""policy: night-shift
version: "1"
effective_from: 2026-01-01
layers:
  - posting: split
"""


def test_a_renamed_copy_with_another_value_is_refused(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    before = policies.hashes(scope)
    with pytest.raises(Refused) as caught:
        add_policy(scope, OWN, read=motor.read_policy, at=AT)
    assert caught.value.code == "POLICY-CONFLICT"
    for word in ("night-shift@1", "standard-payables@2", "posting", "everything", "2026-01-01"):
        assert word in caught.value.message
    assert policies.hashes(scope) == before


def test_one_for_more_specific_facts_or_of_the_same_name_is_taken(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    narrower = OWN.replace(b"- posting", b"- when: {site: W9}\n    posting")
    policy, _ = add_policy(scope, narrower, read=motor.read_policy, at=AT)
    assert policy.label == "night-shift@1"
    successor = (
        default_policy_text().replace(b'version: "2"', b'version: "3"').replace(b"posting: whole", b"posting: split")
    )
    assert successor != default_policy_text()
    add_policy(scope, successor, read=motor.read_policy, at=AT)
    assert len(policies.hashes(scope)) == 3
