"""Whose an identifier is: what mappings say, and else whether an account has that very name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.decoded import Reference
from tieout.engine.plugged import Engine
from tieout.engine.ready import receive_ready
from tieout.engine.receive import again
from tieout.store import documents
from tieout.trade.documents.customer import Customer
from tieout.trade.documents.subscription import Subscription
from tieout.trade.documents.usage import AccountMapping
from tieout.trade.selling_keys import account_key, customer_key, mapping_key


def in_force(engine: Engine, scope: Scope, keys: Iterable[str]) -> tuple[Document, ...]:
    """The papers in force under these keys, each once, in the order in which they became known."""
    found = [row for row in documents.find(scope, set(keys)) if row.in_force]
    decoded = engine.decoded.fetch(engine.kinds, scope, [Reference(row.id, row.kind, row.sha256) for row in found])
    seen = dict.fromkeys(row.id for row in sorted(found, key=lambda row: (row.recorded_at, row.id)))
    return tuple(decoded[known] for known in seen)


def owners_of(engine: Engine, scope: Scope, identifiers: Collection[str]) -> dict[str, str]:
    """The account of each identifier, "" for nobody's: the mapping in force that was said last, else its namesake."""
    mapped: dict[str, AccountMapping] = {}
    for paper in in_force(engine, scope, map(mapping_key, identifiers)):
        if isinstance(paper, AccountMapping):
            known = mapped.get(paper.number)
            if known is None or (paper.at, paper.account) > (known.at, known.account):
                mapped[paper.number] = paper
    rest = [known for known in identifiers if known not in mapped or not mapped[known].account]
    namesakes = accounts_named(engine, scope, rest)
    return {
        known: mapped[known].account if known in mapped and mapped[known].account else namesakes.get(known, "")
        for known in identifiers
    }


def accounts_named(engine: Engine, scope: Scope, names: Collection[str]) -> dict[str, str]:
    """Which of these names are accounts of subscriptions or numbers of customers, by the name."""
    keys = [key for name in names for key in (account_key(name), customer_key(name))]
    known = set()
    for paper in in_force(engine, scope, keys):
        if isinstance(paper, Subscription):
            known.add(paper.account)
        elif isinstance(paper, Customer):
            known.add(paper.number)
    return {name: name for name in names if name in known}


def map_identifiers(
    engine: Engine, scope: Scope, mappings: Sequence[AccountMapping], *, at: datetime
) -> list[AccountMapping]:
    """Record mappings, and taking them back, each as a document. Gives those that change something; no statement is written yet.

    Raises `Refused` where a mapping names an account that nobody has, or takes back what was never said.
    """

    def write() -> list[AccountMapping]:
        before = _mapped(engine, scope, [each.number for each in mappings])
        accounts = accounts_named(engine, scope, [each.account for each in mappings if each.account])
        new = []
        for each in mappings:
            if each.account and each.account not in accounts:
                raise Refused(
                    "USAGE-ACCOUNT", f"there is no account {each.account!r}: no subscription and no customer has it"
                )
            if not each.account and not before.get(each.number):
                raise Refused("USAGE-UNMAPPED", f"{each.number!r} is not mapped to an account")
            if each.account != before.get(each.number, ""):
                new.append(each)
        receive_ready(engine, scope, new, at=at)
        engine.steps("usage.mapped")
        return new

    return again(scope, write)


def _mapped(engine: Engine, scope: Scope, identifiers: Collection[str]) -> dict[str, str]:
    found = in_force(engine, scope, map(mapping_key, identifiers))
    said = sorted((paper for paper in found if isinstance(paper, AccountMapping)), key=lambda paper: paper.at)
    return {paper.number: paper.account for paper in said}


def mapping(
    identifier: str,
    account: str,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    confidence: Decimal | None = None,
) -> AccountMapping:
    """A mapping; `account` "" takes the one in force back."""
    return AccountMapping(number=identifier, account=account, by=by, at=at, reason=reason, confidence=confidence)
