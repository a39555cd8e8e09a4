"""The command line: every command with its arguments. Written from the parsers, not from their help: that differs by Python."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

from pages.text import NOTE, page, row, table, words_of
from tieout.cli.table import COMMANDS, Exit


def command_line_page() -> str:
    """The page."""
    lines = ["# Command line", NOTE, "`tieout COMMAND --help` says the same.", "", *table("command", "does")]
    lines += [row(f"[`{name}`](#tieout-{name})", what) for name, what in COMMANDS.items()]
    lines += [
        "",
        f"**Exit codes.** {Exit.DONE}: done. 1 to 3: answers of the commands that judge papers, said with each.",
        f"{Exit.USAGE}: called wrongly. {Exit.CANNOT}: this cannot be done here and now; the message says why.",
        f"{Exit.FAULT}: a fault of Tieout. {Exit.INTERRUPTED}: interrupted.",
        "",
    ]
    for name in COMMANDS:
        lines += _command(name)
    return page(*lines)


def _command(name: str) -> Iterator[str]:
    module = import_module(f"tieout.cli.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"tieout {name}", add_help=False)
    module.add_arguments(parser)
    known = parser._actions  # noqa: SLF001  argparse has no other way to list them
    yield f"## tieout {name}\n"
    yield words_of(module) + "\n"
    given = [each for each in known if not each.option_strings]
    options = [each for each in known if each.option_strings]
    yield f"```text\n{' '.join(['tieout', name, *(['[OPTIONS]'] if options else []), *map(_usage, given)])}\n```\n"
    if words_of(module.run):
        yield f"Ends with: {words_of(module.run)}\n"
    if known:
        yield from table("argument", "what")
        for each in (*given, *options):
            shown = _usage(each) if not each.option_strings else ", ".join(each.option_strings) + _value(each)
            yield row(f"`{shown}`", _what(each))
        yield ""


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
    said = action.help or ("one of: " + ", ".join(map(str, action.choices)) if action.choices else "")
    default = action.default
    if default in (None, False, argparse.SUPPRESS) or default == [] or "default" in said:
        return said + ("; needed" if action.required and action.option_strings else "")
    return f"{said} (default: {default})"
