"""The boundaries between the engine's steps, so that a test can kill a worker at each of them. In production nothing listens."""

from __future__ import annotations

from typing import Protocol


class Steps(Protocol):
    """Called with the step that has just ended ("perform.begun"). A listener may never return."""

    def __call__(self, step: str, /) -> None:
        """Step `step` has ended; the next one has not begun."""
        ...


def onward(step: str, /) -> None:
    """The default: nobody listens."""
