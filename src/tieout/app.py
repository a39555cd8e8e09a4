"""The wiring: the only module that knows every plug-in. Built-in ones come in by the same entry points as strangers'.

What needs a database is imported where it is wired: `tieout check` and scenarios ask for packs and policy alone.
"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import entry_points
from importlib.resources import files
from typing import TYPE_CHECKING

from tieout.core.findings.code import Taxonomy
from tieout.core.policy.policy import Policy
from tieout.core.tie_out.pack import Pack
from tieout.core.values.errors import Malformed
from tieout.formats.policy_yaml import read_policy
from tieout.trade.taxonomy import ROWS

if TYPE_CHECKING:
    from tieout.config.table import Settings
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.outbox.connection import Connection, Connector
    from tieout.core.outbox.target import Target
    from tieout.engine.connected import Connected
    from tieout.engine.plugged import Engine
    from tieout.engine.prepare import Reader
    from tieout.metering.advice import MappingAdvisor
    from tieout.worker.chores import Work


@cache
def packs() -> tuple[Pack, ...]:
    """Every installed process pack, by name."""
    return tuple(found.load() for found in sorted(entry_points(group="tieout.packs"), key=lambda found: found.name))


def pack_named(name: str) -> Pack:
    """The installed pack of this name. Raises `Malformed`."""
    found = next((pack for pack in packs() if pack.name == name), None)
    if found is None:
        known = ", ".join(pack.name for pack in packs()) or "none is installed"
        raise Malformed(f"there is no pack {name!r}", remedy=f"installed: {known}")
    return found


@cache
def taxonomy() -> Taxonomy:
    """The kernel's codes and every pack's."""
    return Taxonomy((*ROWS, *(code for pack in packs() for code in pack.codes)))


def default_policy_text(pack: str = "payables") -> bytes:
    """The policy that a pack ships, as YAML. Raises `Malformed` where it ships none."""
    text = default_policy_texts().get(pack)
    if text is None:
        raise Malformed(f"the pack {pack!r} ships no policy", remedy=f"these do: {', '.join(default_policy_texts())}")
    return text


@cache
def default_policy_texts() -> dict[str, bytes]:
    """Every shipped policy as YAML, by pack: `default_policy.yaml` beside the module that the entry point names."""
    found = {}
    for known in sorted(entry_points(group="tieout.packs"), key=lambda known: known.name):
        text = files(known.module).joinpath("default_policy.yaml")
        if text.is_file():
            found[known.name] = text.read_bytes()
    return found


@cache
def default_policy(pack: str = "payables") -> Policy:
    """The shipped policy of a pack: complete, careful, and meant to be replaced by your own."""
    return read_policy(default_policy_text(pack), codes=tuple(taxonomy()))


def default_policies() -> tuple[Policy, ...]:
    """The shipped policies of all packs."""
    return tuple(default_policy(name) for name in default_policy_texts())


@cache
def connectors() -> dict[str, Connector]:
    """Every installed connector, by the system that it speaks to."""
    loaded = (found.load() for found in entry_points(group="tieout.connectors"))
    return {known.system: known for known in sorted(loaded, key=lambda known: str(known.system))}


def engine(settings: Settings, *, read: Reader | None = None) -> Engine:
    """The engine with everything that is installed. `read` reads batches of files: here, or in processes of its own."""
    from tieout.config.secret import read_secret
    from tieout.engine.plugged import Engine, packs_by_kind
    from tieout.engine.prepare import read_here

    codes = tuple(taxonomy())
    return Engine(
        packs=packs_by_kind(packs()),
        read_policy=lambda text: read_policy(text, codes=codes),
        signing_key=(settings.secret_key or read_secret(settings.home)).encode(),
        read=read or read_here,
        connected=connected(settings),
    )


def connected(settings: Settings) -> Connected:
    """The connectors, and the connections that a tenant has until somebody says otherwise."""
    from tieout.engine.connected import Connected

    return Connected(
        connectors=connectors(), first=first_connections(settings), look_up=partial(_behind, settings=settings)
    )


def first_connections(settings: Settings) -> tuple[Connection, ...]:
    """What the settings connect: all that goes out goes to the exchange folder, and a billing system where one is named."""
    from tieout.core.outbox.connection import Connection
    from tieout.core.outbox.queue import LANES

    folders = (
        ("erp", "voucher_folder", LANES.posting, "exchange:"),
        ("supplier", "message_folder", LANES.supplier, "exchange:messages"),
        ("delivery", "invoice_folder", LANES.delivery, "exchange:invoices"),
    )
    found = [
        Connection(name=name, system=system, queue=queue, settings={"folder": folder})
        for name, system, queue, folder in folders
    ]
    if settings.stripe_url:
        billing = Connection(
            name="stripe",
            system="stripe",
            queue="stripe",
            entity=settings.stripe_entity,
            settings={"url": "env:TIEOUT_STRIPE_URL"},
            secret="env:TIEOUT_STRIPE_KEY",  # noqa: S106  where it is, not what it is
        )
        found.append(billing)
    return tuple(found)


def _behind(text: str, *, settings: Settings) -> str | None:
    """What a setting of a connection stands for: a variable of the environment, or a place in the exchange folder."""
    kind, _, name = text.partition(":")
    if kind == "exchange":
        return str(settings.exchange / name)
    if kind == "env":
        ours = {"TIEOUT_STRIPE_URL": settings.stripe_url, "TIEOUT_STRIPE_KEY": settings.stripe_key}
        return ours.get(name) or os.environ.get(name) or None
    return text


def targets(settings: Settings) -> dict[str, Target]:
    """What the settings connect, as targets by queue. The exchange folder is made if it is not there."""
    found = {}
    for connection in first_connections(settings):
        connector = connectors()[connection.system]
        given = {name: _behind(text, settings=settings) or "" for name, text in connection.settings.items()}
        secret = _behind(connection.secret, settings=settings) or ""
        found[connection.queue] = connector.target(replace(connection, settings=given), secret)
    return found


def mapping_advisor() -> MappingAdvisor:
    """Who is asked whose stray usage is: past corrections."""
    from tieout.advice.past_mappings import ADVISOR

    return ADVISOR


def stand_in_erp(settings: Settings) -> Importer:
    """The stand-in of an ERP that imports from the exchange folder: for the demo and measurements, never in production."""
    from tieout.connectors.voucher_folder.importer import Importer

    return Importer(settings.exchange)


def work(settings: Settings) -> Work:
    """What a worker of this process is given."""
    from tieout.worker.chores import Work

    targets(settings)  # an ERP looks into the exchange folder before the first voucher lies there
    ours = engine(settings)
    return Work(engine=ours, targets=ours.connected.targets, owner=f"{socket.gethostname()}/{os.getpid()}")


def open_desk(settings: Settings) -> None:
    """Puts the engine behind the pages and the calls of this process."""
    from tieout.engine import desk

    desk.open_desk(desk.EngineDesk(engine=engine(settings), codes=taxonomy()))
