"""Formats: bytes to documents and back. Pure: no file, clock or network; what cannot be read is said, never raised."""

from __future__ import annotations

from tieout.formats.format import Format, Limits, Source, refusal
from tieout.formats.registry import formats, read

__all__ = ["Format", "Limits", "Source", "formats", "read", "refusal"]
