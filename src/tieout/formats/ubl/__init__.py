"""UBL 2.0 to 2.4: invoices, credit notes, orders, despatch and receipt advices, read and written."""

from tieout.formats.ubl.document import FORMAT
from tieout.formats.ubl.write import write

__all__ = ["FORMAT", "write"]
