"""Formats: bytes to documents and back. Pure: no file, clock or network. What cannot be read becomes an `Unreadable`."""

from __future__ import annotations

from tieout.formats.format import Format, Limits, Source, refusal
from tieout.formats.registry import formats, read

__all__ = ["Format", "Limits", "Source", "formats", "read", "refusal"]
