"""Every address of the product, with calls that ask it for somebody else's.

An entry stands for one pattern of the pages or one operation of the API; what it makes is asked by people who may do
everything in their own books and nothing in those, and by somebody who may. An address without an entry fails the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.others import Books
from tieout.core.case.commands import NAMES
from tieout.formats import canonical_json
from tieout.web.asks import FORMS

HIDDEN: Final = frozenset({403, 404})
"""What may not be seen is answered as if it did not exist."""
LISTED: Final = frozenset({200, 404})
"""A list, or a search, that has nothing of theirs."""
REFUSED: Final = frozenset({403, 404, 409, 422})
TAKEN: Final = frozenset({200, 302})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for what is `theirs`; `answers` are what an outsider may get, `owner` what the owner gets (nothing: not asked);
    `shows`: the owner's answer has something that only their books say; `keeps`: what is sent is kept in the sender's own books,
    so that his rows may change and theirs may not."""

    method: str
    address: str
    sent: Any = None
    form: bool = True
    answers: frozenset[int] = HIDDEN
    owner: frozenset[int] = TAKEN
    shows: bool = False
    keeps: bool = False


Calls = Callable[[Books, Books], Iterator[Call]]
"""From whose books are asked for, and the asker's own."""


def get(address: str, *, answers: frozenset[int] = HIDDEN, shows: bool = True, **query: str) -> Call:
    """A look at something."""
    return Call(
        method="get", address=f"{address}?{urlencode(query)}" if query else address, answers=answers, shows=shows
    )


