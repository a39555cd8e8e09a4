"""Whether the tax of an e-invoice is rightly charged by the rules of its own profile: the fatal tax rules by profile family.

A family is read from what the document says of itself (its specification identifier and its process). The rules of EN 16931
hold where a document claims that standard; other families have the tax categories of their own lists, and no more than that.
What claims nothing (CSV, JSON, older documents) is held to one rule alone: split payment is Italian.
"""

from tieout.trade.tax_rules.broken import remarks_on_tax_rules

__all__ = ["remarks_on_tax_rules"]
