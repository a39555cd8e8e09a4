"""Characters that are not seen and change what is: marks of direction turn "evil.exe" round, blanks without width tell two names apart
that look the same. People are shown where they stand; what is stored and compared stays as it came.
"""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u0080-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f]"
)
"""Control characters, soft hyphens, fillers, blanks without width, marks of direction, and tags."""


def shown(text: str) -> str:
    """The text with each such character as its number: "DE\u200b1" is "DE⟨U+200B⟩1"."""
    return _UNSEEN.sub(_mark, text) if not text.isascii() and _UNSEEN.search(text) else text


def is_shown_otherwise(text: str) -> bool:
    """Whether a text has such a character."""
    return not text.isascii() and _UNSEEN.search(text) is not None


def _mark(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"
