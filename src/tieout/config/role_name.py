"""The names of the application's role in PostgreSQL, and of the connection that keeps its login's own role."""

from typing import Final

APPLICATION: Final = "tieout_application"
OWNER_ALIAS: Final = "owner"
"""Django's name for the connection of the tables' owner: for migrations alone."""
