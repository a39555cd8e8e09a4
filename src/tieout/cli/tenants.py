"""The organisations of this installation: `list` them, `call CODE NAME` to give one another name, or `remove CODE`, which must be empty.

Each has its own documents, policies and people, apart from all others. A new one is made with its first user:
`tieout sign-in NAME --new --tenant CODE --role controller`.
"""

from __future__ import annotations

import argparse

from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which organisation."""
    parser.add_argument("act", nargs="?", choices=["list", "call", "remove"], default="list")
    parser.add_argument("code", nargs="?", default="", help="the organisation's code")
    parser.add_argument("name", nargs="?", default="", help="its name, for the pages")


def run(arguments: argparse.Namespace) -> int:
    """Print the organisations after that."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import actor, tenant_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed
    from tieout.core.values.scope import Scope

    with booted(say=say):
        from tieout.identity.tenants import call_tenant, remove_tenant, tenants
        from tieout.store.tenants import holdings

        if arguments.act != "list":
            if not arguments.code or (arguments.act == "call" and not arguments.name.strip()):
                raise Malformed("an argument is missing", where="CODE", remedy="see tieout tenants --help")
            code = tenant_of(arguments.code)
            if arguments.act == "call":
                call_tenant(code, arguments.name.strip())
            else:
                remove_tenant(code, holds=holdings(Scope(tenant=code, actor=actor())))
        rows = tenants()
        if not rows:
            print(text("There is no organisation yet: tieout sign-in NAME --new --tenant CODE --role controller"))
        for tenant in rows:
            name = f"  {tenant.name}" if tenant.name != tenant.code else ""
            empty = "" if holdings(Scope(tenant=tenant.code, actor=actor())) else text("  (empty)")
            print(f"{tenant.code}{name}{empty}")
    return 0
