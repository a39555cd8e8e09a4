"""The Django app that owns the tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Label "store": every table is called store_<noun>."""

    name = "tieout.store"
    label = "store"
