"""The columns of CSV files: one documented set per kind of document, with common synonyms.

A row is one line of its document and repeats the document's header fields. `path` is where a cell's value goes in the
document's canonical JSON; paths of the row's own values begin with "lines[].".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

CellKind = Literal[
    "text", "number", "amount", "quantity", "date", "instant", "yes_no", "list", "ratio", "sign", "movement", "deleted"
]
OF_THE_ROW: Final = frozenset({"sign", "movement", "deleted"})
"""Kinds of cells that say something about their row and are no value of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `amount` takes its currency from the currency column, `quantity` its unit from the unit column."""

    name: str
    path: str
    kind: CellKind
    words: str
    required: bool = False
    synonyms: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the value belongs to the row and not to the document's header."""
        return "[]." in self.path or self.kind in OF_THE_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One kind of document as rows. `key` is the column that groups rows; `rows` the list that rows become, if any."""

    kind: str
    key: str
    columns: tuple[Column, ...]
    rows: str = ""

    def named(self, header: str) -> Column | None:
        """The column of a header, by its name or by a synonym."""
        word = normal(header)
        return next((column for column in self.columns if word == column.name or word in column.synonyms), None)


def normal(header: str) -> str:
    """A header for comparison: "Order No." is order_no."""
    return re.sub(r"[^\w]+", "_", header.strip().lower()).strip("_")


def _columns(rows: str) -> tuple[Column, ...]:
    """One a line: name | path | kind | words | synonyms; a star after the name: required."""
    columns = []
    for row in rows.strip().splitlines():
        name, path, kind, words, synonyms = ([part.strip() for part in row.split("|")] + [""])[:5]
        cell_kind: CellKind = kind  # type: ignore[assignment]  # one of our own words; a test reads all tables
        columns.append(
            Column(
                name=name.rstrip("*"),
                path=path,
                kind=cell_kind,
                words=words,
                required=name.endswith("*"),
                synonyms=tuple(synonyms.split()),
            )
        )
    return tuple(columns)


_SUPPLIER: Final = """
    supplier_number | supplier.identifiers[ours] | text | the supplier's number in your ERP | vendor vendor_number supplier_no kreditor
    supplier_name | supplier.name | text | the supplier's name | supplier vendor_name lieferant
    supplier_vat | supplier.identifiers[vat] | text | the supplier's VAT number | vat_id vat_number ust_id
    supplier_country | supplier.country | text | two letters, such as DE |
"""
_PRODUCT: Final = """
    product | lines[].product.buyer | text | your product number | item item_number sku material artikel artikelnummer
    supplier_product | lines[].product.seller | text | the supplier's product number | supplier_item vendor_item
    gtin | lines[].product.standard | text | GTIN or EAN | ean
    description | lines[].description | text | what it is | item_description text bezeichnung
"""

_MAKERS: Final = """
    made_by | made_by | text | the user who made it | created_by erfasst_von angelegt_von
    approved_by | approved_by | text | the user who approved it | released_by freigegeben_von
