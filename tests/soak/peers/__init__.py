"""Other programs that do a part of what Tieout does, over the same invoices in the same run."""
