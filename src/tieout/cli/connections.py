"""The external systems of an organisation: list them, add one, change one. Each has a queue of its own, with its own rate and state.

tieout connections list
tieout connections add NAME --system SYSTEM [--entity COMPANY] [--queue QUEUE] [--set NAME=VALUE]… [--secret env:VARIABLE]
tieout connections change NAME [--entity COMPANY] [--set NAME=VALUE]… [--secret env:VARIABLE]

A value may be env:VARIABLE (read when it is used) or exchange:FOLDER (a folder below the exchange folder). A secret is always
env:VARIABLE: the variable is set for every process of the installation, and never stored.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.core.outbox.connection import Connection, SettingSpec
    from tieout.core.values.scope import Scope
    from tieout.engine.connected import Connected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which connection."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["list", "add", "change"], help="see above")
    parser.add_argument(
        "name", nargs="?", default="", help="the connection's name: the source keys of its documents begin with it"
    )
    parser.add_argument("--system", default="", help="add: the connector, as `list` names it")
    parser.add_argument(
        "--entity", metavar="COMPANY", help="the company that it serves (default: all without one of their own)"
    )
    parser.add_argument("--queue", default="", help="add: the name of its queue (default: its own name)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of its connector")
    parser.add_argument("--secret", help="where its secret is: env:VARIABLE")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 if everything was carried out."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if (arguments.what == "list") == bool(arguments.name):
        raise Malformed("name the connection; `list` takes none", where=f"connections {arguments.what}")
    if arguments.secret and not arguments.secret.startswith("env:"):
        raise Malformed("a secret is never stored", where="--secret", remedy="name a variable: --secret env:VARIABLE")
    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.connected import change, connect

        connected, scope = app.connected(settings), scope_of(arguments)
        if arguments.what == "list":
            return _list(connected, scope)
        if arguments.what == "add":
            connect(connected, scope, _new(arguments))
        else:
            change(connected, scope, _changed(connected, scope, arguments))
        print(next(_line(connection) for connection in connected.of(scope) if connection.name == arguments.name))
    return 0


def _list(connected: Connected, scope: Scope) -> int:
    for connection in connected.of(scope):
        print(_line(connection))
    for system, connector in connected.connectors.items():
        print(
            text(
                "connector {system}: {settings}",
                system=system,
                settings="; ".join(_setting(spec) for spec in connector.settings),
            )
        )
    return 0


def _setting(spec: SettingSpec) -> str:
    if spec.required:
        return f"{spec.name}: {text(spec.doc)}"
    return text("{name} (optional): {meaning}", name=spec.name, meaning=text(spec.doc))


def _line(connection: Connection) -> str:
    entity = connection.entity or text("every company without its own")
    given = "  ".join(f"{name}={value}" for name, value in sorted(connection.settings.items()))
    secret = text("  secret {secret}", secret=connection.secret) if connection.secret else ""
    return text(
        "{name}  {system}  queue {queue}  for {entity}  {given}{secret}",
        name=connection.name,
        system=connection.system,
        queue=connection.queue,
        entity=entity,
        given=given,
        secret=secret,
    )


def _new(arguments: argparse.Namespace) -> Connection:
    from tieout.core.outbox.connection import Connection

    return Connection(
        name=arguments.name,
        system=arguments.system,
        entity=arguments.entity or "",
        queue=arguments.queue or arguments.name,
        settings=_settings(arguments.set),
        secret=arguments.secret or "",
    )


def _changed(connected: Connected, scope: Scope, arguments: argparse.Namespace) -> Connection:
    from dataclasses import replace

    from tieout.core.outbox.connection import Connection

    stored = next(
        (connection_row for connection_row in connected.of(scope) if connection_row.name == arguments.name), None
    )
    connection = stored or Connection(name=arguments.name, system="", queue="")  # refused by the engine, by its name
    return replace(
        connection,
        entity=connection.entity if arguments.entity is None else arguments.entity,
        settings={**connection.settings, **_settings(arguments.set)},
        secret=connection.secret if arguments.secret is None else arguments.secret,
    )


def _settings(given: list[str]) -> dict[str, str]:
    from tieout.core.values.errors import Malformed

    settings = {}
    for setting in given:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise Malformed("{setting!r} is not a setting", where="--set", remedy="write NAME=VALUE", setting=setting)
        settings[name] = value
    return settings
