"""The Django app of identity."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Label `identity`: the tables are `identity_…`."""

    name = "tieout.identity"
    label = "identity"
    verbose_name = "People and companies"
