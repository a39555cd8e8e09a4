"""Every document of the selling side has a layout with what matters, and hours that are not complete can be seen and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.web.selling import documents, invoice, run_invoice, sales_order
from tieout.app import kinds
from tieout.core.documents.kind import Document
from tieout.core.documents.unreadable import Unreadable
from tieout.trade.documents import CarrierEvent, HourRange, UsageStatement
from tieout.trade.sheets.subscribed import proven
from tieout.web.sheets import Sheet
from tieout.web.sheets import sheet as laid_out
from tieout.web.sheets.usage_map import CELL, hours_map
from tieout.wording.chosen import written_in


def sheet(document: Document) -> Sheet:
    return laid_out(document, kinds())


SHEETS = {document.kind: sheet(document) for document in documents()}


AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def fields_of(of: Sheet) -> dict[str, str]:
    return dict(of.fields)


def rows(of: Sheet, title: str) -> list[dict[str, str]]:
    (table,) = [table for table in of.tables if table.title == title]
    return [
        {column.name: cell.text for column, cell in zip(table.columns, row, strict=True)} for row in table.rows
    ]  # fmt: skip


def test_an_invoice_of_a_run_shows_what_is_charged_and_for_which_days() -> None:
    shown = sheet(run_invoice())
    assert shown.kind == "Invoice of a billing run"
    assert [(row["Charged"], row.get("Period"), row["Milestone"]) for row in rows(shown, "Lines")] == [
        ("Recurring", "Oct\u00a02026", ""),
        ("Usage", "Oct\u00a02026", ""),
        ("Milestone", "", "MS-7"),
    ]
    assert [party.role for party in shown.parties] == ["Our company", "Customer"]
    part = replace(run_invoice().lines[0], period_from=date(2026, 10, 16))
    half = sheet(replace(run_invoice(), lines=(part,)))
    assert rows(half, "Lines")[0]["Period"] == "16\u00a0Oct\u00a02026 to 31\u00a0Oct\u00a02026"


def test_an_invoice_to_a_customer_names_what_the_customer_needs() -> None:
    shown = fields_of(sheet(invoice("R-1")))
    assert (shown["Customer's order"], shown["Buyer reference"]) == ("PO-9-2211", "04011000-1234")


def test_on_what_we_sell_our_product_is_the_sellers() -> None:
    assert rows(SHEETS["sales_order"], "Lines")[0]["Product"] == "PUMP-8 (ours), 77-1 (theirs)"
    bought = sheet(replace(sales_order(), kind="order"))
    assert rows(bought, "Lines")[0]["Product"] == "77-1 (ours), PUMP-8 (theirs)"
    assert fields_of(SHEETS["sales_order"])["Billing rule"] == "only what is shipped complete"


def test_a_short_pick_and_a_damaged_delivery_can_be_read_off() -> None:
    assert rows(SHEETS["shipment"], "Lines")[0]["Difference"] == "-2\u00a0EA"
    (line,) = rows(SHEETS["delivery_proof"], "Lines")
    assert (line["Signed for"], line["Not signed for"], line["Reason"]) == ("58\u00a0EA", "2\u00a0EA", "Damaged")


def test_a_customer_without_a_number_in_a_company_shows_it() -> None:
    assert rows(SHEETS["customer"], "ERP records")[1] == {"Company": "FR01", "Customer number": "none yet"}


def test_a_discount_says_who_approved_it() -> None:
    line = rows(SHEETS["subscription"], "Lines")[0]
    assert (line["Discount"], line["Approved by"]) == ("15\u00a0%", "v.president")
    assert fields_of(SHEETS["amendment"])["Systems to be updated"] == "billing, tax, erp, intercompany"


def usage(**changes: object) -> UsageStatement:
    statement = next(document for document in documents() if isinstance(document, UsageStatement))
    return replace(statement, **changes)  # type: ignore[arg-type]


@pytest.mark.mission("S-26")
def test_hours_without_proof_stand_where_they_are_s_26() -> None:
    """S-26: hours 700 to 743 of the month are missing: the evening of the 30th and all of the 31st."""
    hours = proven(usage())
    assert hours is not None
    drawn = hours_map(hours)
    assert drawn.words == "usage is complete for 697 of 744 hours"
    assert [span.title for span in drawn.spans if span.missing] == [
        "18 Oct, 04 to 07 UTC: not complete",
        "30 Oct, 04 to 24 UTC: not complete",
        "31 Oct, 00 to 24 UTC: not complete",
    ]
    assert sum(span.width + 1 for span in drawn.spans) == 744 * CELL
    assert fields_of(SHEETS["usage_statement"])["Hours complete"] == "697 of 744 hours"


def test_a_map_stays_within_its_period() -> None:
    hours = proven(usage(hours=30, missing=(HourRange(first=-3, last=1), HourRange(first=28, last=99))))
    assert hours is not None
    odd = hours_map(hours)
    assert sum((span.width + 1) // CELL for span in odd.spans if span.missing) == 4
    assert proven(usage(hours=0)) is None
    assert proven(usage(hours=10**7)) is None


def test_usage_that_belongs_to_nobody_is_named() -> None:
    assert "Unmapped, possibly this billing account's" not in fields_of(sheet(usage(unmatched=Decimal(0))))
    assert fields_of(SHEETS["usage_statement"])["Unmapped, possibly this billing account's"] == "40\u00a0CALL"


def test_a_kind_without_a_layout_is_shown_field_by_field_in_the_language_of_the_page() -> None:
    event = CarrierEvent(number="EV-1", shipment="SH-1", status="in_transit", occurred_at=AT, carrier="Hafenlogistik")
    shown = dict(sheet(event).fields)
    assert (shown["Status"], shown["Carrier"]) == ("In transit", "Hafenlogistik")
    with written_in("de"):
        german = dict(sheet(event).fields)
    assert (german["Status"], german["Frachtführer"], german["Lieferung"]) == ("Unterwegs", "Hafenlogistik", "SH-1")


def test_what_could_not_be_read_says_where_and_what_to_do_in_german() -> None:
    remedy = (
        "the bytes are not in the encoding that the file declares: send it as UTF-8 and declare that in its first line"
    )
    broken = Unreadable(number="x.xml", reason="no file", where="line 24, column 44", remedy=remedy)
    with written_in("de"):
        german = dict(sheet(broken).fields)
    assert german["Stelle"] == "Zeile 24, Spalte 44"
    assert german["Was zu tun ist"].startswith("die Bytes haben nicht die Codierung")
