"""The account of an identifier: the one that its mapping names, else the account of exactly that name."""

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
    """The documents in force under these keys, each once, in the order in which they were recorded."""
    rows = [row for row in documents.find(scope, set(keys)) if row.in_force]
    decoded = engine.decoded.fetch(engine.kinds, scope, [Reference(row.id, row.kind, row.sha256) for row in rows])
    seen = dict.fromkeys(row.id for row in sorted(rows, key=lambda row: (row.recorded_at, row.id)))
    return tuple(decoded[row_id] for row_id in seen)


def owners_of(engine: Engine, scope: Scope, identifiers: Collection[str]) -> dict[str, str]:
    """The account of each identifier, "" for an unmapped one: the latest mapping in force, else the account of that name."""
    mapped: dict[str, AccountMapping] = {}
    for document in in_force(engine, scope, map(mapping_key, identifiers)):
        if isinstance(document, AccountMapping):
            earlier = mapped.get(document.number)
            if earlier is None or (document.at, document.account) > (earlier.at, earlier.account):
                mapped[document.number] = document
    rest = [identifier for identifier in identifiers if identifier not in mapped or not mapped[identifier].account]
    namesakes = accounts_named(engine, scope, rest)
    return {
        identifier: mapped[identifier].account
        if identifier in mapped and mapped[identifier].account
        else namesakes.get(identifier, "")
        for identifier in identifiers
    }


def accounts_named(engine: Engine, scope: Scope, names: Collection[str]) -> dict[str, str]:
    """Which of these names are accounts of subscriptions or numbers of customers, by name."""
    keys = [key for name in names for key in (account_key(name), customer_key(name))]
    accounts = set()
    for document in in_force(engine, scope, keys):
        if isinstance(document, Subscription):
            accounts.add(document.account)
        elif isinstance(document, Customer):
            accounts.add(document.number)
    return {name: name for name in names if name in accounts}


def map_identifiers(
    engine: Engine, scope: Scope, mappings: Sequence[AccountMapping], *, at: datetime
) -> list[AccountMapping]:
    """Record mappings, and their reversals, each as a document. Return those that change something; no statement is written yet.

    Raises `Refused` where a mapping names an account that does not exist, or reverses a mapping that does not exist.
    """

    def write() -> list[AccountMapping]:
        before = _mapped(engine, scope, [change.number for change in mappings])
        accounts = accounts_named(engine, scope, [change.account for change in mappings if change.account])
        new = []
        for change in mappings:
            if change.account and change.account not in accounts:
                raise Refused(
                    "USAGE-ACCOUNT",
                    "there is no billing account {account!r}: no subscription and no customer has it",
                    account=change.account,
                )
            if not change.account and not before.get(change.number):
                raise Refused("USAGE-UNMAPPED", "{number!r} is not mapped to a billing account", number=change.number)
            if change.account != before.get(change.number, ""):
                new.append(change)
        receive_ready(engine, scope, new, at=at)
        engine.steps("usage.mapped")
        return new

    return again(scope, write)


def _mapped(engine: Engine, scope: Scope, identifiers: Collection[str]) -> dict[str, str]:
    current = in_force(engine, scope, map(mapping_key, identifiers))
    mappings = sorted(
        (document for document in current if isinstance(document, AccountMapping)), key=lambda document: document.at
    )
    return {document.number: document.account for document in mappings}


def mapping(
    identifier: str,
    account: str,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    confidence: Decimal | None = None,
    evidence: int | None = None,
) -> AccountMapping:
    """A mapping; `account` "" reverses the one in force."""
    return AccountMapping(
        number=identifier, account=account, by=by, at=at, reason=str(reason), confidence=confidence, evidence=evidence
    )
