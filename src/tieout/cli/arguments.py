"""The parser of a command's arguments: its helps and errors are in the language of the terminal."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final, NoReturn

from tieout.cli.table import Exit
from tieout.wording.catalogue import marked, translated


class Parser(argparse.ArgumentParser):
    """Has an exit code of its own for a wrong call: 1 to 3 are answers of commands. Translates the helps that it is given."""

    def __init__(self, *, description: str | None = None, **given: Any) -> None:
        super().__init__(description=translated(description or ""), **given)

    def error(self, message: str) -> NoReturn:
        """How it is called, and what is wrong."""
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")

    def format_help(self) -> str:
        """The help, in the language of the terminal."""
        for action in self._actions:
            if action.help and action.help is not argparse.SUPPRESS:
                action.help = translated(action.help)
        return super().format_help()


OF_PYTHON: Final = (
    marked("usage: "),
    marked("options"),
    marked("positional arguments"),
    marked("show this help message and exit"),
    marked("the following arguments are required: %s"),
    marked("unrecognized arguments: %s"),
    marked("argument %(argument_name)s: %(message)s"),
    marked("invalid choice: %(value)r (choose from %(choices)s)"),
    marked("invalid %(type)s value: %(value)r"),
    marked("ambiguous option: %(option)s could match %(matches)s"),
    marked("expected one argument"),
    marked("expected at least one argument"),
    marked("expected at most one argument"),
    marked("not allowed with argument %s"),
    marked("one of the arguments %s is required"),
    marked("ignored explicit argument %r"),
    marked("can't open '%(filename)s': %(error)s"),
)
"""The sentences of Python's own parser, which looks them up in our catalogue (`config.terminal_language`)."""
