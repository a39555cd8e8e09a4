"""Door: the command `tieout`. Finds the command's module, parses its arguments, runs it, and returns its exit code.

Only the module of the requested command is imported, so that `tieout read` starts as fast as Python does.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from tieout.cli.arguments import Parser
from tieout.cli.command import Command
from tieout.cli.seen import seen
from tieout.cli.table import COMMANDS, Exit, overview
from tieout.config.terminal_language import terminal_language
from tieout.wording.catalogue import text

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give back its exit code. `argv` is without the program's name."""
    with terminal_language(), seen():
        return _main(list(sys.argv[1:] if argv is None else argv))


def _main(words: list[str]) -> int:
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview())
        return Exit.DONE if words else Exit.USAGE
    name = "version" if words[0] == "--version" else words[0]
    if name not in COMMANDS:
        print(f"{text('tieout: there is no command {name}.', name=repr(name))}\n\n{overview()}", file=sys.stderr)
        return Exit.USAGE
    return _run(name, words[1:])


def _run(name: str, words: list[str]) -> int:
    from tieout.cli.whose import actor
    from tieout.config.errors import CannotRunError
    from tieout.core.values.errors import Malformed, Refused
    from tieout.core.values.who import acting

    module: Command = import_module(f"tieout.cli.{name.replace('-', '_')}")
    parser = Parser(prog=f"tieout {name}", description=module.__doc__)
    module.add_arguments(parser)
    arguments = parser.parse_args(words)
    try:
        with acting(actor):
            return module.run(arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader closed the pipe: `tieout read … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except (CannotRunError, Malformed, Refused) as error:
        from tieout.wording import sentences

        print(f"tieout {name}: {sentences.described(error)}", file=sys.stderr)
        return Exit.CANNOT
    except Exception as error:  # noqa: BLE001 - the only one at this door
        traceback.print_exc()
        others = _plugged_in_between(error)
        blame = (
            text("this is a mistake in {package}, which is not part of Tieout, or in Tieout.", package=others)
            if others
            else text("this is a mistake in Tieout.")
        )
        print(f"tieout {name}: {blame} {text('Please report it with the lines above.')}", file=sys.stderr)
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
