"""UBL 2.0 to 2.4: invoices, credit notes, orders, despatch and receipt advices, read and written."""
