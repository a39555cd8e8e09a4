"""A billing system with Stripe's interface: invoices are pulled and tied out as drafts, and finalised once. See README.md."""

from __future__ import annotations

from tieout.connectors.stripe_billing.access import Access, NoAnswer, Unreachable
from tieout.connectors.stripe_billing.map import KINDS, readings
from tieout.connectors.stripe_billing.read import Message, pull
from tieout.connectors.stripe_billing.target import StripeBilling
from tieout.connectors.stripe_billing.webhook import accept

__all__ = ["KINDS", "Access", "Message", "NoAnswer", "StripeBilling", "Unreachable", "accept", "pull", "readings"]
