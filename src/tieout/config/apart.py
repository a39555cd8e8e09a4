"""The environment for another build that is run beside this one: without our settings, and without this build's Python."""

from __future__ import annotations

import os
from typing import Final

_OURS: Final = ("TIEOUT_", "DJANGO_", "DATABASE", "PYTHON", "VIRTUAL_ENV")


def environment_apart() -> dict[str, str]:
    """The variables that say nothing about this build."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
