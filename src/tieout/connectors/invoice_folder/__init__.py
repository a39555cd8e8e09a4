"""The invoice folder: our own invoices as files, by channel, for whoever delivers them; and what the receiving side says."""

from tieout.connectors.invoice_folder.target import InvoiceFolder

__all__ = ["InvoiceFolder"]
