"""What processes about goods and invoices share: their documents, matching, pricing, tax, codes. Pure."""
