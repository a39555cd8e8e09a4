"""The engine of metering's tests: that of the kernel's tests, with metering as a listener."""

from __future__ import annotations

from dataclasses import replace

from tests.engine import samples
from tests.engine.samples import PACK
from tieout.core.tie_out.pack import Pack
from tieout.engine.plugged import Engine
from tieout.engine.steps import Steps, onward
from tieout.metering.engine.listening import METERING


def engine(steps: Steps = onward, pack: Pack = PACK) -> Engine:
    """An engine over the payables pack and the test reader that wakes metering."""
    return replace(samples.engine(steps, pack), listeners=(METERING,))
