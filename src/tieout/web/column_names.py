"""What the columns of tables are called for people; commands, the API and files use their names."""

from __future__ import annotations

from typing import Final

from tieout.formats.csv_columns import Column
from tieout.wording.catalogue import marked, text

NAMES: Final = {
    "accepted": marked("Accepted quantity"),
    "account": marked("Bank account"),
    "account_approved_on": marked("Account approved on"),
    "account_verified": marked("Account verified"),
    "approved_by": marked("Approved by"),
    "approved_on": marked("Approved on"),
    "block_reason": marked("Reason for the block"),
    "blocked": marked("Blocked"),
    "buyer_name": marked("Buyer's name"),
    "catch_weight": marked("Weight as delivered"),
    "category": marked("Category"),
    "contract": marked("Contract"),
    "contract_number": marked("Contract number"),
    "country": marked("Country"),
    "currency": marked("Currency"),
    "deleted": marked("Deletion mark"),
    "description": marked("Description"),
    "despatch_number": marked("Despatch advice"),
    "due_on": marked("Due on"),
    "electronic_address": marked("Electronic address"),
    "email": marked("E-mail address"),
    "entities": marked("Companies"),
    "entity": marked("Company"),
    "freight_included": marked("Freight included"),
    "gln": marked("Global location number"),
    "gtin": marked("GTIN"),
    "in_inspection": marked("Quantity in inspection"),
    "incoterm": marked("Incoterm"),
    "invoice_date": marked("Invoice date"),
    "invoice_number": marked("Invoice number"),
    "kind": marked("Kind"),
    "language": marked("Language"),
    "line": marked("Line"),
    "line_net": marked("Net amount of the line"),
    "line_site": marked("Site of the line"),
    "lot": marked("Inspection lot"),
    "made_by": marked("Made by"),
    "movement": marked("Movement type"),
    "order_date": marked("Order date"),
    "order_line": marked("Order line"),
    "order_number": marked("Order number"),
    "order_required": marked("Order required"),
    "origin": marked("Origin of the record"),
    "pack_factor": marked("Units per pack"),
    "pack_into": marked("Unit in the pack"),
    "pack_unit": marked("Unit of the pack"),
    "price": marked("Price"),
    "price_from": marked("Price valid from"),
    "price_per": marked("Price is for"),
    "price_to": marked("Price valid to"),
    "price_unit": marked("Unit of the price"),
    "product": marked("Product number"),
    "product_number": marked("Product number"),
    "quantity": marked("Quantity"),
    "receipt_number": marked("Receipt number"),
    "received_at": marked("Received at"),
    "received_on": marked("Received on"),
    "rejected": marked("Rejected quantity"),
    "sign": marked("Sign of the movement"),
    "site": marked("Site"),
    "status": marked("Status"),
    "supplier_country": marked("Supplier's country"),
    "supplier_name": marked("Supplier's name"),
    "supplier_number": marked("Supplier number"),
    "supplier_product": marked("Supplier's product number"),
    "supplier_vat": marked("Supplier's VAT number"),
    "tax_category": marked("Tax category"),
    "tax_number": marked("Tax number"),
    "tax_percent": marked("Tax rate"),
    "terms": marked("Payment terms"),
    "total_gross": marked("Total with tax"),
    "total_net": marked("Total without tax"),
    "total_payable": marked("Amount to pay"),
    "total_tax": marked("Total tax"),
    "unit": marked("Unit"),
    "valid_from": marked("Valid from"),
    "valid_to": marked("Valid to"),
}
"""Every column of every table; a test compares."""


def column_name(name: str) -> str:
    """What a column is called, in the chosen language."""
    return text(NAMES[name]) if name in NAMES else name


def column_words(column: Column) -> str:
    """What stands in a column, in the chosen language."""
    return text(column.words)
