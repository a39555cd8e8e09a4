"""The addresses of the pages. The API is included under its own prefix."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from tieout.web import case, entrance, measures, overview, papers, people, worklist

urlpatterns = [
    path("", overview.show, name="overview"),
    path("queue/", worklist.show, name="queue"),
    path("cases/<uuid:case_id>/", case.show, name="case"),
    path("cases/<uuid:case_id>/<slug:name>/", case.command, name="command"),
    path("people/", people.show, name="people"),
    path("people/grant/", people.grant, name="grant"),
    path("people/end/", people.end, name="end-grant"),
    path("measures/", measures.show, name="measures"),
    path("measures/behind/", measures.behind, name="behind"),
    path("claims/", papers.index, name="claims"),
    path("claims/<uuid:claim_id>/", papers.of_claim, name="claim"),
    path("papers/<uuid:document>/", papers.show, name="paper"),
    path("papers/<uuid:document>/original/", papers.original, name="original"),
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("enter/<str:token>", entrance.enter, name="enter"),
    path("sign-out/", entrance.leave, name="sign-out"),
    path("tenant/", entrance.choose_tenant, name="tenant"),
    path("admin/", admin.site.urls),
    path("api/", include("tieout.api.urls")),  # by name: neither room imports the other
]
