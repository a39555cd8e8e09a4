"""The case page: what is wrong in words and figures, what would clear it, and the commands that are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tieout.core.case.commands import CommandName
from tieout.core.case.state import Case
from tieout.core.findings.kernel_resolutions import REJECTION
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.application import application, catalogue
from tieout.engine.letters import Letters
from tieout.identity.names import names_of
from tieout.store.screens.candidates import candidates
from tieout.store.screens.case import CasePage, case
from tieout.store.screens.worklist import Filter, View, neighbours, open_queues
from tieout.web.asking import now, scoped
from tieout.web.asks import ADDS, FORMS, asks, form_for
from tieout.web.command_form import CommandForm
from tieout.web.headline import headline
from tieout.web.letter_fields import NOBODY
from tieout.web.notices import done
from tieout.web.pressing import pressing
from tieout.web.resolving import Choices, Resolve, instructions
from tieout.web.timeline import timeline
from tieout.web.words import day, other_side
from tieout.web.worklist import asked, chosen
from tieout.web.worksheet import worksheet


@scoped
def show(request: HttpRequest, scope: Scope, case_id: UUID) -> HttpResponse:
    """The page."""
    return render(request, "web/case.html", _page(request, scope, _readable_case(scope, case_id)))


@require_POST
@scoped
def command(request: HttpRequest, scope: Scope, case_id: UUID, name: str) -> HttpResponse:
    """A button: the command goes to the engine. Refused or invalid: the same page gives the reason, and keeps what was typed."""
    page = _readable_case(scope, case_id)
    if name not in FORMS:
        raise Http404
    asked_for = cast("CommandName", name)
    side = other_side(page.claim.state.kind)
    letters = _letters(scope, page, reason=request.POST.get("note", ""))
    choices = _choices(scope, page)

    def form_of(data: Mapping[str, Any]) -> CommandForm:
        return form_for(asked_for, page.state, scope.actor, data, side=side, choices=choices, letters=letters)

    form = form_of(request.POST)
    refused: Refused | None = None
    if form.is_valid() and isinstance(form, Resolve) and form.to_be_read():
        # Nothing is sent unread: the letter with the reason in it comes back to be read, changed, and sent.
        content = _page(request, scope, page, kept={asked_for: form_of({**request.POST.dict(), **form.proposed()})})
        return render(request, "web/case.html", {**content, "read_letter": True})
    if form.is_valid():
        try:
            wish = form.command()
            application().submit(scope, case_id, wish, at=now(), seen=_seen(request, asked_for))
        except Refused as why:
            refused = why
        else:
            return _after(request, scope, case_id, done(wish, side))
    content = _page(request, scope, _readable_case(scope, case_id), kept={asked_for: form})
    return render(request, "web/case.html", {**content, "refused": refused}, status=409 if refused else 422)


def _seen(request: HttpRequest, name: CommandName) -> int | None:
    """The version of the case that was on the screen, for commands that depend on what was seen."""
    version = request.POST.get("seen", "")
    return int(version) if name not in ADDS and version.isascii() and version.isdigit() else None


def _after(request: HttpRequest, scope: Scope, case_id: UUID, notice: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        page = _page(request, scope, _readable_case(scope, case_id))
        return render(request, "web/case.html", {**page, "done": notice})
    messages.success(request, notice)
    query = request.GET.urlencode()
    return redirect(request.path.rsplit("/", 2)[0] + "/" + (f"?{query}" if query else ""))


def _readable_case(scope: Scope, case_id: UUID) -> CasePage:
    page = case(scope, case_id)
    if page is None:
        raise Http404
    return page


def _page(
    request: HttpRequest, scope: Scope, page: CasePage, *, kept: Mapping[CommandName, CommandForm] | None = None
) -> dict[str, Any]:
    at = now()
    people = {happening.actor for happening in page.claim.happenings} | {page.state.assignee}
    names = names_of(people)
    view = view_of(page.state)
    wanted = asked(request.GET) if "view" in request.GET else Filter(view=view)
    before, after = neighbours(scope, wanted, page.line.id, on=at.date())
    judged = page.claim.judged
    offered = application().offers(scope, page.line.id, at=at)
    side = other_side(page.claim.state.kind)
    return {
        "here": view,
        "at": at,
        "case": page,
        "headline": headline(page, at=at),
        "pressing": "" if page.state.ended else pressing(page.claim.state.urgency, page.state.at_stake, on=at.date()),
        "worksheet": worksheet(
            judged.rows,
            {finding.where for finding in page.findings},
            kind=page.claim.state.kind,
            status=judged.verdict.status,
        )
        if judged
        else None,
        "asks": asks(
            page.state,
            offered,
            scope.actor,
            kept=kept or {},
            side=side,
            kind=page.claim.state.kind,
            choices=_choices(scope, page),
            letters=_letters(scope, page),
        ),
        "nobody_to_ask": offered.lacking,
        "instructions": instructions(offered),
        "pending": page.claim.dirty and not page.state.ended,
        "posted": tuple(part.ref for part in page.claim.state.posted),
        "tied_out": "tied" in request.GET and not page.claim.dirty and not page.state.ended,
        "kept": next(iter(kept or ()), ""),
        "timeline": timeline(page.claim.happenings, names, side),
        "assignee": names.get(page.state.assignee, page.state.assignee),
        "mine": bool(page.state.assignee) and page.state.assignee == scope.actor,
        "queues": open_queues(scope),
        "before": before,
        "after": after,
        "list_query": urlencode(chosen(wanted)),
    }


def _letters(scope: Scope, page: CasePage, *, reason: str = "") -> Letters:
    """The letters that the resolutions of the case send, and that of a question; none for a case that has ended."""
    if page.state.ended:
        return NOBODY
    names = dict.fromkeys(name for finding in page.state.findings for name in finding.resolutions)
    names.setdefault(REJECTION)
    sending = [name for name in names if catalogue().resolution(name).effect in {"ask", "reject"}]
    return application().letters(scope, page.line.id, at=now(), reason=reason, resolutions=sending)


def _choices(scope: Scope, page: CasePage) -> Choices:
    """What the resolutions of the case may name: the open documents of the other side, by kind."""
    names = dict.fromkeys(name for finding in page.state.findings for name in finding.resolutions)
    fields = (field for name in names for field in catalogue().resolution(name).fields)
    claim = page.claim.state
    chosen_kinds = dict.fromkeys(field.chooses for field in fields if field.chooses)
    listed = {
        kind: candidates(
            scope,
            application().kinds,
            kind,
            counterparty=page.line.counterparty,
            entity=claim.entity,
            asked=page.claim.payable,
        )
        for kind in chosen_kinds
    }
    return {
        kind: [
            (link.number, " · ".join(part for part in (link.number, day(link.issue_date)) if part)) for link in links
        ]
        for kind, links in listed.items()
    }


def view_of(case: Case) -> View:
    """The list that a case is in."""
    if case.ended:
        return "closed"
    return "waiting" if case.wait_until is not None or case.state in {"waiting", "asked"} else "open"
