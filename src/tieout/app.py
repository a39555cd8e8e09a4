"""The wiring: the only module that knows every plug-in. Built-in ones use the same entry points as those of third parties.

What needs a database is imported where it is wired: `tieout check` and scenarios need packs and policy alone.
"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from tieout.core.access.role import ROLES, Role
from tieout.core.documents.kernel_kinds import kinds_of
from tieout.core.documents.kind import Kinds
from tieout.core.findings.catalogue import Catalogue, catalogue_of
from tieout.core.policy.facts import Dimension
from tieout.core.policy.policy import Policy
from tieout.core.policy.rule import HOURS, RuleSpec
from tieout.core.tie_out.pack import Pack
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.formats.policy_words import Vocabulary
from tieout.formats.policy_yaml import is_former, read_policy
from tieout.trade.intake import PACK as INTAKE
from tieout.wording.catalogue import bring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tieout.config.table import Settings
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.findings.code import Code
    from tieout.core.outbox.connection import Connection, Connector
    from tieout.core.outbox.target import Target
    from tieout.engine.connected import Connected
    from tieout.engine.plugged import Engine
    from tieout.engine.prepare import Reader
    from tieout.trade.mapping_advice import MappingAdvisor
    from tieout.worker.jobs import Work

Named = TypeVar("Named", RuleSpec[Any], Dimension)


@cache
def packs() -> tuple[Pack, ...]:
    """Every installed process pack, by name, and intake, which is always installed. Raises `Malformed`."""
    installed = sorted(entry_points(group="tieout.packs"), key=lambda point: point.name)
    return (*(_loaded(point) for point in installed), INTAKE)


def _loaded(point: EntryPoint) -> Pack:
    """The pack. Raises `Malformed` where it has another name than its entry point: its policy would apply to nothing."""
    pack: Pack = _imported(point)
    if pack.name != point.name:
        raise Malformed(
            "the entry point {name} names a pack that calls itself {pack!r}",
            where=point.value,
            remedy="give both one name, and write it under when in its default_policy.yaml",
            name=point.name,
            pack=pack.name,
        )
    _translated(point)
    return pack


def _imported(point: EntryPoint) -> Any:
    """What the entry point names. Raises `Malformed` where its module, or the name in it, does not exist."""
    try:
        return point.load()
    except ModuleNotFoundError as error:
        # a module that its own code imports in vain is another mistake: the lines of the exception say where
        if not f"{point.module}.".startswith(f"{error.name}."):
            raise
        raise _not_loaded(point, error) from error
    except AttributeError as error:
        if error.name not in point.attr.split("."):
            raise
        raise _not_loaded(point, error) from error


def _not_loaded(point: EntryPoint, error: Exception) -> Malformed:
    return Malformed(
        "the entry point {name} cannot be loaded: {error}",
        where=point.value,
        remedy="correct it in pyproject.toml and install the package again, or uninstall it",
        name=point.name,
        error=error,
    )


def _translated(point: EntryPoint) -> None:
    """The sentences of its package are translated by its own catalogue, if it has one."""
    if files(_package(point)).joinpath("locale").is_dir():
        bring(_package(point))


def _package(point: EntryPoint) -> str:
    """The package of the module that an entry point names: the folder in which the pack is."""
    spec = find_spec(point.module)
    is_package = spec is not None and spec.submodule_search_locations is not None
    return point.module if is_package else point.module.rpartition(".")[0] or point.module


@cache
def kinds() -> Kinds:
    """The kinds of documents that the kernel and the installed packs know."""
    return kinds_of(pack.documents for pack in packs())


def pack_named(name: str) -> Pack:
    """The installed pack of this name. Raises `Malformed`."""
    named = next((pack for pack in packs() if pack.name == name), None)
    if named is None:
        names = ", ".join(pack.name for pack in packs()) or Sentence("none is installed")
        raise Malformed(
            "there is no pack {name!r}",
            remedy="installed: {names}; pip install -e FOLDER adds one",
            name=name,
            names=names,
        )
    return named


@cache
def catalogue() -> Catalogue:
    """The kernel's codes, resolutions and waits without an owner, and every pack's."""
    return catalogue_of(packs())


def taxonomy() -> Mapping[str, Code]:
    """The kernel's codes and every pack's, by id."""
    return catalogue().codes


def default_policy_text(pack: str = "payables") -> bytes:
    """The policy that a pack ships, as YAML. Raises `Malformed` where it ships none."""
    text = default_policy_texts().get(pack)
    if text is None:
        raise Malformed(
            "the pack {pack!r} ships no policy",
            remedy="these do: {packs}",
            pack=pack,
            packs=", ".join(default_policy_texts()),
        )
    return text


@cache
def default_policy_texts() -> dict[str, bytes]:
    """Every shipped policy as YAML, by pack: `default_policy.yaml` in the package of the module that the entry point names."""
    texts = {}
    for point in sorted(entry_points(group="tieout.packs"), key=lambda point: point.name):
        text = files(_package(point)).joinpath("default_policy.yaml")
        if text.is_file():
            texts[point.name] = text.read_bytes()
    return texts


@cache
def policy_vocabulary() -> Vocabulary:
    """The words of policies: the rules and dimensions of the kernel and of every installed pack."""
    return Vocabulary(
        rules=_one_a_name(
            [(Sentence("the kernel"), HOURS), *((pack.name, spec) for pack in packs() for spec in pack.rules)]
        ),
        dimensions=_one_a_name([(pack.name, dimension) for pack in packs() for dimension in pack.dimensions]),
        processes=tuple(pack.name for pack in packs()),
    )


def _one_a_name(brought: Iterable[tuple[str, Named]]) -> tuple[Named, ...]:
    """One for every name. Raises `Malformed` with both packs where two define one name differently."""
    by_name: dict[str, tuple[str, Named]] = {}
    for pack, spec in brought:
        first, defined = by_name.setdefault(spec.name, (pack, spec))
        if defined != spec:
            raise Malformed(
                "{first} and {pack} both define {name!r}, and differently",
                remedy="give one of them another name in its pack",
                first=first,
                pack=pack,
                name=spec.name,
            )
    return tuple(spec for _, spec in by_name.values())


def policy_from(content: bytes) -> Policy:
    """The policy in a YAML text, with the vocabulary and codes of the installed packs. Raises `Malformed`."""
    return read_policy(content, policy_vocabulary(), codes=tuple(taxonomy()))


def stored_policy_from(content: bytes) -> Policy:
    """A policy that is in force: one accepted before amounts needed a currency is read too, and such an amount allows nothing."""
    return read_policy(content, policy_vocabulary(), codes=tuple(taxonomy()), stored=True)


def is_former_policy(content: bytes) -> bool:
    """Whether a policy in force was accepted before amounts needed a currency, and is read as it was then."""
    return is_former(content, policy_vocabulary())


@cache
def default_policy(pack: str = "payables") -> Policy:
    """The shipped policy of a pack: complete, cautious, and meant to be replaced by your own. Raises `Malformed`."""
    content = default_policy_text(pack)
    try:
        return policy_from(content)
    except Malformed as error:
        where = f"default_policy.yaml of the pack {pack}{f', {error.where}' if error.where else ''}"
        raise Malformed(error.message, where=where, remedy=error.remedy) from error


def default_policies() -> tuple[Policy, ...]:
    """The shipped policies of all packs."""
    return tuple(default_policy(name) for name in default_policy_texts())


@cache
def connectors() -> dict[str, Connector]:
    """Every installed connector, by the system that it connects."""
    points = tuple(entry_points(group="tieout.connectors"))
    loaded = [_imported(point) for point in points]
    for point in points:
        _translated(point)
    return {connector.system: connector for connector in sorted(loaded, key=lambda connector: str(connector.system))}


def engine(settings: Settings, *, read: Reader | None = None) -> Engine:
    """The engine with everything that is installed. `read` reads batches of files: here, or in processes of its own."""
    from tieout.config.seal_key import seal_keys
    from tieout.config.seal_witness import SealWitness
    from tieout.engine.plugged import Engine, packs_by_kind
    from tieout.engine.prepare import reader_here
    from tieout.identity.scopes import colleagues
    from tieout.identity.sources import StoredSources
    from tieout.identity.tenants import company_called
    from tieout.metering.engine.listening import METERING

    connections = connected(settings)
    return Engine(
        packs=packs_by_kind(packs()),
        kinds=kinds(),
        read_policy=stored_policy_from,
        signing_key=seal_keys(settings),
        read=read or reader_here(kinds()),
        connected=connections,
        sources=StoredSources(
            uploads=frozenset(kind.name for kind in kinds().values() if kind.by_hand),
            connections=connections.document_source,
        ),
        people=lambda scope, on: colleagues(scope.tenant, on=on),
        roles=roles(),
        queues=queues(),
        listeners=(METERING,),
        witness=SealWitness(settings.seal_witness),
        seal_every=timedelta(minutes=settings.seal_minutes),
        language=settings.language,
        called=company_called,
    )


@cache
def roles() -> dict[str, Role]:
    """The kernel's roles and those that packs bring, by id."""
    return {role.id: role for role in (*ROLES, *(role for pack in packs() for role in pack.roles))}


