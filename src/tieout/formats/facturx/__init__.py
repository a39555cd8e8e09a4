"""PDF with the invoice's data inside (Factur-X, ZUGFeRD 1 and 2, XRechnung, Order-X). A PDF without it is refused as a picture."""

from __future__ import annotations

from typing import Final

from tieout.formats.facturx.read import read, sniff
from tieout.formats.facturx.write import write
from tieout.formats.format import Format

FORMAT: Final = Format(name="factur-x", sniff=sniff, read=read, write=write)
