"""The papers of subscription billing in the language of scenarios."""

from __future__ import annotations

from tieout.scenario.plain import Text


class BillingPapers(Text):
    """Papers of subscription billing, each kind one paper or a list."""
