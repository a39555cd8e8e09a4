"""The commands, in the order in which somebody meets them: name and one line. The module has the same name."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """How a command ends. A command that judges papers uses 1 to 3 for its answers."""

    DONE = 0
    USAGE = 64
    CANNOT = 69
    FAULT = 70
    INTERRUPTED = 130


COMMANDS: Final[dict[str, str]] = {
    "demo": "Show it on a made-up company: 300 invoices, one story, the workbench",
    "up": "Start Tieout: database, tables, workers, workbench",
    "sign-in": "Print a one-time link for a user, who is let in if need be",
    "people": "Who may do what: grant roles by company, queue and limit",
    "sources": "From whom documents come, and what each may say",
    "setup": "Whether the set-up of a new organisation is open, and close it",
    "actions": "What outer systems were asked to do and have not done: list, retry, cancel",
    "connections": "External systems of a tenant: list, add, change",
    "work": "Do the work that waits in queues (`up` starts these)",
    "ingest": "Take in files, and tie out what they make possible",
    "pull": "Fetch what a connected billing system has, and tie out what it makes possible",
    "replay": "Read again what could not be read, after its reader or mapping was mended",
    "usage": "Count usage events, see what is proven and what is nobody's, map identifiers",
    "policy": "Add a policy version, or list them",
    "explain": "Derive a claim's verdicts again from what is stored, and show the reasoning",
    "invoice": "Write what was issued of an invoice of ours: UBL, CII, or a PDF for people",
    "rebuild": "Prove that claims and cases are what their events say",
    "audit": "Export the sealed log, or verify an export without a database",
    "measures": "Straight-through rates, cycle times, delay by source, spikes, concentration",
    "read": "Read files of any supported format and say what is in them",
    "check": "Lay an invoice beside its order and receipts, and say what ties out",
    "scenario": "Run scenarios: cases as text, and regression tests of your policy",
    "bench": "Measure this machine: documents a second, processor time for each",
    "version": "Say which release this is",
}

USAGE: Final = "\n".join(
    [
        "Usage: tieout COMMAND [ARGUMENTS]    (tieout COMMAND --help says more)",
        "",
        *(f"  {name:<12} {line}" for name, line in COMMANDS.items()),
    ]
)
