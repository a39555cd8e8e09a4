"""Django's admin for identity, and for nothing that has a case."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from tieout.identity.models import Entity, Grant, Tenant, User

admin.site.register(User, UserAdmin)
admin.site.register([Tenant, Entity, Grant])
