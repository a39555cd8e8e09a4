"""Account numbers within text: an IBAN is shown by its country and last four digits, enough to compare and too little to pay with."""

from __future__ import annotations

import re
from typing import Final

_BEGIN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ \u00a0\u202f-]?[A-Za-z0-9]){11,30}")
_SPACES: Final = re.compile(r"[ \u00a0\u202f-]")
_SHORTEST: Final = 15


def accounts_masked(text: str) -> str:
    """The text with every IBAN in it masked, however its digits are grouped."""
    done, rest = "", text
    while match := _BEGIN.search(rest):
        length = _length(match[0])
        kept = match[0][:length]
        plain = _SPACES.sub("", kept).upper()
        done += rest[: match.start()] + (f"{plain[:2]}…{plain[-4:]}" if length else match[0][:2])
        rest = rest[match.start() + (length or 2) :]
    return done + rest


def _length(text: str) -> int:
    """How many characters of the text are an IBAN by its check digits, as many as possible; 0 for none."""
    ends = [k for k in range(len(text), 0, -1) if not _SPACES.match(text[k - 1])]
    return next((k for k in ends if _checks(_SPACES.sub("", text[:k]).upper())), 0)


def _checks(plain: str) -> bool:
    if len(plain) < _SHORTEST:
        return False
    digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(digits) % 97 == 1
