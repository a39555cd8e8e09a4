"""How a case may be ended: the kernel's one table of resolutions, read by decide, routing and the screens."""

from __future__ import annotations

from tieout.core.findings.resolution import RESOLUTIONS, Effect, Resolution, resolution_of

__all__ = ["RESOLUTIONS", "Effect", "Resolution", "resolution_of"]