"""

ORDERS: Final = Table(
    kind="order",
    key="order_number",
    rows="lines",
    columns=_columns(f"""
    order_number* | number | text | the order's number | order po po_number po_no purchase_order order_no bestellnummer bestellung
    order_date | issue_date | date | when it was placed | issue_date date bestelldatum
    currency* | currency | text | ISO 4217 | curr waehrung währung
    {_SUPPLIER.strip()}
    buyer_name | buyer.name | text | who orders | buyer
    entity | entity | text | the company that orders | company company_code buchungskreis
    site | site | text | where goods are received | plant warehouse werk lager
    status | status | text | unreleased, open, closed or cancelled |
    terms | terms | text | payment terms | payment_terms zahlungsbedingung
    incoterm | incoterm | text | three letters, such as DAP | incoterms
    contract | contract | text | the contract's number | contract_number
    {_MAKERS.strip()}
    line* | lines[].id | text | the line's number | line_number line_no order_line pos position item_no
    {_PRODUCT.strip()}
    quantity* | lines[].quantity | quantity | how much is ordered | qty ordered menge
    unit* | lines[].quantity | text | UN/CEFACT unit, such as EA or KGM | uom unit_of_measure einheit
    price | lines[].price | number | unit price | unit_price net_price preis
    price_per | lines[].price_per | number | the quantity that the price is for; 1 if left out | price_unit_quantity preiseinheit
    price_unit | lines[].price_unit | text | the price's unit where it is another |
    line_net | lines[].net | amount | the line's amount | net_amount amount
    due_on | lines[].due_on | date | expected delivery | delivery_date lieferdatum
    tax_percent | lines[].tax_percent | number | tax rate, such as 19 | tax_rate vat_rate
    tax_category | lines[].tax_category | text | EN 16931 category, such as S |
    category | lines[].category | text | the category that policy may name | material_group warengruppe
    line_site | lines[].site | text | where this line is received, if elsewhere |
    deleted | | deleted | not empty: the line is deleted and is left out | loekz
    """),
)

RECEIPTS: Final = Table(
    kind="receipt",
    key="receipt_number",
    rows="lines",
    columns=_columns(f"""
    receipt_number* | number | text | the receipt's number | receipt gr_number grn goods_receipt receipt_no wareneingang
    received_at | occurred_at | instant | when, with its zone: 2026-05-04T08:30Z | occurred_at
    received_on | issue_date | date | the day, where no instant is known | receipt_date posting_date date buchungsdatum
    {_SUPPLIER.strip()}
    entity | entity | text | the company that received | company company_code buchungskreis
    site | site | text | where it was received | plant warehouse werk lager
    origin | origin | text | record (system of record) or confirmation (another system knows it first) |
    despatch_number | despatch_number | text | the despatch advice | asn delivery_note lieferschein
    {_MAKERS.strip()}
    order_number* | lines[].order.document | text | the order | order po po_number purchase_order bestellnummer bestellung
    order_line | lines[].order.line | text | the order's line | po_line po_item bestellposition
    line* | lines[].id | text | line number; if missing, but `order_line` is not, numbered by row | line_number line_no pos position
    {_PRODUCT.strip()}
    accepted* | lines[].accepted | quantity | accepted, unrestricted stock; negative for a reversal | quantity qty received menge
    unit* | lines[].accepted | text | UN/CEFACT unit, such as EA or KGM | uom unit_of_measure einheit
    in_inspection | lines[].in_inspection | quantity | in inspection | inspection quality_stock
    rejected | lines[].rejected | quantity | rejected | blocked_stock
    lot | lines[].lot | text | inspection lot | batch charge
    catch_weight | lines[].catch_weight | text | what all of it weighed, such as 251.3 KGM, where weight is billed | weight gewicht
    sign | | sign | S, D or +: goods that came; H, C or -: goods that went back, whatever the sign of the quantity | debit_credit shkzg
    movement | | movement | movement type: 101, 123 and 162 came, 102, 122 and 161 went back; others are refused | movement_type bwart
    """),
)

INVOICES: Final = Table(
    kind="invoice",
    key="invoice_number",
    rows="lines",
    columns=_columns(f"""
    invoice_number* | number | text | the invoice's number | invoice invoice_no bill_number rechnungsnummer rechnung
    kind | kind | text | invoice or credit_note; invoice if left out | type document_type
    invoice_date | issue_date | date | the invoice's date | issue_date date rechnungsdatum
    due_on | due_on | date | when it is due | due_date
    currency* | currency | text | ISO 4217 | curr waehrung währung
    {_SUPPLIER.strip()}
    buyer_name | buyer.name | text | who is billed | buyer
    account | accounts[0].number | text | IBAN or account number to pay to | iban bank_account
    entity | entity | text | the company that is billed | company company_code buchungskreis
    terms | terms | text | payment terms | payment_terms zahlungsbedingung
    total_net | totals.net | amount | sum without tax | net_total netto
    total_tax | totals.tax | amount | sum of tax | tax_total mwst
    total_gross | totals.gross | amount | sum with tax | gross_total brutto
    {_MAKERS.strip()}
    total_payable* | totals.payable | amount | what is to be paid | payable amount_due total zahlbetrag
    line* | lines[].id | text | the line's number | line_number line_no pos position
    order_number | lines[].order.document | text | the order | order po po_number purchase_order bestellnummer bestellung
    order_line | lines[].order.line | text | the order's line | po_line po_item bestellposition
    {_PRODUCT.strip()}
    quantity | lines[].quantity | quantity | how much is billed | qty billed menge
    unit | lines[].quantity | text | UN/CEFACT unit, such as EA or KGM | uom unit_of_measure einheit
    price | lines[].price | number | unit price | unit_price net_price preis
    price_per | lines[].price_per | number | the quantity that the price is for; 1 if left out | preiseinheit
    line_net* | lines[].net | amount | the line's amount without tax | net_amount amount betrag
    tax_percent | lines[].tax_percent | number | tax rate, such as 19 | tax_rate vat_rate
    tax_category | lines[].tax_category | text | EN 16931 category, such as S |
    """),
)

CONTRACTS: Final = Table(
    kind="contract",
    key="contract_number",
    rows="lines",
    columns=_columns(f"""
    contract_number* | number | text | the contract's number | contract agreement kontrakt vertragsnummer
    {_SUPPLIER.strip()}
    currency* | currency | text | ISO 4217 | curr waehrung währung
    entity | entity | text | the company that it is for; empty: all | company company_code buchungskreis
    valid_from | valid_from | date | first day of the contract | start_date
    valid_to | valid_to | date | last day of the contract | end_date
    approved_on | approved_on | date | when it was approved |
    {_MAKERS.strip()}
    incoterm | incoterm | text | three letters, such as DAP | incoterms
    freight_included | freight_included | yes_no | whether prices include freight |
    terms | terms | text | payment terms | payment_terms zahlungsbedingung
    product | lines[].product.buyer | text | your product number | item item_number sku material artikel artikelnummer
    supplier_product | lines[].product.seller | text | the supplier's product number | supplier_item vendor_item
    gtin | lines[].product.standard | text | GTIN or EAN | ean
    price* | lines[].price | number | unit price | unit_price net_price preis
    price_per | lines[].price_per | number | the quantity that the price is for; 1 if left out | preiseinheit
    unit* | lines[].unit | text | UN/CEFACT unit, such as EA or KGM | uom unit_of_measure einheit
    price_from | lines[].valid_from | date | first day of this price | price_valid_from
    price_to | lines[].valid_to | date | last day of this price | price_valid_to
    """),
)

SUPPLIERS: Final = Table(
    kind="supplier",
    key="supplier_number",
    rows="accounts",
    columns=_columns(f"""
    supplier_number* | number | text | the supplier's number in your ERP | vendor vendor_number supplier_no kreditor
    supplier_name* | name | text | the supplier's name | name supplier vendor_name lieferant
    country | country | text | two letters, such as DE | supplier_country land
    entity | entity | text | the company that keeps the supplier | company company_code buchungskreis
    supplier_vat | identifiers[vat] | text | VAT number | vat vat_id vat_number ust_id
    tax_number | identifiers[tax] | text | other tax number | tax_id steuernummer
    gln | identifiers[0088] | text | global location number |
    email | email | text | where messages go; several with ";" | mail e_mail email_address
    electronic_address | electronic_address | text | such as 0088:4012345000009 | peppol_id endpoint_id
    language | language | text | two letters, such as de | sprache
    blocked | blocked | yes_no | whether the supplier may not be paid | gesperrt
    block_reason | block_reason | text | why |
    entities | entities | list | companies that may buy there, separated by a bar; empty: all | companies
    terms | terms | text | payment terms | payment_terms zahlungsbedingung
    category | category | text | the category that policy may name |
    order_required | order_required | yes_no | whether an invoice must name an order; empty: policy decides |
    {_MAKERS.strip()}
    account | accounts[].number | text | IBAN or account number; further accounts on further rows | iban bank_account
    account_approved_on | accounts[].approved_on | date | since when it may be paid to |
    account_verified | accounts[].verified | yes_no | whether it was verified |
    """),
)

PRODUCTS: Final = Table(
    kind="product",
    key="product_number",
    rows="conversions",
    columns=_columns(f"""
    product_number* | number | text | your product number | product item item_number sku material artikelnummer
    supplier_product | ids.seller | text | the supplier's product number | supplier_item vendor_item
    gtin | ids.standard | text | GTIN or EAN | ean
    entity | entity | text | the company that keeps it; empty: all | company company_code buchungskreis
    description | description | text | what it is | item_description bezeichnung
    unit | unit | text | the unit it is kept in | uom base_unit basiseinheit
    category | category | text | the category that policy may name | material_group warengruppe
    {_MAKERS.strip()}
    pack_unit | conversions[].unit | text | one of this unit … | alternative_unit
    pack_factor | conversions[].factor | ratio | … is so many (12 or 1/12) … |
    pack_into | conversions[].into | text | … of this unit; further packs on further rows |
    """),
)

TABLES: Final[tuple[Table, ...]] = (INVOICES, RECEIPTS, ORDERS, CONTRACTS, PRODUCTS, SUPPLIERS)
"""Every table; those whose key column also occurs in others come first."""
TABLE_OF_KIND: Final[Mapping[str, Table]] = {table.kind: table for table in TABLES} | {"credit_note": INVOICES}


def table_of(headers: Sequence[str]) -> Table | None:
    """The table of these headers: the first whose key is present, with at least half of its required columns.

    Where the key of another table is there too that refers to this one, this one's key is that reference: an invoice that lacks columns
    is no order.
    """
    words = {normal(header) for header in headers}
    keyed = [table for table in TABLES if words & _spellings(table, table.key)]
    for table in keyed:
        if any(other is not table and _refers(other, table.key) for other in keyed):
            continue
        present = {column.name for column in table.columns if words & {column.name, *column.synonyms}}
        required = {column.name for column in table.columns if column.required}
        if 2 * len(present & required) >= len(required) and len(present) >= 2:
            return table
    return None


def _spellings(table: Table, name: str) -> set[str]:
    return next({column.name, *column.synonyms} for column in table.columns if column.name == name)


def _refers(table: Table, key: str) -> bool:
    """Whether rows of a table name a document of another one by its key."""
    return any(column.name == key for column in table.columns)
