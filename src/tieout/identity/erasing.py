"""Erasing a person: the account is closed and holds no name and no address any more. What they did stays, under the user's id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models, transaction

from tieout.core.values.errors import Malformed
from tieout.identity.forms import FORMS
from tieout.identity.models import ColumnMapping, Grant, Source, User
from tieout.identity.people import person

_NAMING: Final = (
    (Grant, ("given_by",)),
    (Source, ("named_by", "closed_by")),
    (ColumnMapping, ("made_by", "removed_by")),
)
"""Where the name of a user stands besides the user's own row: who gave or changed something. Everywhere else it is the id."""

NAMING_FORMS: Final = frozenset(FORMS[model].name for model, _ in _NAMING)
"""The forms of these rows: entries about them hold digests of user names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What there is of a person. `alone` are the (role, tenant) that nobody else holds, `mentions` rows that state the user name."""

    id: str
    name: str
    grants: tuple[Grant, ...]
    alone: tuple[tuple[str, str], ...]
    links: int
    sessions: int
    mentions: int
    is_closed: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be ended or emptied."""
        return self.is_closed and not (self.grants or self.links or self.sessions)


def account(name: str) -> Account:
    """What there is of the person of that user name. Raises `Refused` where there is none."""
    user = person(name)
    grants = tuple(user.grants.select_related("entity").order_by("tenant_id", "role", "entity__code", "queue"))
    others = set(Grant.objects.exclude(user=user).values_list("role", "tenant_id"))
    rights = user.is_staff or user.is_superuser or user.groups.exists() or user.user_permissions.exists()
    stated = user.first_name or user.last_name or user.email
    return Account(
        id=str(user.pk),
        name=name,
        grants=grants,
        alone=tuple(sorted({(grant.role, grant.tenant_id) for grant in grants} - others)),
        links=user.sign_in_links.count(),
        sessions=len(_sessions(user)),
        mentions=sum(rows.count() for _, _, rows in _mentions(name)),
        is_closed=not (user.is_active or user.has_usable_password() or rights or stated),
    )


def checked_rename(name: str, new: str) -> str:
    """The user name in place of `name`: `new`, or `name` itself where none is wanted.

    Raises `Malformed` for one that is none or that somebody has, and where an address would stay as the user name.
    """
    if new in {"", name}:
        if "@" in name:
            raise Malformed(
                "the user name {name!r} is an address itself",
                where="--rename",
                remedy="give the account another one: --rename NEW",
                name=name,
            )
        return name
    try:
        User._meta.get_field("username").clean(new, None)  # noqa: SLF001  Django's documented way to a model's field
    except ValidationError as error:
        raise Malformed("; ".join(error.messages), where="--rename", remedy="letters, digits and @ . + - _") from error
    if User.objects.filter(username=new).exists():
        raise Malformed("there is a user {name!r} already", where="--rename", remedy="take another user name", name=new)
    return new


@transaction.atomic
def erase(name: str, *, rename: str = "", then: Callable[[User], None]) -> None:
    """Closes the account, ends its grants, links and sessions, and empties names, mail address and password.

    `rename`: also the user name becomes this one, in the account and where rows state it. `then` is called in the same transaction
    when the rows are written. Raises `Refused` where there is no such user, `Malformed` as `checked_rename` does.
    """
    user = User.objects.select_for_update().get(pk=person(name).pk)
    new = checked_rename(name, rename)
    user.grants.all().delete()
    user.sign_in_links.all().delete()
    Session.objects.filter(pk__in=_sessions(user)).delete()
    for rights in (user.groups, user.user_permissions):
        if rights.exists():
            rights.clear()
    user.username, user.first_name, user.last_name, user.email = new, "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    if new != name:
        _rename_mentions(name, user)
    then(user)


def _rename_mentions(name: str, user: User) -> None:
    for _, columns, rows in _mentions(name):
        for row in rows.select_for_update().order_by("pk"):
            for column in columns:
                if getattr(row, column) == name:
                    setattr(row, column, user.username)
            row.save(update_fields=columns)
    shown = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    shown.update(object_repr=user.username)


def _mentions(name: str) -> Iterator[tuple[type[Any], tuple[str, ...], models.QuerySet[Any]]]:
    """Models, their columns that state a user name, and their rows that state this one."""
    for model, columns in _NAMING:
        stated = models.Q()
        for column in columns:
            stated |= models.Q(**{column: name})
        yield model, columns, model._default_manager.filter(stated)  # noqa: SLF001  Django's documented way to any model's rows


def _sessions(user: User) -> list[str]:
    """The keys of the sessions in which a user is signed in. Only the session itself says whose it is."""
    return [row.pk for row in Session.objects.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
