"""Who asks: the scope of a signed-in person, determined once a request; a page of its own for those who have no grant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.application import time_by
from tieout.identity.models import User
from tieout.identity.scopes import scope_of, tenants_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
ScopedView = Callable[Concatenate[HttpRequest, Scope, P], HttpResponse]


def scoped(view: ScopedView[P]) -> View[P]:
    """Gives a view the scope of the person who asks; without one, a page that explains what is missing and how to get it."""

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if any("\x00" in text for texts in request.GET.lists() for text in texts[1]):
            raise BadRequest("text must not contain a NUL character")
        user = request.user
        assert isinstance(user, User), "the sign-in middleware lets nobody else through"
        try:
            scope = scope_of(user, on=now().date(), tenant=request.session.get("tenant"))
        except Refused as refused:
            page = {"refused": refused, "tenants": tenants_of(user)}
            return render(request, "web/no_scope.html", page, status=403)
        request.scope = scope  # type: ignore[attr-defined]  # for what every page shows: see `frame`
        return view(request, scope, *args, **kwargs)

    update_wrapper(answer, view)
    return answer


def now() -> datetime:
    """The present moment: the outermost room reads the clock, so that no other has to."""
    return time_by(lambda: datetime.now(UTC))
