"""Every connector of ours that posts or delivers keeps the contract: three folders, and a billing system over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.connectors.counterparts import BillingSystem, InvoiceExchange, MessageGateway, VoucherExchange
from tests.support.billing import localstripe
from tieout.connectors.contract import CHECKS, Check

FOLDERS = (VoucherExchange, MessageGateway, InvoiceExchange)
OURS = (*FOLDERS, BillingSystem)
by_name = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)

CANNOT = {
    "voucher_folder": {"busy", "request lost"},
    "message_folder": {"busy", "request lost", "answer lost", "nonsense", "refuses", "books twice"},
    "invoice_folder": {"busy", "request lost"},
    "stripe": {"books twice"},
}
"""Faults that the other side cannot have: a folder exists or not; a gateway gives no answer; an invoice is final or not."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with localstripe(tmp_path_factory.mktemp("billing")) as address:
        yield address


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.connector.system)
@by_name
def test_a_folder_keeps_the_contract(folder: type, check: Check, tmp_path: Path) -> None:
    counterpart = folder(tmp_path)
    if not check.applies(counterpart):
        pytest.skip(f"{counterpart.connector.system} cannot simulate: {check.needs}")
    check.run(counterpart)


@by_name
def test_the_billing_system_keeps_the_contract(check: Check, address: str) -> None:
    counterpart = BillingSystem(address)
    try:
        if not check.applies(counterpart):
            pytest.skip(f"it cannot simulate: {check.needs}")
        check.run(counterpart)
    finally:
        counterpart.close()


def test_what_is_left_out_is_what_cannot_happen_and_no_connector_is_forgotten() -> None:
    needs = {check.needs for check in CHECKS} - {None}
    assert {counterpart.connector.system: needs - counterpart.suffers for counterpart in OURS} == CANNOT
    installed = {point.load().system for point in entry_points(group="tieout.connectors")}
    assert {counterpart.connector.system for counterpart in OURS} == installed
