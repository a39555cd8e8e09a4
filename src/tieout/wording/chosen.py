"""The language in which a page is written: chosen once a request, asked for wherever something is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from tieout.wording.language import ENGLISH, Language

_CHOSEN: Final[ContextVar[Language]] = ContextVar("language", default=ENGLISH)


def language() -> Language:
    """The chosen language; English where none is."""
    return _CHOSEN.get()


@contextmanager
def written_in(chosen: Language) -> Iterator[None]:
    """Within the block sentences, figures and dates are written in this language."""
    token = _CHOSEN.set(chosen)
    try:
        yield
    finally:
        _CHOSEN.reset(token)
