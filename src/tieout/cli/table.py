"""The commands, in the order in which people need them: name and one line. The module has the same name."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """The exit codes. A command that judges documents uses 1 to 3 for its answers."""

    DONE = 0
    USAGE = 64
    CANNOT = 69
    FAULT = 70
    INTERRUPTED = 130


COMMANDS: Final[dict[str, str]] = {
    "demo": "Run a demonstration: a made-up company, 300 invoices, three stories, the workbench",
    "up": "Start Tieout: database, tables, workers, workbench",
    "sign-in": "Print a one-time sign-in link for a user, who is created if necessary",
    "people": "Who may do what: grant roles by company, queue and limit",
    "sources": "The sources of documents, and what they may send",
    "setup": "Whether the set-up of a new organisation is open, and close it",
    "actions": "Open actions on external systems: list, retry, cancel",
    "connections": "External systems of a tenant: list, add, change",
    "work": "Run background jobs, until stopped (`up` starts these workers)",
    "ingest": "Take in files, and tie out the claims that they concern",
    "pull": "Fetch invoices and master data from a connected billing system, and tie out",
    "replay": "Read again what could not be read, after its reader or mapping was corrected",
    "usage": "Count usage events, see which hours are proven and what is unmapped, map identifiers",
    "policy": "Add a policy version, or list them",
    "explain": "Show how a claim's verdicts were reached, derived again from the stored inputs",
    "invoice": "Write an issued customer invoice: UBL, CII, or a PDF for people",
    "rebuild": "Check that claims and cases match their events, and correct them",
    "audit": "Export the sealed log, or verify an export without a database",
    "measures": "Straight-through rates, cycle times, delay by source, spikes, concentration",
    "read": "Read files of any supported format and list their contents",
    "check": "Match an invoice against its order and receipts, and show what ties out",
    "scenario": "Run scenarios: cases as text, and regression tests of your policy",
    "bench": "Measure speed on this machine: documents per second, processor time per document",
    "version": "Print the version",
}

USAGE: Final = "\n".join(
    [
        "Usage: tieout COMMAND [ARGUMENTS]    (tieout COMMAND --help explains it)",
        "",
        *(f"  {name:<12} {line}" for name, line in COMMANDS.items()),
    ]
)
