"""Door: the command `tieout`. Finds the command's module, parses its arguments, runs it, and returns its exit code.

Only the module of the requested command is imported, so that `tieout read` starts as fast as Python does.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from tieout.cli.command import Command
from tieout.cli.table import COMMANDS, USAGE, Exit

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """Has an exit code of its own for a wrong call: 1 to 3 are answers of commands."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give back its exit code. `argv` is without the program's name."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        return Exit.DONE if words else Exit.USAGE
    name = "version" if words[0] == "--version" else words[0]
    if name not in COMMANDS:
        print(f"tieout: there is no command {name!r}.\n\n{USAGE}", file=sys.stderr)
        return Exit.USAGE
    return _run(name, words[1:])


def _run(name: str, words: list[str]) -> int:
    from tieout.config.errors import CannotRunError
    from tieout.core.values.errors import Malformed, Refused

    module: Command = import_module(f"tieout.cli.{name.replace('-', '_')}")
    parser = _Parser(prog=f"tieout {name}", description=module.__doc__)
    module.add_arguments(parser)
    arguments = parser.parse_args(words)
    try:
        return module.run(arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader closed the pipe: `tieout read … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except (CannotRunError, Malformed, Refused) as error:
        print(f"tieout {name}: {_described(error)}", file=sys.stderr)
        return Exit.CANNOT
    except Exception as error:  # noqa: BLE001 - the only one at this door
        traceback.print_exc()
        others = _plugged_in_between(error)
        blamed = f"{others}, which is not part of Tieout, or in Tieout" if others else "Tieout"
        print(f"tieout {name}: this is a mistake in {blamed}. Please report it with the lines above.", file=sys.stderr)
        return Exit.FAULT


def _plugged_in_between(error: Exception) -> str:
    """The package of a pack or connector that is not Tieout's and through which the error came; "" where there is none."""
    from importlib.metadata import entry_points

    points = [point for group in ("tieout.packs", "tieout.connectors") for point in entry_points(group=group)]
    plugged = {point.module.partition(".")[0] for point in points} - {"tieout"}
    passed = (
        frame.f_globals.get("__name__", "").partition(".")[0] for frame, _ in traceback.walk_tb(error.__traceback__)
    )
    return next((package for package in passed if package in plugged), "")


def _described(error: Exception) -> str:
    """What is wrong, where, and what to do about it."""
    from tieout.core.values.errors import Malformed

    if not isinstance(error, Malformed):
        return str(error)
    place = f"{error.where}: " if error.where else ""
    return f"{place}{error}; {error.remedy}" if error.remedy else f"{place}{error}"
