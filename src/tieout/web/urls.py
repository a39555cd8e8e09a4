"""The addresses of the pages. The API is included under its own prefix."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from tieout.web import case, columns, documents, entrance, measures, overview, people, worklist

urlpatterns = [
    path("", overview.show, name="overview"),
    path("queue/", worklist.show, name="queue"),
    path("cases/<uuid:case_id>/", case.show, name="case"),
    path("cases/<uuid:case_id>/<slug:name>/", case.command, name="command"),
    path("people/", people.show, name="people"),
    path("people/grant/", people.grant, name="grant"),
    path("people/end/", people.end, name="end-grant"),
    path("columns/", columns.show, name="columns"),
    path("columns/keep/", columns.keep, name="keep-columns"),
    path("columns/remove/", columns.remove, name="remove-columns"),
    path("measures/", measures.show, name="measures"),
    path("measures/behind/", measures.behind, name="behind"),
    path("claims/", documents.index, name="claims"),
    path("claims/<uuid:claim_id>/", documents.of_claim, name="claim"),
    path("documents/<uuid:document>/", documents.show, name="document"),
    path("documents/<uuid:document>/original/", documents.original, name="original"),
    path(
        "papers/<uuid:document>/", RedirectView.as_view(pattern_name="document", permanent=True)
    ),  # links of a former release
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("enter/<str:token>", entrance.enter, name="enter"),
    path("sign-out/", entrance.leave, name="sign-out"),
    path("tenant/", entrance.choose_tenant, name="tenant"),
    path("admin/", admin.site.urls),
    path("api/", include("tieout.api.urls")),  # by name: neither room imports the other
]
handler400 = "tieout.config.requests.refused"
handler500 = "tieout.web.trouble.failed"
