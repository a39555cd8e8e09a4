"""How a command that has started servers or processes ends at a signal: as after Ctrl-C, so that it tidies up."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_AGAIN_AFTER: Final = 0.05  # seconds


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and Ctrl-C raise `KeyboardInterrupt` in the block, once: what then tidies up is not interrupted in its turn.

    A signal may arrive while Python runs a finaliser, which can raise nothing (an interrupt there is only printed): it is
    raised again a moment later. To be entered in the main thread.
    """
    before = {number: signal.signal(number, _end) for number in (*_SIGNALS, signal.SIGALRM)}
    hook = sys.unraisablehook

    def not_lost(swallowed: UnraisableHookArgs) -> None:
        if swallowed.exc_type is KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER)
        else:
            hook(swallowed)

    sys.unraisablehook = not_lost
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        for number, action in before.items():
            signal.signal(number, action)


def _end(_number: int, _frame: FrameType | None) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