@cache
def queues() -> frozenset[str]:
    """The queues of every code, and those that packs bring."""
    named = {code.queue for code in taxonomy().values()} | {queue for pack in packs() for queue in pack.queues}
    return frozenset(named) - {""}


def connected(settings: Settings) -> Connected:
    """The connectors, and the connections that a tenant has until somebody changes them."""
    from tieout.engine.connected import Connected

    return Connected(
        kinds=kinds(),
        connectors=connectors(),
        first=first_connections(settings),
        look_up=partial(_behind, settings=settings),
    )


def first_connections(settings: Settings) -> tuple[Connection, ...]:
    """The connections of the settings: the exchange folder for everything sent, and a billing system where one is named."""
    from tieout.core.outbox.connection import Connection
    from tieout.core.outbox.queue import ROUTING

    folders = (
        ("erp", "voucher_folder", ROUTING.posting, "exchange:"),
        ("supplier", "message_folder", ROUTING.messages, "exchange:messages"),
        ("delivery", "invoice_folder", ROUTING.delivery, "exchange:invoices"),
    )
    connections = [
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
            secret="env:TIEOUT_STRIPE_KEY",  # noqa: S106  its place, not its value
        )
        connections.append(billing)
    return tuple(connections)


def _behind(text: str, *, settings: Settings) -> str | None:
    """The value of a setting of a connection: a variable of the environment, or a folder below the exchange folder."""
    kind, _, name = text.partition(":")
    if kind == "exchange":
        return str(settings.exchange / name)
    if kind == "env":
        ours = {"TIEOUT_STRIPE_URL": settings.stripe_url, "TIEOUT_STRIPE_KEY": settings.stripe_key}
        return ours.get(name) or os.environ.get(name) or None
    return text


