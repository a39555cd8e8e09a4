"""The invoice folder: our own invoices as files, by channel, for a gateway that delivers them; and the receiving side's answers."""

from tieout.connectors.invoice_folder.target import InvoiceFolder

__all__ = ["InvoiceFolder"]
