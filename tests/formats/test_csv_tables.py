"""CSV: tables recognised by their header, one notation per file, and errors named by row and column."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.engine import samples
from tests.support.reading import read
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.formats.csv_columns import OF_THE_ROW, TABLES
from tieout.formats.csv_tables import FORMAT
from tieout.formats.csv_writing import made_inert, write_table

HEAD = "order_number,order_date,currency,supplier_vat,line,product,quantity,unit,price\n"
ROW = "1,2026-05-03,EUR,DE1,10,A,1200,PCE,4.00\n"


def readings(text, encoding="utf-8"):
    return read(text if isinstance(text, bytes) else text.encode(encoding), name="f.csv")


def wrong(text):
    unreadable = [reading.document for reading in readings(text) if reading.document.kind == "unreadable"]
    assert len(unreadable) == 1
    return unreadable[0]


def test_rows_of_one_number_are_one_document_and_need_not_repeat_the_head():
    (reading,) = readings(HEAD + ROW + "1,,,,20,B,5.5,KG,1.25\n")
    order = reading.document
    assert (order.kind, order.number, order.issue_date, order.currency) == ("order", "1", date(2026, 5, 3), "EUR")
    assert order.supplier.vat_id == "DE1"
    assert [(line.id, line.quantity, line.price) for line in order.lines] == [
        ("10", Quantity(Decimal(1200), "EA"), Decimal("4.00")),
        ("20", Quantity(Decimal("5.5"), "KGM"), Decimal("1.25")),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiters_and_encodings_are_detected(delimiter, encoding):
    text = f"Bestellnummer,Währung,Pos,Menge,Einheit,Bezeichnung\n4711,EUR,10,{1200},ST,Schlüssel\n".replace(
        ",", delimiter
    )
    (reading,) = readings(text, encoding)
    assert reading.document.kind == "order"
    assert reading.document.lines[0].description == "Schlüssel"


@pytest.mark.parametrize(
    ("quantity", "price", "meant"),
    [
        ("1,234.50", "0.125", ("1234.50", "0.125")),
        ("1.234,50", "0,125", ("1234.50", "0.125")),
        ("1 234,50", "4", ("1234.50", "4")),
        ("1.234", "4,10", ("1234", "4.10")),
        ("1,234", "4.10", ("1234", "4.10")),
        ("1.234.567", "1,234", ("1234567", "1.234")),
        ("-5", "4", ("-5", "4")),
        ("1'234.50", "4", ("1234.50", "4")),
    ],
)
def test_the_file_tells_its_decimal_mark(quantity, price, meant):
    (reading,) = readings(f'{HEAD}1,2026-05-03,EUR,DE1,10,A,"{quantity}",EA,"{price}"\n')
    line = reading.document.lines[0]
    assert (line.quantity.value, line.price) == tuple(map(Decimal, meant))


def test_a_number_that_may_be_two_is_refused_and_mixed_numbers_too():
    document = wrong(HEAD + '1,2026-05-03,EUR,DE1,10,A,"1.234",EA,4\n')
    assert (document.where, "may be 1.234 or 1234" in document.reason) == ("row 2, column quantity", True)
    document = wrong(HEAD + ROW + '2,2026-05-03,EUR,DE1,10,A,1,EA,"4,10"\n')
    assert document.where == "row 3, column price"
    assert "written in two ways" in document.reason
    assert "does not fit" in wrong(HEAD + '1,2026-05-03,EUR,DE1,10,A,"1.23.4,50",EA,4\n').reason


@pytest.mark.parametrize(
    ("text", "other", "meant"),
    [
        ("2026-05-03", "2026-05-03", date(2026, 5, 3)),
        ("20260503", "2026-05-03", date(2026, 5, 3)),
        ("3.5.2026", "2026-05-03", date(2026, 5, 3)),
        ("2026-05-03 00:00:00", "2026-05-03", date(2026, 5, 3)),
        ("03/05/2026", "13/05/2026", date(2026, 5, 3)),
        ("05/03/2026", "05/13/2026", date(2026, 5, 3)),
    ],
)
def test_dates_are_read_where_they_are_clear(text, other, meant):
    first, _ = readings(f"{HEAD}1,{text},EUR,DE1,10,A,1,EA,4\n2,{other},EUR,DE1,10,A,1,EA,4\n")
    assert first.document.issue_date == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/05/2026", "may begin with the day or with the month"),
        ("3.5.26", "is not a date"),
        ("31.2.2026", "is not a day of the calendar"),
        ("May 3", "is not a date"),
    ],
)
def test_unclear_dates_are_refused(text, reason):
    document = wrong(f"{HEAD}1,{text},EUR,DE1,10,A,1,EA,4\n")
    assert reason in document.reason
    assert document.where == "row 2, column order_date"


def test_dates_written_in_two_ways_are_refused():
    text = HEAD + "1,03/13/2026,EUR,DE1,10,A,1,EA,4\n2,13/05/2026,EUR,DE1,10,A,1,EA,4\n"
    assert "dates are written in two ways" in wrong(text).reason


@pytest.mark.parametrize(
    ("rows", "where", "reason"),
    [
        ("2,2026-05-03,EUR,DE1,10,A,many,EA,4\n", "row 3, column quantity", "2: 'many' is not a number"),
        ("2,2026-05-03,EUR,DE1,10,A,1,,4\n", "row 3, column unit", "2: 1 has no unit"),
        ("2,2026-05-03,,DE1,10,A,1,EA,4\n", "row 3, column currency", "2: currency is empty"),
        ("2,2026-05-03,EURO,DE1,10,A,1,EA,4\n", "row 3, column currency", "not an ISO 4217 currency"),
        (",2026-05-03,EUR,DE1,10,A,1,EA,4\n", "row 3, column order_number", "order_number is empty"),
        ("2,2026-05-03,EUR,DE1,10,A,1,EA\n", "row 3", "the row has 8 cells, the header has 9"),
        ("2,2026-05-03,EUR,DE1,10,A,1,EA,4,5\n", "row 3", "the row has 10 cells, the header has 9"),
        (
            "2,2026-05-03,EUR,DE1,10,A,1,EA,4\n2,2026-05-04,EUR,DE1,20,A,1,EA,4\n",
            "row 4, column order_date",
            "contradicts",
        ),
        (
            "2,2026-05-03,EUR,DE1,10,A,1,EA,4\n2,2026-05-03,EUR,DE1,10,A,1,EA,4\n",
            "row 4, column line",
            "appears twice",
        ),
    ],
)
def test_a_wrong_row_is_named_and_other_documents_are_read(rows, where, reason):
    document = wrong(HEAD + ROW + rows + "9,2026-05-03,EUR,DE1,10,A,1,EA,4\n")
    assert document.where == where
    assert reason in document.reason
    assert document.remedy
    numbers = [
        reading.document.number
        for reading in readings(HEAD + ROW + rows + "9,,EUR,,10,A,1,EA,4\n")
        if reading.document.kind == "order"
    ]
    assert numbers == ["1", "9"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD.replace(",quantity", "") + "1,2026-05-03,EUR,DE1,10,A,EA,4\n", "missing: quantity;"),
        (HEAD.replace("supplier_vat", "discription") + ROW, "there is no column 'discription'"),
        (HEAD.replace("product", "order date") + ROW, "order_date: order_date / order date;"),
        (HEAD, "a header and no rows"),
        (HEAD + '1,"2026\n', "not CSV"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(text, reason):
    import re

    assert re.search(reason, wrong(text).reason)


def test_an_invoice_that_lacks_columns_is_no_order():
    """`order` is the reference of an invoice and the number of an order: beside a number of its own it is never the latter."""
    content = "invoice,issue_date,supplier_name,currency,order,order_line,quantity,unit,price,net\nR-1,2026-11-20,B,EUR,4711,10,1,EA,2,2\n"
    (reading,) = readings(content)
    assert reading.document.kind == "unreadable"
    assert "read as invoice, missing: total_payable, line, line_net" in reading.document.reason
    receipt = "receipt,order,quantity\nGR-1,4711,5\n"
    assert "read as receipt, missing: line, unit" in readings(receipt)[0].document.reason


def test_a_receipt_that_states_the_lines_of_the_order_only_counts_its_rows():
    content = "receipt,order,order_line,quantity,unit\nGR-1,4711,20,5,EA\nGR-1,4711,20,1,EA\nGR-2,4711,10,7,EA\n"
    first, second = (reading.document for reading in readings(content))
    assert [(line.id, line.order.line, line.accepted.value) for line in first.lines] == [
        ("1", "20", 5),
        ("2", "20", 1),
    ]
    assert [line.id for line in second.lines] == ["1"]
    assert readings("receipt,order,quantity,unit\nGR-1,4711,5,EA\n")[0].document.kind == "unreadable", (
        "nothing says which line"
    )


def test_a_column_that_is_not_read_gives_a_remark_that_is_not_fatal():
    (reading,) = readings(HEAD.replace("price", "colour") + ROW)
    assert [(remark.where, remark.fatal) for remark in reading.remarks] == [("column colour", False)]


def test_receipts_suppliers_contracts_products_and_invoices():
    (receipt,) = readings(
        "receipt_number,order_number,order_line,line,accepted,unit,in_inspection,lot,received_at,site\n"
        "GR1,4500012,10,1,1150,EA,50,IL-77,2026-05-04T08:30Z,WMS-4\n"
    )
    assert receipt.document.lines[0].in_inspection == Quantity(Decimal(50), "EA")
    assert (receipt.document.order_number, receipt.document.site) == ("4500012", "WMS-4")
    (supplier,) = readings("supplier_number,name,vat,iban,blocked,entities\n1,Acme,DE1,DE89,no,A|B\n1,,,DE90,,\n")
    assert [account.number for account in supplier.document.accounts] == ["DE89", "DE90"]
    assert (supplier.document.entities, supplier.document.blocked) == (("A", "B"), False)
    (contract,) = readings(
        "contract_number,currency,supplier_name,product,price,unit,price_from\nC1,EUR,Acme,A,4.20,PCE,2026-05-01\n"
    )
    assert (contract.document.lines[0].unit, contract.document.lines[0].valid_from) == ("EA", date(2026, 5, 1))
    (product,) = readings(
        "product_number,description,unit,pack_unit,pack_factor,pack_into\nA,Bolt,EA,BX,12,EA\nA,,,PF,1/3,BX\n"
    )
    assert [conversion.factor for conversion in product.document.conversions] == [Fraction(12), Fraction(1, 3)]
    head = (
        "invoice_number,kind,currency,supplier_name,total_payable,line,line_net,quantity,unit,order_number,order_line\n"
    )
    invoice, credit = readings(
        head + "R1,,EUR,Acme,119.00,1,100.00,10,EA,45,10\nR1,credit_note,EUR,Bee,119.00,1,100.00,10,EA,45,10\n"
    )
    assert (invoice.document.kind, credit.document.kind) == ("invoice", "credit_note")
    assert invoice.document.totals.payable == Money(11900, "EUR")
    assert invoice.document.lines[0].order.line == "10"


SAMPLES = {
    "order": HEAD + ROW + "1,,,,20,B,5.5,KGM,1.25\n",
    "receipt": "receipt_number,order_number,order_line,line,accepted,unit,in_inspection,received_at\nG,45,10,1,-5,EA,2,2026-05-04T08:30Z\n",
    "supplier": "supplier_number,supplier_name,supplier_vat,account,account_approved_on,blocked\n1,A,DE1,DE89,2026-01-02,yes\n1,,,DE90,,\n",
    "contract": "contract_number,currency,freight_included,product,price,unit,price_from\nC1,EUR,no,A,4.20,EA,2026-05-01\n",
    "product": "product_number,unit,pack_unit,pack_factor,pack_into\nA,EA,BX,1/12,EA\n",
    "invoice": "invoice_number,kind,currency,account,total_payable,line,line_net,quantity,unit\nR,credit_note,JPY,DE89,119,1,100,10,EA\n",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_what_is_written_is_read_again_as_it_was(table):
    documents = [one.document for one in readings(SAMPLES[table.kind])]
    assert {one.kind for one in documents} <= {table.kind, "credit_note"}
    content = write_table(documents)
    assert [one.document for one in readings(content)] == documents
    assert FORMAT.write(documents[0]) == write_table(documents[:1])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_the_columns_of_a_table_are_unambiguous(table):
    words = [word for column in table.columns for word in {column.name, *column.synonyms}]
    assert len(words) == len(set(words))
    kinds = {"text", "number", "amount", "quantity", "date", "instant", "yes_no", "list", "ratio", *OF_THE_ROW}
    assert {column.kind for column in table.columns} <= kinds
    assert next(column for column in table.columns if column.name == table.key).required


def test_a_document_without_a_table_is_not_written():
    from tieout.core.documents.unreadable import Unreadable
    from tieout.core.values.errors import Malformed

    with pytest.raises(Malformed, match="there is no single table for unreadable"):
        write_table([Unreadable(number="x", reason="y")])


FORMULAS = ["=1+1", "+49 30 1234", "-5", "@SUM(A1)", "'=1+1", "''", "'", "'x", '=HYPERLINK("http://x")', "a=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_in_a_spreadsheet_and_it_is_read_again_as_it_was(text):
    order = samples.order(f"{text}7")
    order = replace(order, lines=(replace(order.lines[0], description=text),))
    content = write_table([order])
    cells = [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in cells)
    assert made_inert(content) == sum(cell.startswith(("'=", "'+", "'-", "'@", "''=")) for cell in cells)
    (reading,) = readings(content)
    assert reading.document.number == order.number
    assert reading.document.lines[0].description == text


def test_a_negative_figure_stays_a_figure():
    receipt = samples.receipt(quantity=-5)
    content = write_table([receipt])
    assert b",-5," in content
    assert made_inert(content) == 0
