"""Tables with the headings of other systems: all of them listed at once, a mapping proposed, and read by it; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tieout.app import kinds
from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.documents.reading import Reading
from tieout.core.values.errors import Malformed
from tieout.core.values.quantity import Quantity
from tieout.formats import read
from tieout.formats.csv_columns import TABLES
from tieout.formats.csv_headings import KINDS, checked, corrected, proposed
from tieout.formats.csv_sheet import table_text
from tieout.formats.csv_vocabulary import headings_of, meanings, spelled

EKPO = "EBELN;EBELP;BEDAT;LIFNR;NAME1;MATNR;TXZ01;MENGE;MEINS;NETPR;PEINH;WAERS;WERKS;EINDT"
ROW = "4500017100;10;31.12.2026;70012;Kessler;B-8;Bolt;1.200,000;ST;12,50;100;EUR;1000;15.01.2027"
LIST = """\
Bestellungen zum Lieferanten                                    31.12.2026

--------------------------------------------------------------------------------------------
|Einkaufsbeleg|Position|Belegdatum|Material|Bestellmenge|BME|Nettopreis|Preiseinheit|Währung|
--------------------------------------------------------------------------------------------
|4500017100   |   10   |31.12.2026|B-8     |   1.200,000|ST |     12,50|         100|EUR    |
|4500017100   |   20   |31.12.2026|N-8     |      5,000-|ST |  1.234,56|           1|EUR    |
--------------------------------------------------------------------------------------------
|Einkaufsbeleg|Position|Belegdatum|Material|Bestellmenge|BME|Nettopreis|Preiseinheit|Währung|
--------------------------------------------------------------------------------------------
|4500017101   |   10   |00.00.0000|B-8     |      10,000|ST |     12,50|         100|EUR    |
|*            |        |          |        |   1.205,000|ST |          |            |       |
--------------------------------------------------------------------------------------------
"""


def readings(text: str, *mappings: ColumnMapping, encoding: str = "utf-8") -> tuple[Reading, ...]:
    return read(text.encode(encoding), kinds=kinds(), name="f.txt", mappings=mappings)


def proposal(text: str, kind: str = "") -> ColumnMapping:
    table = table_text(text, ())
    assert table is not None
    return proposed(table.headings, kind).mapping


def refusal(text: str, *mappings: ColumnMapping) -> tuple[str, str]:
    (reading,) = readings(text, *mappings)
    assert reading.document.kind == "unreadable", reading.document
    return reading.document.reason, reading.document.remedy  # type: ignore[attr-defined]


def test_all_that_is_wrong_with_headings_is_said_at_once() -> None:
    reason, remedy = refusal("EBELN;EBELP;MENGE;Lagerbestand;Vendor\n1;10;5;x;y\n")
    assert "missing: currency, unit" in reason
    assert "to be chosen: Vendor: supplier_name / supplier_number" in reason
    assert "not recognised: Lagerbestand" in reason
    assert "recognised: EBELN = order_number, EBELP = line, MENGE = quantity" in reason
    assert "tieout columns add" in remedy


def test_known_headings_of_another_system_are_not_read_before_somebody_says_so() -> None:
    reason, _ = refusal(f"{EKPO}\n{ROW}\n")
    assert reason.startswith(
        "nobody has confirmed yet what these headings mean; read as order: EBELN = order_number, EBELP = line"
    )
    (reading,) = readings(f"{EKPO}\n{ROW}\n", replace(proposal(f"{EKPO}\n{ROW}\n"), version=3))
    order = reading.document
    assert (order.number, order.issue_date, order.currency) == ("4500017100", date(2026, 12, 31), "EUR")  # type: ignore[attr-defined]
    (line,) = order.lines  # type: ignore[attr-defined]
    assert (line.id, line.quantity, line.price, line.price_per) == (
        "10",
        Quantity(Decimal(1200), "EA"),
        Decimal("12.50"),
        100,
    )
    assert (line.site, line.due_on) == ("1000", date(2027, 1, 15))
    assert [remark.message for remark in reading.remarks] == ["read by version 3 of the column mapping of its source"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_an_unconverted_list_is_read(encoding: str) -> None:
    one, two = readings(LIST, proposal(LIST), encoding=encoding)
    assert [line.quantity for line in one.document.lines] == [
        Quantity(Decimal(1200), "EA"),
        Quantity(Decimal(-5), "EA"),
    ]  # type: ignore[attr-defined]
    assert [line.price for line in one.document.lines] == [Decimal("12.50"), Decimal("1234.56")]  # type: ignore[attr-defined]
    assert two.document.issue_date is None  # type: ignore[attr-defined]
    assert "1 row of totals is not read" in [remark.message for remark in one.remarks]


def test_tabs_with_titles_and_a_leading_empty_column_are_read() -> None:
    rows = [
        "31.12.2026\tDynamische Listenausgabe\t1",
        "",
        "\tPurchasing Document\tItem\tMaterial\tOrder Quantity\tOrder Unit\tCurrency",
        "",
    ]
    rows += ["\t4500017100\t10\tB-8\t1,200.000\tPC\tUSD", '\t4500017100\t20\t"N" 8\t3.500\tKG\tUSD\t']
    text = "\r\n".join(rows) + "\r\n"
    one = proposed(table_text(text, ()).headings)  # type: ignore[union-attr]
    assert dict(one.columns)["Item"] == "line", "the material is there as well"
    (reading,) = readings(text, one.mapping, encoding="utf-16")
    assert [(line.id, str(line.quantity)) for line in reading.document.lines] == [("10", "1200 EA"), ("20", "3.5 KGM")]  # type: ignore[attr-defined]


def test_a_number_that_can_be_both_is_refused_until_the_mapping_says_which() -> None:
    text = "EBELN;EBELP;MENGE;MEINS;WAERS\n1;10;1.234;ST;EUR\n"
    mapping = proposal(text)
    reason, remedy = refusal(text, mapping)
    assert "may be 1.234 or 1234" in reason
    assert "column mapping" in remedy
    for mark, meant in ((",", 1234), (".", Decimal("1.234"))):
        (reading,) = readings(text, replace(mapping, decimal=mark))  # type: ignore[arg-type]
        assert reading.document.lines[0].quantity.value == meant  # type: ignore[attr-defined]
    against = "EBELN;EBELP;MENGE;MEINS;WAERS\n1;10;1.5;ST;EUR\n"
    assert "says ',', and the file writes '.'" in refusal(against, replace(mapping, decimal=","))[0]


def test_dates_that_can_be_both_are_refused_until_the_mapping_says_which() -> None:
    text = "EBELN;EBELP;BEDAT;MENGE;MEINS;WAERS\n1;10;03/05/2026;5;ST;EUR\n"
    assert "may begin with the day or with the month" in refusal(text, proposal(text))[0]
    (reading,) = readings(text, replace(proposal(text), first="day"))
    assert reading.document.issue_date == date(2026, 5, 3)  # type: ignore[attr-defined]


def test_two_headings_for_one_column_are_never_chosen_between() -> None:
    text = "MBLNR;ZEILE;EBELN;EBELP;MENGE;MEINS;ERFMG;ERFME\n50;1;45;10;5;ST;5;ST\n"
    reason, _ = refusal(text)
    assert "accepted: MENGE / ERFMG" in reason
    assert "unit: MEINS / ERFME" in reason
    one = proposed(table_text(text, ()).headings)  # type: ignore[union-attr]
    assert not one.is_whole
    chosen = corrected(one, {"MENGE": "accepted", "MEINS": "unit"}, {})
    assert chosen.ignored == ("ERFMG", "ERFME")
    (reading,) = readings(text, chosen)
    assert reading.document.lines[0].accepted == Quantity(Decimal(5), "EA")  # type: ignore[attr-defined]


def test_a_second_heading_of_one_name_is_not_read_for_the_first() -> None:
    text = "EBELN;EBELP;MENGE;MEINS;WAERS\n1;10;5;ST;EUR\n"
    twice = "EBELN;EBELP;MENGE;MEINS;WAERS;MENGE\n1;10;5;ST;EUR;7\n"
    assert "'MENGE' is there twice" in refusal(twice, proposal(text))[0]
    settled = replace(proposal(text), ignored=("MENGE (2)",))
    assert readings(twice, settled)[0].document.lines[0].quantity.value == 5  # type: ignore[attr-defined]
    other = replace(
        settled,
        columns=(*(pair for pair in settled.columns if pair[0] != "MENGE"), ("MENGE (2)", "quantity")),
        ignored=("MENGE",),
    )
    assert readings(twice, other)[0].document.lines[0].quantity.value == 7  # type: ignore[attr-defined]


MSEG = "MBLNR;ZEILE;BUDAT;EBELN;EBELP;MENGE;MEINS;BWART;SHKZG"


@pytest.mark.parametrize(
    ("row", "accepted"),
    [
        ("101;S", 5),
        ("102;H", -5),
        ("122;H", -5),
        ("123;S", 5),
        ("161;H", -5),
        ("162;S", 5),
        (";H", -5),
        ("101;", 5),
        (";", 5),
    ],
)
def test_a_reversal_is_negative_whatever_its_quantity_says(row: str, accepted: int) -> None:
    text = f"{MSEG}\n50;1;04.05.2026;45;10;5,00;ST;{row}\n"
    (reading,) = readings(text, proposal(text))
    assert reading.document.lines[0].accepted.value == accepted  # type: ignore[attr-defined]
    assert (reading.document.lines[0].order.line, reading.document.issue_date) == ("10", date(2026, 5, 4))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("row", "says"), [("103;S", "does not say whether"), ("Q;", "does not say whether"), ("101;H", "contradicts")]
)
def test_a_movement_that_is_no_receipt_is_refused(row: str, says: str) -> None:
    text = f"{MSEG}\n50;1;04.05.2026;45;10;5,00;ST;{row}\n"
    assert says in refusal(text, proposal(text))[0]


def test_a_deleted_order_line_is_left_out_and_a_deleted_order_is_cancelled() -> None:
    text = "EBELN;EBELP;MENGE;MEINS;WAERS;LOEKZ\n1;10;5;ST;EUR;\n1;20;5;ST;EUR;L\n2;10;5;ST;EUR;L\n"
    one, two = readings(text, proposal(text))
    assert [line.id for line in one.document.lines] == ["10"]  # type: ignore[attr-defined]
    assert (two.document.lines, two.document.status) == ((), "cancelled")  # type: ignore[attr-defined]


def test_what_files_do_not_say_is_said_once() -> None:
    text = "*ContactName,*PurchaseOrderNumber,InventoryItemCode,Quantity,UnitAmount\nAcme,PO-1,A,5,4.20\nAcme,PO-1,B,2,1.00\n"
    table = table_text(text, ())
    assert table is not None
    one = proposed(table.headings)
    assert (one.kind, one.missing) == ("order", ("currency", "line", "unit"))
    mapping = checked(corrected(one, {}, {"currency": "EUR", "unit": "EA", "line": "#"}))
    (reading,) = readings(text, mapping)
    assert [(line.id, line.product.buyer) for line in reading.document.lines] == [("1", "A"), ("2", "B")]  # type: ignore[attr-defined]


EXPORTS = [
    ("order", "Purchasing Document,Item,Document Date,Material,Short Text,Order Quantity,Order Unit,Net Price,Price Unit,Currency,Plant"),
    ("order", "Bestellnummer;Position;Material;Bestellmenge;Bestellmengeneinheit;Nettopreis;Währung"),
    ("order", "PurchaseOrderNumber,LineNumber,ItemNumber,OrderedPurchaseQuantity,PurchaseUnitSymbol,PurchasePrice,CurrencyCode"),
    ("order", "Document No.,Line No.,Buy-from Vendor No.,No.,Description,Quantity,Unit of Measure Code,Direct Unit Cost,Currency Code"),
    ("order", "PO_NUMBER,LINE_NUM,VENDOR_NUM,ITEM_DESCRIPTION,QUANTITY,UNIT_MEAS_LOOKUP_CODE,UNIT_PRICE,CURRENCY_CODE"),
    ("order", "Document Number,Line ID,Vendor ID,Item,Quantity,Units,Item Rate,Currency,Expected Receipt Date"),
    ("receipt", "Material Document;Material Doc.Item;Posting Date;Purchase Order;PO Item;Qty in Un. of Entry;Unit of Entry;Movement Type"),
    ("receipt", "Materialbeleg;Materialbelegposition;Buchungsdatum;Bestellung;Bestellposition;Menge in ErfassME;ErfassME"),
    ("receipt", "RECEIPT_NUM,LINE_NUM,TRANSACTION_DATE,PO_NUMBER,PO_LINE_NUM,QUANTITY,UNIT_OF_MEASURE,TRANSACTION_TYPE"),
    ("receipt", "Document No.,Line No.,Posting Date,Order No.,Order Line No.,No.,Quantity,Unit of Measure Code,Location Code"),
    ("invoice", "INVOICE_NUM,INVOICE_DATE,INVOICE_CURRENCY_CODE,VENDOR_NUM,INVOICE_AMOUNT,LINE_NUMBER,LINE_AMOUNT,PO_NUMBER"),
    ("supplier", "LIFNR;NAME1;LAND1;STCEG;BUKRS;SPERR;ZTERM"),
    ("supplier", "No.,Name,Country/Region Code,VAT Registration No.,Blocked,Payment Terms Code"),
    ("supplier", "A/C,Company Name,VAT Registration Number,Country"),
    ("product", "MATNR;MAKTX;MEINS;MATKL;EAN11"),
    ("contract", "KONNR;LIFNR;WAERS;KDATB;KDATE;MATNR;NETPR;PEINH;BPRME"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "headings"), EXPORTS, ids=lambda value: str(value)[:24])
def test_exports_of_erp_systems_are_recognised(kind: str, headings: str) -> None:
    one = proposed(headings.split(";" if ";" in headings else ","))
    assert (one.kind, one.missing, one.doubled, one.unknown) == (kind, (), (), ()), one
    assert not one.or_kinds


@pytest.mark.parametrize("kind", KINDS)
def test_the_vocabulary_names_columns_that_exist(kind: str) -> None:
    known = {column.name for table in TABLES if table.kind == kind for column in table.columns}
    strange = set(headings_of(kind)) - known
    assert strange <= {"description"}, strange
    assert all(spelled(word) in meanings(kind) for words in headings_of(kind).values() for word in words)
    required = {column.name for table in TABLES if table.kind == kind for column in table.columns if column.required}
    assert required <= set(headings_of(kind)), "every required column is known under some heading"


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        (ColumnMapping(kind="order", columns=(("A", "order_number"),)), "needs currency, line, quantity, unit"),
        (ColumnMapping(kind="order", columns=(("A", "colour"),)), "has no column 'colour'"),
        (ColumnMapping(kind="order", columns=(("A", "line"), ("B", "line"))), "two headings are mapped to 'line'"),
        (ColumnMapping(kind="order", columns=(("A", "line"), ("a", "unit"))), "named twice"),
        (ColumnMapping(kind="payslip", columns=()), "no kind with tables"),
        (
            ColumnMapping(kind="supplier", columns=(("A", "supplier_number"),), fixed=(("supplier_name", "#"),)),
            "only the column `line` can be numbered",
        ),
    ],
)  # fmt: skip
def test_a_mapping_that_reads_nothing_is_refused(mapping: ColumnMapping, says: str) -> None:
    with pytest.raises(Malformed) as refused:
        checked(mapping)
    assert says in str(refused.value)


def test_text_that_is_no_table_stays_none() -> None:
    for text in ("Dear all, please, pay\nthis, soon, thanks a lot for everything\n", "a\nb\n", "1,2,3\n4,5,6\n"):
        (reading,) = readings(text)
        assert reading.format in {"unknown", "csv"}
        assert reading.document.kind == "unreadable"


def test_our_own_headings_need_no_mapping() -> None:
    (reading,) = readings("receipt_number,order_number,order_line,line,accepted,unit\nGR1,45,10,1,5,EA\n")
    assert reading.document.lines[0].order.line == "10"  # type: ignore[attr-defined]
