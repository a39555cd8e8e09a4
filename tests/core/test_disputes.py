"""Disputes: which are open, how much they are about, and who can clear them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest

from tests.core.ours import AT, euros, line, ours
from tieout.trade.disputes import QUEUES, disputed_money, disputes_of, place_of
from tieout.trade.documents import Dispute
from tieout.trade.documents.answers import DisputeReason

INVOICE = ours(line("1", "100.00"), line("2", "50.00"), tax="28.50")
DISPUTE = Dispute(number="D-1", invoice="inv-1", reason="price", opened_at=AT)


def test_every_reason_has_who_can_clear_it() -> None:
    assert set(QUEUES) == set(get_args(DisputeReason))


def test_only_open_ones_of_this_invoice_count() -> None:
    others = (replace(DISPUTE, number="D-2", state="withdrawn"), replace(DISPUTE, number="D-3", invoice="INV-2"))
    assert disputes_of(INVOICE, (*others, DISPUTE)) == (DISPUTE,)


@pytest.mark.parametrize(
    ("more", "where", "money"),
    [
        ({}, "document", "178.50"),
        ({"amount": euros("25.00")}, "document", "25.00"),
        ({"line": "2"}, "2", "50.00"),
        ({"line": "9"}, "document", "178.50"),
        ({"line": "1", "quantity": Decimal(3)}, "1", "30.00"),
        ({"line": "1", "quantity": Decimal(3), "amount": euros("31.00")}, "1", "31.00"),
    ],
)
def test_what_it_is_about(more: dict, where: str, money: str) -> None:
    dispute = replace(DISPUTE, **more)
    assert (place_of(dispute, INVOICE), disputed_money(dispute, INVOICE)) == (where, euros(money))
