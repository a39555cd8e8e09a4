"""The papers of order-to-cash in the language of scenarios."""

from __future__ import annotations

from tieout.scenario.plain import Text


class SalesPapers(Text):
    """Papers of order-to-cash, each kind one paper or a list."""
