"""The Django app of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Label `store`: the tables are `store_…`."""

    name = "tieout.store"
    label = "store"
    verbose_name = "Papers and cases"
