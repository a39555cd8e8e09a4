"""What commands print for people shows characters that are not seen as their numbers; bytes for programs go out as they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from tieout.wording.unseen import shown


class _Shown:
    """A stream of text that is written to another. `buffer` is the other's: what is written there are bytes for programs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text; gives its length."""
        self._stream.write(shown(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def seen() -> Iterator[None]:
    """While the block runs, standard output and standard error show what is not seen."""
    before: tuple[Any, Any] = (sys.stdout, sys.stderr)
    shown_to: tuple[Any, Any] = (_Shown(sys.stdout), _Shown(sys.stderr))
    sys.stdout, sys.stderr = shown_to
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
