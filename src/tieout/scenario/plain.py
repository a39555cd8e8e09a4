"""The basis of the scenario language: mappings that refuse unknown words, and texts that YAML may have read as numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Text(BaseModel):
    """Every mapping of the language: unknown words are refused, so that a misspelt word is never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | Decimal | date) and not isinstance(value, bool) else value


Word = Annotated[str, BeforeValidator(_as_text)]
"""A text that YAML may have read as a number: 4500012, 10.00."""
Words = tuple[Word, ...]


class DocumentText(Text):
    """A document. `source` is the source system that it comes from, where a scenario has several."""

    source: Word = ""
