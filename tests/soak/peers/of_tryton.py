"""Run by Tryton's own Python: posts so many supplier invoices of five lines that Tryton has drafted from orders and receipts.

Prints one JSON object: milliseconds of processor time for one invoice, set-up, orders and receipts not counted.
"""

import json
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

from proteus import Model
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company, get_company
from trytond.tests.tools import activate_modules

COUNT, LINES = int(sys.argv[1]), int(sys.argv[2])


def ordered(party, product, term):
    """An order that is received in full: Tryton drafts the invoice."""
    purchase = Model.get("purchase.purchase")(party=party, payment_term=term, invoice_method="fulfillment")
    for _ in range(LINES):
        line = purchase.lines.new()
        line.product, line.quantity, line.unit_price = product, 10, Decimal("5.0000")
    purchase.save()
    purchase.click("quote")
    purchase.click("confirm")
    shipment = Model.get("stock.shipment.in")(supplier=party)
    for move in purchase.moves:
        shipment.incoming_moves.append(Model.get("stock.move")(id=move.id))
    shipment.save()
    shipment.click("receive")
    shipment.click("do")
    purchase.reload()
    (invoice,) = purchase.invoices
    return invoice


activate_modules(["purchase", "account_invoice_stock"])
create_company()
company = get_company()
fiscalyear = set_fiscalyear_invoice_sequences(create_fiscalyear(company))
fiscalyear.click("create_period")
create_chart(company)
accounts = get_accounts(company)
party = Model.get("party.party")(name="Supplier")
party.save()
category = Model.get("product.category")(name="Goods", accounting=True)
category.account_expense, category.account_revenue = accounts["expense"], accounts["revenue"]
category.save()
(unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
template = Model.get("product.template")(name="Part", default_uom=unit, type="goods", purchasable=True)
template.list_price, template.account_category = Decimal(10), category
template.save()
(product,) = template.products
term = create_payment_term()
term.save()
drafts = [ordered(party, product, term) for _ in range(COUNT)]
begun = time.process_time()
for number, invoice in enumerate(drafts):
    invoice.reference, invoice.invoice_date = f"R-{number:06}", datetime.now(UTC).date()
    invoice.save()
    invoice.click("post")
spent = time.process_time() - begun
assert all(invoice.state == "posted" and len(invoice.lines) == LINES for invoice in drafts)
print(json.dumps({"ms": 1000 * spent / COUNT, "count": COUNT}))
