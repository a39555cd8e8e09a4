"""What a command is: a module of this package with two functions, and a line in the table."""

from __future__ import annotations

import argparse
from typing import Protocol


class Command(Protocol):
    """The shape of a command's module. Its docstring is the text of `tieout NAME --help`."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments. Cheap: no heavy import here or at the top of the module."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run it and return the exit code. What the command needs is imported here."""
