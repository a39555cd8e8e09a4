"""Claims and documents: the list, one document with all that belongs to it, and its original."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from tieout.core.documents.kind import Document
from tieout.core.documents.sheet import Related
from tieout.core.tie_out.key import is_likeness
from tieout.core.values.key import ANY
from tieout.core.values.scope import Scope
from tieout.engine.application import application
from tieout.identity.names import names_of
from tieout.store.screens import documents
from tieout.store.screens.case import ClaimPage, claim
from tieout.trade import accounts
from tieout.trade.keys import BY_NUMBER
from tieout.web.asking import now, scoped
from tieout.web.hands import hands
from tieout.web.original import Shown, form_of, shown
from tieout.web.overview import GROUPS, groups
from tieout.web.security import PDF_POLICY, TEXT_POLICY
from tieout.web.sheets import sheet
from tieout.web.timeline import timeline
from tieout.web.words import other_side
from tieout.web.worksheet import worksheet


@scoped
def index(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The list of claims."""
    group = request.GET.get("group", "")
    text = request.GET.get("text", "").strip()[:100]
    group = group if group in GROUPS else ""
    after = request.GET.get("after", "")
    listed = documents.claims(scope, statuses=GROUPS.get(group, ()), text=text, sorts=BY_NUMBER, after=after)
    kept = {name: value for name, value in (("group", group), ("text", text)) if value}
    page = {
        "here": "claims",
        "at": now(),
        "listed": listed,
        "group": group,
        "groups": groups(),
        "text": text,
        "next_query": urlencode({**kept, "after": listed.following}) if listed.following else "",
        "first_query": urlencode(kept),
        "later": bool(after),
    }
    return render(request, "web/claims.html", page)


@scoped
def of_claim(request: HttpRequest, scope: Scope, claim_id: UUID) -> HttpResponse:
    """A claim's page is that of its present document."""
    page = claim(scope, claim_id)
    if page is None:
        raise Http404
    return redirect(f"{reverse('document', args=[page.document])}?{request.GET.urlencode()}".rstrip("?"))


@scoped
def show(request: HttpRequest, scope: Scope, document: UUID) -> HttpResponse:
    """One document."""
    recorded = documents.document(scope, document, kinds=application().kinds)
    if recorded is None:
        raise Http404
    owner = claim(scope, recorded.claim) if recorded.claim else None
    kept = _original(scope, document)
    inside = kept is not None and not (len(kept.kinds) > 1 and accounts.KINDS & set(kept.kinds))
    if recorded.document is None:
        return _erased(request, recorded, owner)
    seen = recorded.document if accounts.sees_accounts(scope.grants) else accounts.masked(recorded.document)
    page = {
        "here": "claims",
        "at": now(),
        "recorded": recorded,
        "hands": hands(recorded),
        "sheet": sheet(seen, application().kinds),
        "original": (shown(kept.content) if inside else Shown(form="list")) if kept else None,
        "chain": _chain(scope, recorded.document, but=recorded.link.id),
        **(_claim(owner) if owner else {}),
    }
    return render(request, "web/document.html", page)


def _erased(request: HttpRequest, recorded: documents.DocumentPage, owner: ClaimPage | None) -> HttpResponse:
    """What is left of a document whose content was erased."""
    page = {
        "here": "claims",
        "at": now(),
        "recorded": recorded,
        "hands": hands(recorded),
        **(_claim(owner) if owner else {}),
    }
    return render(request, "web/erased.html", page)


@xframe_options_sameorigin
@scoped
def original(request: HttpRequest, scope: Scope, document: UUID) -> HttpResponse:
    """The bytes as they came, to be kept (`?keep`) or, a PDF only, to be shown inside the page. Never as a page."""
    kept = _original(scope, document)
    if kept is None:
        raise Http404
    inside = form_of(kept.content) == "pdf" and "keep" not in request.GET
    response = HttpResponse(kept.content, content_type="application/pdf" if inside else "application/octet-stream")
    name = quote(kept.name or f"{document}.bin", safe="")
    response.headers["Content-Disposition"] = f"{'inline' if inside else 'attachment'}; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = PDF_POLICY if inside else TEXT_POLICY
    return response


def _original(scope: Scope, document: UUID) -> documents.Original | None:
    """The source file, unless it holds accounts that the person does not see."""
    kept = documents.original(scope, document)
    if kept is not None and accounts.KINDS & set(kept.kinds) and not accounts.sees_accounts(scope.grants):
        return None
    return kept


def _claim(owner: ClaimPage) -> dict[str, Any]:
    names = names_of({happening.actor for happening in owner.happenings})
    return {
        "claim": owner,
        "worksheet": worksheet(owner.judged.rows, (), kind=owner.state.kind, status=owner.judged.verdict.status)
        if owner.judged
        else None,
        "timeline": timeline(owner.happenings, names, other_side(owner.state.kind)),
    }


def _chain(scope: Scope, document: Document, *, but: UUID) -> list[documents.DocumentLink]:
    book = getattr(document, "entity", ANY)
    kind = application().kinds.of(document)
    if kind.related is None:
        related = Related(keys=tuple(key for key in kind.keys(document) if not is_likeness(key)))
    else:
        related = kind.related(document)
    links = documents.hanging(scope, related.keys, related.ledgers, book=book)
    return [link for link in links if link.id != but]
