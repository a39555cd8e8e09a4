"""The billing run of the demo and the bench, whatever the hour is: complete usage of the month that is billed is not waited for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tieout.app import default_policies, kinds, pack_named
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.evidence_index import EvidenceIndex
from tieout.scenario.sample_billing import bills, masters, period_billed

TURNS = [
    datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
    datetime(2026, 12, 1, tzinfo=UTC),
    datetime(2026, 12, 1, 0, 41, tzinfo=UTC),
    datetime(2026, 12, 1, 23, 59, tzinfo=UTC),
    datetime(2026, 12, 2, tzinfo=UTC),
    datetime(2026, 12, 2, 0, 41, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 1, tzinfo=UTC),
    datetime(2028, 3, 1, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
]


@pytest.mark.parametrize("at", TURNS, ids=lambda at: f"{at:%Y-%m-%dT%H:%M}")
def test_a_clean_run_ties_out_at_any_hour(at: datetime) -> None:
    pack, policies = pack_named("subscription_billing"), PolicySet(policies=default_policies())
    made = list(bills(7, 12, at=at, clean_percent=100))
    evidence = EvidenceIndex(kinds())
    documents = [
        *masters(at.date()),
        *(one for bill in made for one in (bill.customer, bill.subscription, *bill.documents)),
    ]
    for k, document in enumerate(documents):
        evidence.add(
            RecordedDocument(key=f"sample/{document.kind}/{k}@1", sha256="", recorded_at=at, document=document)
        )
    states = Counter(
        pack.tie_out(
            evidence.gather(
                pack, RecordedDocument(key=f"sample/claim/{k}@1", sha256="", recorded_at=at, document=bill.invoice),
                received_at=at, at=at, tenant="sample",
            ),
            policies,
        ).verdict.status
        for k, bill in enumerate(made)
    )  # fmt: skip
    assert states == {"clear": 12}


def test_what_is_billed_is_a_month_that_was_over_the_day_before() -> None:
    assert [f"{period_billed(at.date())[0]:%Y-%m}" for at in TURNS[:6]] == [
        "2026-10", "2026-10", "2026-10", "2026-10", "2026-11", "2026-11",
    ]  # fmt: skip
    assert f"{period_billed(TURNS[6].date())[0]:%Y-%m}" == "2026-11"
    assert f"{period_billed(TURNS[7].date())[1]:%Y-%m-%d}" == "2028-01-31"
