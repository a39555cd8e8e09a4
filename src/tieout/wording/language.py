"""The languages in which people are written to. Imports nothing, so that a command starts fast."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "de"]
ENGLISH: Final[Language] = "en"
