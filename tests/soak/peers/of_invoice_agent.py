"""Run by invoice-agent's own Python: matches invoices that are read already against orders and receipts in memory.

Reads FOLDER/matching.json, prints one JSON object: milliseconds of processor time for one invoice, and how they were decided.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

from invoice_agent.pipeline import Pipeline
from invoice_agent.schema import GoodsReceipt, Invoice, PurchaseOrder

given = json.loads((Path(sys.argv[1]) / "matching.json").read_text())
orders = [PurchaseOrder.model_validate(one) for one in given["orders"]]
receipts = [GoodsReceipt.model_validate(one) for one in given["receipts"]]
invoices = [Invoice.model_validate(one) for one in given["invoices"]]
pipeline = Pipeline(orders, receipts)
begun = time.process_time()
decided = Counter(str(pipeline.process_invoice(invoice).decision) for invoice in invoices)
spent = time.process_time() - begun
print(json.dumps({"ms": 1000 * spent / len(invoices), "count": len(invoices), "decided": decided}))
