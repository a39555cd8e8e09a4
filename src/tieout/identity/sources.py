"""Sources of documents as a tenant has configured them: what each may deliver, and whether `setup` is still open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tieout.core.access import source as core
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.core.values.who import by_them
from tieout.identity.column_mappings import in_force
from tieout.identity.models import Source, User
from tieout.identity.people import person
from tieout.identity.scopes import scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSources:
    """`uploads` are the kinds that a person may hand in by default; `connections` what the tenant's connections may deliver, by name."""

    uploads: frozenset[str]
    connections: Callable[[Scope, str], core.Source] = lambda _, name: _nothing(name)

    def named(self, scope: Scope, name: str, *, on: date) -> core.Source:
        """The source of that name on a day; one that may deliver nothing where there is none, or it is closed."""
        return replace(self._named(scope, name, on=on), mappings=in_force(scope.tenant, name))

    def _named(self, scope: Scope, name: str, *, on: date) -> core.Source:
        row = Source.objects.filter(tenant_id=scope.tenant, name=name).first()
        if name.startswith(core.PERSON):
            return self._person(scope, name, on=on)
        if row is not None:
            return _nothing(name) if row.closed_at else _source(row)
        return self.connections(scope, name)

    def of(self, by: Scope, *, on: date) -> core.Source:
        """What the person may hand in. Raises `Refused` GOV-ROLE where that is nothing."""
        own = core.person_source(by, self.uploads, on=on)
        row = Source.objects.filter(tenant_id=by.tenant, name=own.name, closed_at__isnull=True).first()
        own = replace(own, mappings=in_force(by.tenant, own.name))
        return own if row is None else replace(own, kinds=own.kinds | frozenset(row.kinds))

    def _person(self, scope: Scope, name: str, *, on: date) -> core.Source:
        try:
            user = User.objects.get(pk=UUID(name.removeprefix(core.PERSON)))
            return self.of(scope_of(user, on=on, tenant=scope.tenant), on=on)
        except (ValueError, User.DoesNotExist, Refused):
            return _nothing(name)


def person_name(user: str) -> str:
    """The name of a user as a source. Raises `Refused` where there is no such user."""
    return f"{core.PERSON}{person(user).pk}"


def setup_is_open(tenant: str) -> bool:
    """Whether the console of the machine may still deliver everything."""
    return Source.objects.filter(tenant_id=tenant, name=core.SETUP, closed_at__isnull=True).exists()


def every(scope: Scope) -> Sequence[Source]:
    """The sources of a tenant, `setup` among them, by name."""
    return list(Source.objects.filter(tenant_id=scope.tenant))


@by_them
def allow(
    by: Scope, name: str, *, kinds: Collection[str], entities: Collection[str], possible: Collection[str]
) -> Source:
    """Sets what a source may deliver, in place of any earlier setting. Raises `Malformed`."""
    if name == core.SETUP or not name.strip():
        raise Malformed(
            "{name!r} is no name for a source", where="name", remedy="take another name; setup is reserved", name=name
        )
    unknown = sorted(set(kinds) - set(possible) - {core.ANY})
    if unknown or not kinds:
        raise Malformed(
            "{unknown}: no such kind of document" if unknown else "a source needs at least one kind",
            where="kind",
            remedy="kinds are: {possible}",
            unknown=", ".join(unknown),
            possible=", ".join(sorted(possible)),
        )
    barred = sorted(set(kinds) & core.BY_COMMAND)
    if barred:
        raise Malformed(
            "{barred} is written by commands alone", where="kind", remedy="leave it out", barred=", ".join(barred)
        )
    row, _ = Source.objects.update_or_create(
        tenant_id=by.tenant,
        name=name,
        defaults={
            "kinds": sorted(set(kinds)),
            "entities": sorted(set(entities)),
            "named_by": by.name or by.actor,
            "closed_at": None,
            "closed_by": "",
        },
    )
    return row


@by_them
def close(by: Scope, name: str, *, at: datetime) -> bool:
    """Closes a source: it may deliver nothing any more. Returns whether it was open. Raises `Malformed` where there is none."""
    rows = Source.objects.filter(tenant_id=by.tenant, name=name)
    if not rows.exists():
        raise Malformed("there is no source {name!r}", where="name", remedy="tieout sources lists them", name=name)
    with transaction.atomic():
        opened = list(rows.filter(closed_at__isnull=True).select_for_update())
        for row in opened:
            row.closed_at, row.closed_by = at, by.name or by.actor
            row.save(update_fields=["closed_at", "closed_by"])
    return bool(opened)


def _source(row: Source) -> core.Source:
    return core.Source(name=row.name, kinds=frozenset(row.kinds), entities=frozenset(row.entities))


def _nothing(name: str) -> core.Source:
    return core.Source(name=name, kinds=frozenset())
