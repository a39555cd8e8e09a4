"""The wiring: the only module that knows every plug-in. Built-in ones come in by the same entry points as strangers'.

What needs a database is imported where it is wired: `tieout check` and scenarios ask for packs and policy alone.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from tieout.core.documents.kernel_kinds import kinds_of
from tieout.core.documents.kind import Kinds
from tieout.core.findings.catalogue import Catalogue, catalogue_of
from tieout.core.policy.facts import Dimension
from tieout.core.policy.policy import Policy
from tieout.core.policy.rule import HOURS, RuleSpec
from tieout.core.tie_out.pack import Pack
from tieout.core.values.errors import Malformed
from tieout.formats.policy_words import Vocabulary
from tieout.formats.policy_yaml import read_policy
from tieout.trade.intake import PACK as INTAKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tieout.config.table import Settings
    from tieout.connectors.voucher_folder.importer import Importer
    from tieout.core.findings.code import Code
    from tieout.core.outbox.target import Target
    from tieout.engine.plugged import Engine
    from tieout.engine.prepare import Reader
    from tieout.engine.receive import Incoming
    from tieout.trade.mapping_advice import MappingAdvisor
    from tieout.worker.chores import Work

    Source = Callable[[datetime | None], Iterator[Incoming]]

Named = TypeVar("Named", RuleSpec[Any], Dimension)


@cache
def packs() -> tuple[Pack, ...]:
    """Every installed process pack, by name, and intake, which is always there."""
    installed = sorted(entry_points(group="tieout.packs"), key=lambda found: found.name)
    return (*(found.load() for found in installed), INTAKE)


@cache
def kinds() -> Kinds:
    """The kinds of documents that the kernel and the installed packs know."""
    return kinds_of(pack.documents for pack in packs())


def pack_named(name: str) -> Pack:
    """The installed pack of this name. Raises `Malformed`."""
    found = next((pack for pack in packs() if pack.name == name), None)
    if found is None:
        known = ", ".join(pack.name for pack in packs()) or "none is installed"
        raise Malformed(f"there is no pack {name!r}", remedy=f"installed: {known}")
    return found


@cache
def catalogue() -> Catalogue:
    """The kernel's codes, resolutions and silent waits, and every pack's."""
    return catalogue_of(packs())


def taxonomy() -> Mapping[str, Code]:
    """The kernel's codes and every pack's, by id."""
    return catalogue().codes


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
def policy_vocabulary() -> Vocabulary:
    """What policies may speak of: the rules and dimensions of the kernel and of every installed pack."""
    return Vocabulary(
        rules=_one_a_name(HOURS, *(spec for pack in packs() for spec in pack.rules)),
        dimensions=_one_a_name(*(dimension for pack in packs() for dimension in pack.dimensions)),
        processes=tuple(pack.name for pack in packs()),
    )


def _one_a_name(*specs: Named) -> tuple[Named, ...]:
    """One a name. Asserts that packs that name the same thing mean the same."""
    found: dict[str, Named] = {}
    for spec in specs:
        assert found.setdefault(spec.name, spec) == spec, f"two packs bring {spec.name!r} and mean different things"
    return tuple(found.values())


def policy_from(content: bytes) -> Policy:
    """The policy in a YAML text, with the words and codes of what is installed. Raises `Malformed`."""
    return read_policy(content, policy_vocabulary(), codes=tuple(taxonomy()))


@cache
def default_policy(pack: str = "payables") -> Policy:
    """The shipped policy of a pack: complete, careful, and meant to be replaced by your own."""
    return policy_from(default_policy_text(pack))


def default_policies() -> tuple[Policy, ...]:
    """The shipped policies of all packs."""
    return tuple(default_policy(name) for name in default_policy_texts())


def engine(settings: Settings, *, read: Reader | None = None) -> Engine:
    """The engine with everything that is installed. `read` reads batches of files: here, or in processes of its own."""
    from functools import partial

    from tieout.config.secret import read_secret
    from tieout.connectors.stripe_billing import readings
    from tieout.core.outbox.queue import Lanes
    from tieout.engine.plugged import Engine, packs_by_kind
    from tieout.engine.prepare import mapped, reader_here
    from tieout.metering.engine.listening import METERING

    # A claim of the billing system waits for that system's lane even where none is connected (any more).
    return Engine(
        packs=packs_by_kind(packs()),
        kinds=kinds(),
        read_policy=policy_from,
        signing_key=(settings.secret_key or read_secret(settings.home)).encode(),
        read=read or reader_here(kinds()),
        maps={"stripe": mapped(kinds(), partial(readings, entity=settings.stripe_entity))},
        lanes=Lanes(own=(("stripe", "stripe"),)),
        listeners=(METERING,),
    )


def targets(settings: Settings) -> dict[str, Target]:
    """The outer systems that are written to, by lane: all that goes out goes to the exchange folder, made if it is not there.

    A folder that is there and is no exchange is left alone: it may be where a share is not mounted.
    """
    from tieout.connectors.invoice_folder import InvoiceFolder
    from tieout.connectors.message_folder import MessageFolder
    from tieout.connectors.voucher_folder import VoucherFolder
    from tieout.core.outbox.queue import LANES
    from tieout.formats import validation

    rules = validation.validate if validation.available() else None
    vouchers = VoucherFolder(settings.exchange, lane=LANES.posting)
    messages = MessageFolder(settings.exchange / "messages", lane=LANES.messages)
    invoices = InvoiceFolder(settings.exchange / "invoices", lane=LANES.delivery, check=rules)
    if not settings.exchange.exists():
        vouchers.prepare()
    with suppress(OSError):  # no exchange, or not ours to write: every lane says so when they are asked
        vouchers.places.check()
        messages.prepare()
        invoices.prepare()
    return {target.lane: target for target in (vouchers, messages, invoices)} | _billing(settings)


def _billing(settings: Settings) -> dict[str, Target]:
    if not settings.stripe_url:
        return {}
    from tieout.connectors.stripe_billing import Access, StripeBilling

    billing = StripeBilling(Access(settings.stripe_url, settings.stripe_key), lane="stripe")
    return {billing.lane: billing}


def sources(settings: Settings) -> dict[str, Source]:
    """The outer systems that papers are pulled from, by name: each gives what was made since an instant (None: everything)."""
    if not settings.stripe_url:
        return {}
    from tieout.config.errors import CannotRunError
    from tieout.connectors.stripe_billing import Access, NoAnswer, Unreachable, pull
    from tieout.engine.receive import Incoming

    def stripe(since: datetime | None) -> Iterator[Incoming]:
        access = Access(settings.stripe_url, settings.stripe_key)
        try:
            for message in pull(access, since=since):
                yield Incoming(content=message.content, name=message.name, source=message.source)
        except (Unreachable, NoAnswer) as trouble:
            raise CannotRunError(
                f"The pull from {settings.stripe_url} ended early: {trouble}. Pull again."
            ) from trouble
        finally:
            access.close()

    return {"stripe": stripe}


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

    return Work(engine=engine(settings), targets=targets(settings), owner=f"{socket.gethostname()}/{os.getpid()}")


def open_desk(settings: Settings) -> None:
    """Puts the engine behind the pages and the calls of this process."""
    from tieout.engine import desk

    desk.open_desk(desk.EngineDesk(engine=engine(settings), codes=taxonomy()))
