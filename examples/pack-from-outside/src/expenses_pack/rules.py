"""The policy rules: how much a night and a day of meals may cost, and how long the card company may take."""

from __future__ import annotations

from typing import Final

from tieout.core.policy.rule import span, tolerance

HOTEL_NIGHT: Final = tolerance(
    "hotel_night",
    "What a night in a hotel may cost, in the claim's currency.",
    basis="amount",
    unit="the claim's currency",
    example="{upper: {absolute: 150.00 EUR}}",
)
MEAL_DAY: Final = tolerance(
    "meal_day",
    "What the meals of one day may cost together, in the claim's currency.",
    basis="amount",
    unit="the claim's currency",
    example="{upper: {absolute: 45.00 EUR}}",
)
CARD_WINDOW: Final = span(
    "card_window",
    "How long a claim waits for its card transactions before a person is asked.",
    example="3 bd",
)
RULES: Final = (HOTEL_NIGHT, MEAL_DAY, CARD_WINDOW)
