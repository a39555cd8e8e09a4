"""Django's admin for identity, and for nothing that has a case."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from tieout.identity.models import Entity, Grant, Source, Tenant, User


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own class takes no argument at run time
    """Who holds which role, where, for which queue, up to how much, until when."""

    list_display = (
        "user",
        "tenant",
        "role",
        "entity",
        "queue",
        "limit_minor",
        "limit_currency",
        "until",
    )
    list_filter = (
        "tenant",
        "role",
    )


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What each source may deliver."""

    list_display = (
        "name",
        "tenant",
        "kinds",
        "entities",
        "closed_at",
    )
    list_filter = ("tenant",)


admin.site.register(User, UserAdmin)
admin.site.register([Tenant, Entity])