def targets(settings: Settings) -> dict[str, Target]:
    """The connections of the settings as targets by queue. The exchange folder is created if it does not exist."""
    by_queue = {}
    for connection in first_connections(settings):
        connector = connectors()[connection.system]
        given = {name: _behind(text, settings=settings) or "" for name, text in connection.settings.items()}
        secret = _behind(connection.secret, settings=settings) or ""
        by_queue[connection.queue] = connector.target(replace(connection, settings=given), secret)
    return by_queue


def mapping_advisor() -> MappingAdvisor:
    """Who suggests the account of unmapped usage: past corrections."""
    from tieout.advice.past_mappings import ADVISOR

    return ADVISOR


def stand_in_erp(settings: Settings) -> Importer:
    """The stand-in of an ERP that imports from the exchange folder: for the demo and measurements, never in production."""
    from tieout.connectors.voucher_folder.importer import Importer

    return Importer(settings.exchange)


def work(settings: Settings) -> Work:
    """What a worker of this process works with."""
    from tieout.worker.jobs import Work

    targets(settings)  # an ERP looks into the exchange folder before the first voucher is there
    ours = engine(settings)
    return Work(engine=ours, targets=ours.connected.targets, owner=f"{socket.gethostname()}/{os.getpid()}")


def open_application(settings: Settings) -> None:
    """Makes the engine available to the pages and the API of this process."""
    from tieout.engine import application

    application.open_application(application.EngineApplication(engine=engine(settings), codes=taxonomy()))
