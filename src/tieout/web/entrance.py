"""Coming in and going out: the sign-in page, the one-time link, the choice of a tenant, sign-out."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tieout.core.values.errors import Refused
from tieout.identity.links import use_link
from tieout.identity.models import User
from tieout.identity.scopes import tenants_of
from tieout.web.asking import now


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Name and password. Those who are signed in already are sent on."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True


@never_cache
@login_not_required
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link. Looking at it uses nothing up (mail scanners and previews look too); the button does."""
    if request.method != "POST":
        return render(request, "web/enter.html")
    try:
        user = use_link(token, at=now())
    except Refused as refused:
        return render(request, "web/enter.html", {"refused": refused}, status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("overview")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("sign-in")


@require_POST
def choose_tenant(request: HttpRequest) -> HttpResponse:
    """Switches to another tenant that the person works for."""
    assert isinstance(request.user, User), "the sign-in middleware lets nobody else through"
    chosen = request.POST.get("tenant", "")
    if chosen in tenants_of(request.user):
        request.session["tenant"] = chosen
    return redirect("overview")
