"""Messages to suppliers as files: what a mail gateway or an access point picks up and delivers."""

from tieout.connectors.message_folder.target import MessageFolder

__all__ = ["MessageFolder"]
