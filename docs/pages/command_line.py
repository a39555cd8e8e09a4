"""The command line: every command with its arguments. Written from the parsers, not from their help: that differs by Python."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from pages.text import NOTE, page, row, table, words_of
from tieout.cli.table import COMMANDS, RESULTS, Exit


def command_line_page() -> str:
    """The page."""
    lines = ["# Command line", NOTE, "`tieout COMMAND --help` says the same.", "", *table("command", "does")]
    lines += [row(f"[`{name}`](#tieout-{name})", what) for name, what in COMMANDS.items()]
    lines += [
        "",
        "## Exit codes",
        "",
        f"{Exit.DONE}: done. {Exit.USAGE}: wrong use of the command. {Exit.CANNOT}: this cannot be done here and now; the message gives",
        f"the reason. {Exit.FAULT}: an error in Tieout itself. {Exit.INTERRUPTED}: interrupted. 1 to 3 are results:",
        "",
        *table("command", "1", "2", "3"),
        *(row(f"`{name}`", *(codes.get(code, "") for code in (1, 2, 3))) for name, codes in RESULTS.items()),
        "",
    ]
    for name in COMMANDS:
        lines += _command(name)
    return page(*lines)


def _command(name: str) -> Iterator[str]:
    module = import_module(f"tieout.cli.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"tieout {name}", add_help=False)
    module.add_arguments(parser)
    actions = parser._actions  # noqa: SLF001  argparse has no other way to list them
    yield f"## tieout {name}\n"
    yield _described(module) + "\n"
    arguments = [action for action in actions if not action.option_strings]
    options = [action for action in actions if action.option_strings]
    yield f"```text\n{' '.join(['tieout', name, *(['[OPTIONS]'] if options else []), *map(_usage, arguments)])}\n```\n"
    if words_of(module.run):
        yield f"Result: {words_of(module.run)}\n"
    if actions:
        yield from table("argument", "what")
        for action in (*arguments, *options):
            shown = _usage(action) if not action.option_strings else ", ".join(action.option_strings) + _value(action)
            yield row(f"`{shown}`", _what(action))
        yield ""


def _described(module: ModuleType) -> str:
    """The docstring, its lines of usage as they are."""
    parts = (inspect.getdoc(module) or "").split("\n\n")
    usage = "tieout "
    return "\n\n".join(f"```text\n{part}\n```" if part.startswith(usage) else " ".join(part.split()) for part in parts)


def _usage(action: argparse.Action) -> str:
    name = _name(action)
    return {None: name, "?": f"[{name}]", "*": f"[{name} …]", "+": f"{name} …"}.get(action.nargs, name)  # type: ignore[arg-type]


def _name(action: argparse.Action) -> str:
    if action.metavar:
        return str(action.metavar)
    return "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()


def _value(action: argparse.Action) -> str:
    return "" if action.nargs == 0 else f" {_usage(action)}"


def _what(action: argparse.Action) -> str:
    text = action.help or ("one of: " + ", ".join(map(str, action.choices)) if action.choices else "")
    default = action.default
    if default in (None, False, "", argparse.SUPPRESS) or default == [] or "default" in text:
        return text + ("; needed" if action.required and action.option_strings else "")
    return f"{text} (default: {default})"
