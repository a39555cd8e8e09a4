"""Notices to the log: of each row of identity that is saved or deleted, whoever does it, and of each sign-in, also one that failed.

Django's signals say so: a command, a page and its own admin pages are all the same to them. Updates of many rows at once send none: nothing
here uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from tieout.core.audit.records import INSTALLATION, Form, Key
from tieout.core.values.scope import Scope
from tieout.core.values.who import actor
from tieout.identity.forms import FORMS
from tieout.identity.models import User
from tieout.identity.scopes import tenants_of

_BEFORE: Final = "_shown_before"


class Log(Protocol):
    """Keeps what happens, in the caller's transaction. A scope names whose log it is, and who acts."""

    def shown(self, scope: Scope, form: Form, key: Key) -> Mapping[str, Any]:
        """What is stated in plain of a row as it is now."""
        ...

    def changed(self, scope: Scope, form: Form, key: Key, before: Mapping[str, Any], *, at: datetime) -> None:
        """The row is as it is now, or gone; `before`: what was stated of it until then."""
        ...

    def happened(self, scope: Scope, what: Mapping[str, Any], *, at: datetime) -> None:
        """Something that no row states."""
        ...


def connect(log: Log) -> None:
    """From now on this log is notified. Once a process, when Django is ready."""
    notices = _Notices(log)
    for model in FORMS:
        name = f"log.{model.__name__}"
        for signal, receiver in (
            (pre_save, notices.before), (pre_delete, notices.before), (post_save, notices.after), (post_delete, notices.after),
        ):  # fmt: skip
            signal.connect(receiver, sender=model, weak=False, dispatch_uid=name)
    user_logged_in.connect(notices.signed_in, weak=False, dispatch_uid="log")
    user_login_failed.connect(notices.not_signed_in, weak=False, dispatch_uid="log")
    m2m_changed.connect(notices.rights, weak=False, dispatch_uid="log")


class _Notices:
    """The receivers of Django's signals."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def before(self, sender: type[Model], instance: Model, **_: Any) -> None:
        form = FORMS[sender]
        setattr(instance, _BEFORE, self._log.shown(_scope(form, instance), form, (str(instance.pk),)))

    def after(self, sender: type[Model], instance: Model, **_: Any) -> None:
        form = FORMS[sender]
        before = getattr(instance, _BEFORE, {})
        self._log.changed(_scope(form, instance), form, (str(instance.pk),), before, at=timezone.now())

    def signed_in(self, sender: object, user: User, **_: Any) -> None:  # noqa: ARG002  Django's shape
        self._sign_in(user, "succeeded", by=str(user.pk))

    def not_signed_in(self, sender: object, credentials: Mapping[str, Any], **_: Any) -> None:  # noqa: ARG002  Django's shape
        name = str(credentials.get(User.USERNAME_FIELD, ""))
        self._sign_in(None if "\x00" in name else User.objects.filter(username=name).first(), "failed", by=actor())

    def _sign_in(self, user: User | None, outcome: str, *, by: str) -> None:
        """In the logs of the organisations that the user works for, else in the installation's.

        Of a name that no user has, nothing is kept: it may be a password.
        """
        what = {"sign_in": outcome, "user": str(user.pk) if user else ""}
        for tenant in (tenants_of(user) if user else ()) or (INSTALLATION,):
            self._log.happened(Scope(tenant=tenant, actor=by), what, at=timezone.now())

    def rights(
        self, sender: type[Model], instance: Model, action: str, pk_set: set[Any] | None = None, **_: Any
    ) -> None:
        """Groups and permissions of the admin pages are stated in plain."""
        described = sender._meta  # noqa: SLF001  Django's documented way to a model's table
        if action.startswith("post_") and described.app_label in {"identity", "auth"}:
            changed = sorted(map(str, pk_set or ()))
            what = {"table": described.db_table, "key": [str(instance.pk)], action.removeprefix("post_"): changed}
            self._log.happened(Scope(tenant=INSTALLATION, actor=actor()), what, at=timezone.now())


def _scope(form: Form, instance: Model) -> Scope:
    tenant = str(getattr(instance, form.tenant)) if form.tenant else INSTALLATION
    return Scope(tenant=tenant, actor=actor())
