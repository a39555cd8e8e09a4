"""The case page: what is wrong in words and figures, what would clear it, and the buttons that the law allows."""

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
from tieout.core.case.legal import allowed_commands, queue_of
from tieout.core.case.state import Case
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.desk import desk
from tieout.identity.names import names_of
from tieout.store.screens.case import CasePage, case
from tieout.store.screens.worklist import Filter, Lane, Worklist, choices, worklist
from tieout.web.asking import now, scoped
from tieout.web.asks import ADDS, FORMS, CommandForm, asks, done, form_for
from tieout.web.headline import headline
from tieout.web.pressing import pressing
from tieout.web.timeline import timeline
from tieout.web.words import counterparty
from tieout.web.worklist import asked, chosen
from tieout.web.worksheet import worksheet


@scoped
def show(request: HttpRequest, scope: Scope, case_id: UUID) -> HttpResponse:
    """The page."""
    return render(request, "web/case.html", _page(request, scope, _found(scope, case_id)))


@require_POST
@scoped
def command(request: HttpRequest, scope: Scope, case_id: UUID, name: str) -> HttpResponse:
    """A button: the command goes to the engine. Refused or not understood: the same page says why, and keeps the words."""
    found = _found(scope, case_id)
    if name not in FORMS:
        raise Http404
    known = cast("CommandName", name)
    form = form_for(known, found.state, scope.actor, request.POST, side=counterparty(found.claim.state.kind))
    refused: Refused | None = None
    if form.is_valid():
        try:
            wish = form.command()
            desk().submit(scope, case_id, wish, at=now(), seen=_seen(request, known))
        except Refused as why:
            refused = why
        else:
            return _after(request, scope, case_id, done(wish, counterparty(found.claim.state.kind)))
    page = _page(request, scope, _found(scope, case_id), kept={known: form})
    return render(request, "web/case.html", {**page, "refused": refused}, status=409 if refused else 422)


def _seen(request: HttpRequest, name: CommandName) -> int | None:
    """The version of the case that was on the screen, for commands that depend on what was seen."""
    version = request.POST.get("seen", "")
    return int(version) if name not in ADDS and version.isascii() and version.isdigit() else None


def _after(request: HttpRequest, scope: Scope, case_id: UUID, said: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        page = _page(request, scope, _found(scope, case_id))
        return render(request, "web/case.html", {**page, "done": said})
    messages.success(request, said)
    query = request.GET.urlencode()
    return redirect(request.path.rsplit("/", 2)[0] + "/" + (f"?{query}" if query else ""))


def _found(scope: Scope, case_id: UUID) -> CasePage:
    found = case(scope, case_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, scope: Scope, found: CasePage, *, kept: Mapping[CommandName, CommandForm] | None = None
) -> dict[str, Any]:
    at = now()
    people = {each.actor for each in found.claim.happenings} | {found.state.assignee}
    names = names_of(people)
    lane = lane_of(found.state)
    wanted = asked(request.GET) if "lane" in request.GET else Filter(lane=lane)
    listed = worklist(scope, wanted, on=at.date(), size=200)
    before, after = _neighbours(case_id=found.line.id, listed=listed)
    judged = found.claim.judged
    held = desk().authority(scope, entity=found.claim.state.entity, queue=queue_of(found.state), at=at)
    offered = asks(
        found.state,
        allowed_commands(found.state.state, held.roles),
        scope.actor,
        kept=kept or {},
        side=counterparty(found.claim.state.kind),
        kind=found.claim.state.kind,
    )
    return {
        "here": lane,
        "at": at,
        "case": found,
        "headline": headline(found, at=at),
        "pressing": ""
        if found.state.ended
        else pressing(found.claim.state.urgency, found.state.at_stake, on=at.date()),
        "worksheet": worksheet(judged.rows, {each.where for each in found.findings}, kind=found.claim.state.kind)
        if judged
        else None,
        "asks": offered,
        "kept": next(iter(kept or ()), ""),
        "timeline": timeline(found.claim.happenings, names, counterparty(found.claim.state.kind)),
        "assignee": names.get(found.state.assignee, found.state.assignee),
        "mine": bool(found.state.assignee) and found.state.assignee == scope.actor,
        "queues": choices(scope, "someone").queues,
        "before": before,
        "after": after,
        "list_query": urlencode(chosen(wanted)),
    }


def lane_of(case: Case) -> Lane:
    """In which list a case stands."""
    if case.ended:
        return "ended"
    return "world" if case.wait_until is not None or case.state in {"waiting", "asked"} else "someone"


def _neighbours(case_id: UUID, listed: Worklist) -> tuple[UUID | None, UUID | None]:
    """The cases before and after one in its list; the list's first where it is no longer in it (it has been dealt with)."""
    ids = [line.id for line in listed.lines]
    if case_id not in ids:
        return None, ids[0] if ids else None
    k = ids.index(case_id)
    return (ids[k - 1] if k else None), (ids[k + 1] if k + 1 < len(ids) else None)
