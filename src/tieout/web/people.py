"""Who may do what: the grants of a tenant, given and ended by its controllers and engineers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.application import application
from tieout.identity.people import entities_of, give, grants_of, take_back
from tieout.web.asking import now, scoped
from tieout.web.frame import GRANTS, may_grant
from tieout.web.words import not_an_amount
from tieout.wording.catalogue import marked, text
from tieout.wording.chosen import language
from tieout.wording.figures import money_written
from tieout.wording.sentences import sentence


class GrantForm(forms.Form):
    """A grant: to whom, which role, where, up to how much, until when."""

    name = forms.CharField(label=marked("User name"), max_length=150)
    role = forms.ChoiceField(label=marked("Role"))
    entity = forms.ChoiceField(label=marked("Company"), required=False)
    queue = forms.CharField(label=marked("Queue (left empty: the queues of the role)"), required=False, max_length=100)
    limit = forms.CharField(
        label=marked("Accepts on one invoice or other claim up to, for example 5000 EUR (left empty: no limit)"),
        required=False,
    )
    until = forms.DateField(
        label=marked("Last day (left empty: no end)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = text(str(field.label))
        everywhere = [] if scope.entities else [("", text("Every company"))]
        companies = [(entity.code, str(entity)) for entity in entities_of(scope)]
        self.fields["role"].choices = [(role.id, text(role.name)) for role in application().roles.values()]  # type: ignore[attr-defined]
        self.fields["entity"].choices = everywhere + companies  # type: ignore[attr-defined]

    def clean_limit(self) -> Money | None:
        """The limit as money."""
        written = self.cleaned_data["limit"].strip()
        try:
            return money_written(written, language()) if written else None
        except Malformed as error:
            raise forms.ValidationError(not_an_amount(written)) from error


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The grants that the person may see, and the form for another one."""
    _require(scope)
    return _page(request, scope, GrantForm(scope=scope))


@require_POST
@scoped
def grant(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Grants a role. What is refused or invalid is reported on the same page, and nothing that was typed is lost."""
    _require(scope)
    form = GrantForm(request.POST, scope=scope)
    if not form.is_valid():
        return _page(request, scope, form, status=422)
    fields = form.cleaned_data
    _require_for(scope, fields["entity"])
    try:
        given = give(
            scope,
            fields["name"].strip(),
            fields["role"],
            entity=fields["entity"],
            queue=fields["queue"].strip(),
            limit=fields["limit"],
            until=fields["until"],
            roles=application().roles.keys(),
            at=now(),
        )
    except Refused as refused:
        return _page(request, scope, form, refused=sentence(refused.message), status=409)
    except Malformed as error:
        return _page(request, scope, form, refused=f"{sentence(error.message)}; {sentence(error.remedy)}", status=422)
    role = text(application().roles[given.role].name)
    messages.success(request, text("{user} now has the role {role}.", user=given.user.get_username(), role=role))
    return redirect("people")


@require_POST
@scoped
def end(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Ends a grant."""
    _require(scope)
    try:
        ended = UUID(request.POST.get("grant", ""))
    except ValueError as error:
        raise Http404 from error
    held = next((row for row in grants_of(scope) if row.pk == ended), None)
    if held is None:
        raise Http404
    _require_for(scope, held.entity.code if held.entity else "")
    try:
        take_back(scope, ended)
    except Refused as refused:
        return _page(request, scope, GrantForm(scope=scope), refused=sentence(refused.message), status=409)
    messages.success(request, text("The role has been withdrawn."))
    return redirect("people")


def _require(scope: Scope) -> None:
    if not may_grant(scope):
        raise Http404


def _require_for(scope: Scope, entity: str) -> None:
    """Raises 404 where the person grants roles, but not in that company."""
    if not any(held.role in GRANTS and not held.queue and held.entity in {"", entity} for held in scope.grants):
        raise Http404


def _page(request: HttpRequest, scope: Scope, form: GrantForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    names = {role.id: text(role.name) for role in application().roles.values()}
    grants = [(row, names.get(row.role, row.role)) for row in grants_of(scope)]
    page = {"here": "people", "form": form, "grants": grants, "refused": refused}
    return render(request, "web/people.html", page, status=status)
