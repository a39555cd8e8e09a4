"""Advice from past corrections: how people resolved identifiers like this one, and how often that would have been right."""

from tieout.advice.past_mappings.advisor import ADVISOR, PastMappings

__all__ = ["ADVISOR", "PastMappings"]
