"""The list of cases: those that need someone, those that wait for evidence, those that are closed."""

from __future__ import annotations

from typing import Final, Literal, cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from tieout.core.values.scope import Scope
from tieout.engine.application import codes, processes
from tieout.store.screens.worklist import Filter, Sorted, View, worklist
from tieout.trade.keys import BY_NUMBER
from tieout.web.asking import now, scoped
from tieout.web.words import process_name
from tieout.wording.catalogue import marked, text

TITLES: Final[dict[View, str]] = {
    "open": marked("Needs action"),
    "waiting": marked("Waiting for evidence"),
    "closed": marked("Closed cases"),
}
ORDERS: Final[dict[Sorted, str]] = {"priority": marked("Highest priority"), "due": marked("Due soonest")}


@scoped
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """A page of the worklist."""
    wanted = asked(request.GET)
    listed = worklist(scope, wanted, on=now().date(), after=request.GET.get("after", ""))
    kept = chosen(wanted)
    page = {
        "here": wanted.view,
        "at": now(),
        "wanted": wanted,
        "title": text(TITLES[wanted.view]),
        "sizes": listed.counts.sizes,
        "choices": {"queues": listed.counts.queues(wanted.view), "codes": listed.counts.codes(wanted.view)},
        "listed": listed,
        "processes": {name: process_name(name) for name in sorted(set(processes().values()))},
        "orders": {by: text(name) for by, name in ORDERS.items()} if wanted.view != "closed" else {},
        "reasons": {"error": text("Errors"), "policy": text("Required by policy")},
        "narrowed": bool(kept.keys() - {"view", "by"}),
        "list_query": urlencode(kept),
        "next_query": urlencode({**kept, "after": listed.following}) if listed.following else "",
        "later": bool(request.GET.get("after")),
    }
    return render(request, "web/worklist.html", page)


def asked(given: QueryDict) -> Filter:
    """The filter that a query asks for; what is not understood is left out."""
    view, why, process = given.get("view", "open"), given.get("why", ""), given.get("process", "")
    kinds = tuple(kind for kind, name in processes().items() if name == process)
    return Filter(
        process=process if kinds else "",
        kinds=kinds,
        why=cast("Literal['', 'policy', 'error']", why) if why in {"policy", "error"} else "",
        ruled=tuple(row.id for row in codes().values() if row.kind == "policy") if why else (),
        view=cast("View", view) if view in get_args(View) else "open",
        by="due" if given.get("by") == "due" else "priority",
        queue=given.get("queue", "")[:100],
        code=given.get("code", "")[:40],
        counterparty=given.get("counterparty", "").strip()[:100],
        text=given.get("text", "").strip()[:100],
        sorts=BY_NUMBER,
    )


def chosen(wanted: Filter) -> dict[str, str]:
    """The filter as a query: what is chosen only, the view always."""
    fields = {"queue": wanted.queue, "code": wanted.code, "counterparty": wanted.counterparty, "text": wanted.text}
    fields |= {"process": wanted.process, "why": wanted.why, "by": wanted.by if wanted.by != "priority" else ""}
    return {"view": wanted.view, **{name: value for name, value in fields.items() if value}}
