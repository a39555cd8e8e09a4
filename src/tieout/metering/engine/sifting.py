"""Events of a piece that the tables refuse, although they were read: found by halving, so that all others are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tieout.core.values.sentence import Sentence
from tieout.metering.core.usage import RefusedLine, UsageEvent
from tieout.metering.formats import UsageReading

_REASON: Final = Sentence("it could not be stored: a value of it does not fit its column")
_REMEDY: Final = Sentence("notify whoever runs Tieout; the file is kept and can be read again")


def sifted(
    reading: UsageReading, *, fits: Callable[[Sequence[UsageEvent]], bool], content_of: Callable[[int], bytes]
) -> UsageReading:
    """The reading without the lines of events that do not fit; they are refused. `fits` tries some events and leaves nothing behind."""
    refused: set[int] = set()

    def sift(positions: Sequence[int]) -> None:
        if not positions or fits([reading.events[k] for k in positions]):
            return
        if len(positions) == 1:
            refused.add(reading.lines[positions[0]])
            return
        middle = len(positions) // 2
        sift(positions[:middle])
        sift(positions[middle:])

    sift(range(len(reading.events)))
    kept = [k for k, line in enumerate(reading.lines) if line not in refused]
    return replace(
        reading,
        events=[reading.events[k] for k in kept],
        lines=[reading.lines[k] for k in kept],
        refused=[
            *reading.refused,
            *(
                RefusedLine(line=line, reason=_REASON, remedy=_REMEDY, content=content_of(line))
                for line in sorted(refused)
            ),
        ],
    )
