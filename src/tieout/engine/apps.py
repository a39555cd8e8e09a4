"""The engine as a Django app, without tables: when Django is ready, the log is notified of changes in identity."""

from django.apps import AppConfig


class EngineConfig(AppConfig):
    """Label `engine`."""

    name = "tieout.engine"
    label = "engine"

    def ready(self) -> None:
        """Connects the log."""
        from tieout.engine.administration import AdministrationLog
        from tieout.identity.notices import connect

        connect(AdministrationLog())