def _overview(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/", answers=LISTED)


def _queue(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/queue/", answers=LISTED, text=theirs.word.lower())
    yield get("/queue/", answers=LISTED, counterparty=theirs.word.lower())
    yield get("/queue/", answers=LISTED, code="AP-PRC-OVER", by="due")
    yield get("/queue/", answers=LISTED, queue="buyer", process="payables", why="error")
    yield get("/queue/", answers=LISTED, shows=False, view="closed")
    yield get("/queue/", answers=LISTED, shows=False, view="waiting")
    yield get("/queue/", answers=LISTED, after=f"{10**9}~2020-01-01T00:00:00+00:00~{theirs.case}~2026-05-04")


def _case(theirs: Books, own: Books) -> Iterator[Call]:
    yield get(f"/cases/{theirs.case}/")
    yield get(f"/cases/{theirs.case}/", view="open")
    yield Call(
        method="get",
        address=f"/cases/{own.case}/?view=open&text={theirs.word.lower()}",
        answers=LISTED,
        owner=frozenset(),
    )


def _arguments(theirs: Books) -> dict[str, dict[str, Any]]:
    """The arguments of each command, as they would be taken."""
    reason = {"reason": "because"}
    return {
        "note": {"text": "seen"},
        "assign": {"assignee": str(theirs.user.pk)},
        "ask_counterparty": {"text": "why?"},
        "record_answer": {"answer": "so"},
        "hand_off": {"queue": "receiving", **reason},
        "escalate": reason,
        "revoke_release": {"number": "1", **reason},
        "reopen": reason,
        "resolve": {"resolution": "reject_to_supplier", "note": "no"},
        "accept_variance": {**theirs.finding, **reason},
    }


def _button(theirs: Books, own: Books) -> Iterator[Call]:
    assert FORMS.keys() == _arguments(theirs).keys()
    finding = theirs.finding
    fields = {"finding": f"{finding['evidence_hash']}|{finding['code']}|{finding['where']}"}
    for name, arguments in _arguments(theirs).items():
        owner = TAKEN if name == "note" else frozenset[int]()
        sent = {**arguments, **fields} if name == "accept_variance" else arguments
        yield Call(method="post", address=f"/cases/{theirs.case}/{name}/", sent=sent, owner=owner)


def _people(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/people/", answers=LISTED)


def _grant(theirs: Books, own: Books) -> Iterator[Call]:
    form = {
        "name": f"somebody-new-{theirs.tenant}-{theirs.entity}",
        "role": "approver",
        "queue": "",
        "limit": "",
        "until": "",
    }
    yield Call(method="post", address="/people/grant/", sent={**form, "entity": theirs.entity}, answers=REFUSED)
    people = theirs.company.users
    theirs_to_mine = {**form, "entity": own.entity}
    theirs_to_mine["name"] = next(people[name].get_username() for name in people if not name.startswith("clerk"))
    if theirs.tenant == own.tenant:
        yield Call(
            method="post", address="/people/grant/", sent={**form, "entity": ""}, answers=REFUSED, owner=frozenset()
        )
    else:
        yield Call(method="post", address="/people/grant/", sent=theirs_to_mine, answers=REFUSED, owner=frozenset())


def _end_grant(theirs: Books, own: Books) -> Iterator[Call]:
    yield Call(method="post", address="/people/end/", sent={"grant": str(theirs.ending)})


def _measures(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/measures/", answers=LISTED, shows=False)
    yield get("/measures/", answers=LISTED, shows=False, days="180", process="payables")


def _behind(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/measures/behind/", answers=LISTED, age="AP-PRC-OVER", days="180")
    yield get("/measures/behind/", answers=LISTED, late="yes", days="180")
    yield get("/measures/behind/", answers=LISTED, shows=False, unbilled="yes", days="180")
    for name in ("figure", "source", "place", "alert", "week"):
        yield Call(
            method="get",
            address=f"/measures/behind/?{urlencode({name: theirs.word.lower()})}",
            answers=LISTED,
            owner=frozenset(),
        )


def _claims(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/claims/", answers=LISTED)
    yield get("/claims/", answers=LISTED, text=theirs.word.lower(), group="held")
    yield get("/claims/", answers=LISTED, shows=False, after=f"{theirs.received}~{theirs.claim}")


def _claim(theirs: Books, own: Books) -> Iterator[Call]:
    yield get(f"/claims/{theirs.claim}/", shows=False)


def _document(theirs: Books, own: Books) -> Iterator[Call]:
    for document in theirs.documents.values():
        yield get(f"/documents/{document}/")
    for document in own.documents.values():
        yield Call(method="get", address=f"/documents/{document}/", answers=LISTED, owner=frozenset())


def _original(theirs: Books, own: Books) -> Iterator[Call]:
    for document in theirs.documents.values():
        yield get(f"/documents/{document}/original/")
        yield get(f"/documents/{document}/original/", keep="")


def _tenant(theirs: Books, own: Books) -> Iterator[Call]:
    chosen = theirs.tenant if theirs.tenant != own.tenant else theirs.entity
    yield Call(method="post", address="/tenant/", sent={"tenant": chosen}, answers=frozenset({302}))
    yield get("/claims/", answers=LISTED)
    yield get("/api/claims", answers=LISTED)


def _api_document(theirs: Books, own: Books) -> Iterator[Call]:
    for document in theirs.documents.values():
        yield get(f"/api/documents/{document}")


def _api_claims(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/api/claims", answers=LISTED, size="500")
    yield get("/api/claims", answers=LISTED, text=theirs.word.lower())
    yield get("/api/claims", answers=LISTED, status="held")
    yield get("/api/claims", answers=LISTED, shows=False, after=f"{theirs.received}~{theirs.claim}")
    yield get("/api/claims", answers=LISTED, after=f"2100-01-01T00:00:00+00:00~{theirs.claim}")


def _api_claim(theirs: Books, own: Books) -> Iterator[Call]:
    yield get(f"/api/claims/{theirs.claim}")


def _api_cases(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/api/cases", answers=LISTED, size="500")
    yield get("/api/cases", answers=LISTED, text=theirs.word.lower())
    yield get("/api/cases", answers=LISTED, code="AP-PRC-OVER", queue="buyer", by="due")
    yield get("/api/cases", answers=LISTED, shows=False, view="closed")
    yield get("/api/cases", answers=LISTED, after=f"{10**9}~2020-01-01T00:00:00+00:00~{theirs.case}~2026-05-04")


def _api_case(theirs: Books, own: Books) -> Iterator[Call]:
    yield get(f"/api/cases/{theirs.case}")


def _api_letter(theirs: Books, own: Books) -> Iterator[Call]:
    yield get(f"/api/cases/{theirs.case}/letter")
    yield get(f"/api/cases/{theirs.case}/letter", resolution="request_credit_note")


def _api_command(theirs: Books, own: Books) -> Iterator[Call]:
    assert set(NAMES.values()) == _arguments(theirs).keys()
    for name, arguments in _arguments(theirs).items():
        yield Call(
            method="post",
            address=f"/api/cases/{theirs.case}/commands",
            sent={"name": name, "arguments": arguments},
            form=False,
            owner=TAKEN if name in {"note", "accept_variance", "assign"} else frozenset(),
        )
    theirs_to_mine = {"name": "assign", "arguments": {"assignee": str(theirs.user.pk)}}
    yield Call(
        method="post",
        address=f"/api/cases/{own.case}/commands",
        sent=theirs_to_mine,
        form=False,
        answers=REFUSED,
        owner=frozenset(),
    )


def _api_documents(theirs: Books, own: Books) -> Iterator[Call]:
    """Their invoice with other content, its very bytes, and their documents with the name of their company."""
    again = replace(theirs.invoice, terms="otherwise")
    for document in (again, theirs.invoice, replace(again, preceding=(theirs.invoice.number,), kind="credit_note")):
        file = SimpleUploadedFile("file.json", canonical_json.encode(document))
        yield Call(method="post", address="/api/files", sent={"files": [file]}, answers=frozenset({200}), keeps=True)


_MEANING: Final = {"kind": "product", "columns": {"Nr.": "product_number"}}


def _columns(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/columns/", answers=LISTED, shows=False)
    for document in theirs.documents.values():
        yield Call(method="get", address=f"/columns/?file={document}", owner=frozenset())


def _keep_columns(theirs: Books, own: Books) -> Iterator[Call]:
    for document in theirs.documents.values():
        sent = {"file": str(document), "kind": "product", "column-0": "product_number"}
        yield Call(method="post", address="/columns/keep/", sent=sent, owner=frozenset())


def _remove_columns(theirs: Books, own: Books) -> Iterator[Call]:
    sent = {"source": f"no-source-of-{own.tenant}", "kind": "product"}
    yield Call(method="post", address="/columns/remove/", sent=sent, answers=REFUSED, owner=frozenset())


def _api_columns(theirs: Books, own: Books) -> Iterator[Call]:
    yield get("/api/columns", answers=LISTED | {409}, shows=False)


def _api_propose_columns(theirs: Books, own: Books) -> Iterator[Call]:
    file = SimpleUploadedFile("file.csv", b"MATNR;MAKTX;MEINS\nA;Bolt;ST\n")
    yield Call(
        method="post",
        address="/api/columns/proposals",
        sent={"file": file},
        answers=frozenset({200, 409}),
        owner=frozenset(),
    )


def _api_keep_columns(theirs: Books, own: Books) -> Iterator[Call]:
    sent = {**_MEANING, "source": f"no-source-of-{own.tenant}"}
    yield Call(method="put", address="/api/columns", sent=sent, form=False, answers=REFUSED, owner=frozenset())


def _api_remove_columns(theirs: Books, own: Books) -> Iterator[Call]:
    address = f"/api/columns?{urlencode({'kind': 'product', 'source': f'no-source-of-{own.tenant}'})}"
    yield Call(method="delete", address=address, answers=REFUSED, owner=frozenset())


PAGES: Final[Mapping[str, Calls]] = {
    "columns/": _columns,
    "columns/keep/": _keep_columns,
    "columns/remove/": _remove_columns,
    "": _overview,
    "queue/": _queue,
    "cases/<uuid:case_id>/": _case,
    "people/": _people,
    "measures/": _measures,
    "measures/behind/": _behind,
    "claims/": _claims,
    "claims/<uuid:claim_id>/": _claim,
    "documents/<uuid:document>/": _document,
    "documents/<uuid:document>/original/": _original,
    "tenant/": _tenant,
    "people/grant/": _grant,
    "cases/<uuid:case_id>/<slug:name>/": _button,
    "people/end/": _end_grant,
}
CALLS: Final[Mapping[str, Calls]] = {
    "GET /api/columns": _api_columns,
    "POST /api/columns/proposals": _api_propose_columns,
    "PUT /api/columns": _api_keep_columns,
    "DELETE /api/columns": _api_remove_columns,
    "GET /api/documents/{document_id}": _api_document,
    "GET /api/claims": _api_claims,
    "GET /api/claims/{claim_id}": _api_claim,
    "GET /api/cases": _api_cases,
    "GET /api/cases/{case_id}": _api_case,
    "GET /api/cases/{case_id}/letter": _api_letter,
    "POST /api/cases/{case_id}/commands": _api_command,
    "POST /api/files": _api_documents,
}
LEFT_OUT: Final[Mapping[str, str]] = {
    "papers/<uuid:document>/": "leads to documents/, which decides; shows nothing itself",
    "sign-in/": "name and password; takes no id",
    "enter/<str:token>": "the link is the right: who brings it is signed in as the person whom it was made for",
    "sign-out/": "ends one's own session; takes no id",
    "GET /api/health": "whether the process answers; asks for nobody and reads no books",
    "GET /api/health/ready": "whether requests may be sent here; asks for nobody and reads no books",
    "api/docs/": "the description of the calls as a page",
    "api/openapi.json": "the description of the calls",
    "api/": "the name of the description for links; there is no page",
}
"""Addresses that have nothing of anybody's, each with its reason. Those below admin/ are walked by their own test."""


def patterns() -> set[str]:
    """Every address that Django would answer, as it is written in the tables of addresses."""
    return set(_patterns(get_resolver().url_patterns, ""))


def _patterns(nodes: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, URLResolver):
            yield from _patterns(node.url_patterns, f"{before}{node.pattern}")
        else:
            yield f"{before}{node.pattern}"


def operations(described: dict[str, Any]) -> set[str]:
    """Every operation of the API, by its description."""
    return {
        f"{method.upper()} {path}"
        for path, methods in described["paths"].items()
        for method in methods
        if method in {"get", "put", "post", "delete", "patch", "head", "options"}
    }


def admin_addresses(theirs: Books) -> dict[str, str]:
    """Every address below admin/ with their ids in it, by its pattern."""
    keys = {
        "grant": theirs.clerks_grant,
        "source": theirs.source,
        "user": theirs.user.pk,
        "tenant": theirs.tenant,
        "entity": theirs.company_row,
    }
    models = {model._meta.model_name for model in admin.site._registry}
    assert keys.keys() <= models
    addresses = {}
    for pattern in sorted(route for route in patterns() if route.startswith("admin/")):
        model = pattern.split("/")[2] if pattern.count("/") > 2 else ""
        key = str(keys.get(model, "1"))
        address = pattern.replace("<path:object_id>", key).replace("<id>", key).replace("<path:content_type_id>", "1")
        address = address.replace("^(?P<app_label>auth|identity|procrastinate)/$", "identity/")
        addresses[pattern] = "/" + address.replace("(?P<url>.*)$", "nothing/")
    return addresses


def encoded(call: Call) -> dict[str, Any]:
    """What Django's client is to be given beside the address."""
    if call.sent is None:
        return {}
    if call.form:
        for file in call.sent.get("files", ()):
            file.seek(0)
        return {"data": call.sent}
    return {"data": json.dumps(call.sent), "content_type": "application/json"}
