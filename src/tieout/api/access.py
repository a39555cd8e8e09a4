"""Who calls: a signed-in person's session, with its CSRF token on every call that changes something; their scope."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest
from ninja.security import SessionAuth

from tieout.core.values.scope import Scope
from tieout.engine.application import time_by
from tieout.identity.models import User
from tieout.identity.scopes import scope_of


class Session(SessionAuth):
    """A session as the sign-in pages make it. Nobody: 401."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002  the framework's shape
        """The user of the session."""
        return request.user if isinstance(request.user, User) else None


def scope(request: HttpRequest) -> Scope:
    """The caller's scope in the tenant of their session. Raises `Refused` where they have no grant."""
    assert isinstance(request.user, User), "every call is behind its authentication"
    return scope_of(request.user, on=now().date(), tenant=request.session.get("tenant"))


def now() -> datetime:
    """The present moment: the outermost room reads the clock, so that no other has to."""
    return time_by(lambda: datetime.now(UTC))
