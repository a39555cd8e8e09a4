"""Reading files with every kind of document that is installed, as tests want it."""

from __future__ import annotations

from tieout.app import kinds
from tieout.core.documents.reading import Reading
from tieout.formats import registry
from tieout.formats.format import LIMITS, Limits


def read(content: bytes, *, name: str = "", limits: Limits = LIMITS) -> tuple[Reading, ...]:
    """`registry.read` with the installed kinds."""
    return registry.read(content, kinds=kinds(), name=name, limits=limits)
