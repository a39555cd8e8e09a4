"""Files of usage events: NDJSON, CSV, CloudEvents 1.0, and the shapes of Lago and Kill Bill. Every bad line is kept, with its reason.

These files hold millions of lines and no business documents, so they do not go through the registry of formats: they are cut
into pieces at line ends (`pieces`), and each piece is read by itself (`read_piece`).
"""

from tieout.metering.formats.columns import Columns, columns_of
from tieout.metering.formats.cutting import Piece, pieces
from tieout.metering.formats.reading import UsageReading, checked_feed, read_piece

__all__ = ["Columns", "Piece", "UsageReading", "checked_feed", "columns_of", "pieces", "read_piece"]
