"""Print the version, and what it runs on."""

from __future__ import annotations

import argparse
import platform

import tieout


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(_arguments: argparse.Namespace) -> int:
    """Print one line."""
    print(f"tieout {tieout.__version__} (Python {platform.python_version()}, {platform.system()} {platform.machine()})")
    return 0
