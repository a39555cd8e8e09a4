"""The commands, in the order in which people need them: name and one line. The module has the same name."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from tieout.wording.catalogue import marked, text


class Exit(IntEnum):
    """The exit codes. A command that reads, judges or compares uses 1 to 3 for its answers: `RESULTS`."""

    DONE = 0
    USAGE = 64
    CANNOT = 69
    FAULT = 70
    INTERRUPTED = 130


COMMANDS: Final[dict[str, str]] = {
    "demo": marked(
        "Run a demonstration: a made-up company, 300 invoices, three step-by-step examples, the web interface"
    ),
    "up": marked("Start Tieout: database, tables, workers, web interface"),
    "sign-in": marked("Print a one-time sign-in link for a user, who is created if necessary"),
    "tenants": marked("The organisations of this installation: list, name, remove an empty one"),
    "people": marked("Who may do what: grant roles by company, queue and limit"),
    "sources": marked("The sources of documents, and what they may send"),
    "columns": marked("What the column headings of a source's tables mean: propose, add, list, remove"),
    "setup": marked("Whether the initial set-up of a new organisation is open, and close it"),
    "actions": marked("Open actions on external systems: list, retry, cancel"),
    "connections": marked("External systems of an organisation: list, add, change"),
    "work": marked("Run background jobs, until stopped (`up` starts these workers)"),
    "ingest": marked("Take in files, and tie out the claims that they concern"),
    "pull": marked("Fetch invoices and master data from a connected billing system, and tie out"),
    "replay": marked("Read again what could not be read, after its reader or mapping was corrected"),
    "usage": marked("Count usage events, see for which hours usage is complete and what is unmapped, map identifiers"),
    "policy": marked("Add a policy version, or list them"),
    "explain": marked("Show how a claim's verdicts were reached, derived again from the stored inputs"),
    "invoice": marked("Write an issued customer invoice: UBL, CII, or a PDF for people"),
    "rebuild": marked("Check that claims and cases match their events, and correct them"),
    "audit": marked("Export the sealed log, or verify an export without a database"),
    "erase": marked("Erase the content of documents for good; the log still verifies, and says so"),
    "measures": marked(
        "Straight-through rates, cycle times, delay by origin, spikes, and where the delay is concentrated"
    ),
    "read": marked("Read files of any supported format and list their contents"),
    "check": marked("Match an invoice against its order and receipts, and show what ties out"),
    "scenario": marked("Run scenarios: cases as text, and regression tests of your policy"),
    "simulate": marked("Simulate the whole product from a seed, with faults, and check what must hold"),
    "bench": marked("Measure speed on this machine: documents per second, processor time per document"),
    "version": marked("Print the version"),
}


RESULTS: Final[dict[str, dict[int, str]]] = {
    "read": {1: "some files were refused", 3: "nothing was read"},
    "check": {1: "something waits or is held", 2: "something is rejected", 3: "a file cannot be read"},
    "columns": {1: "`propose`: something has to be chosen or named", 3: "the file holds no table"},
    "ingest": {1: "some files were refused", 3: "all files were refused"},
    "pull": {1: "some messages were refused", 3: "all messages were refused"},
    "usage": {1: "`ingest`: some lines were refused", 3: "`ingest`: all lines were refused"},
    "scenario": {1: "a scenario failed", 3: "a scenario cannot be read"},
    "simulate": {1: "something that must hold does not"},
    "explain": {1: "a verdict cannot be derived again"},
    "invoice": {1: "an official rule is broken"},
    "rebuild": {1: "a row differs from its events"},
    "audit": {1: "`verify`: the log is not intact"},
    "erase": {1: "`--received-before`: some documents are not finished"},
}
"""What the exit codes 1 to 3 of a command say, for the reference; every other command ends with one of `Exit`."""


def overview() -> str:
    """How `tieout` is called, and every command with its line."""
    return "\n".join(
        [
            text("Usage: tieout COMMAND [ARGUMENTS]    (tieout COMMAND --help explains it)"),
            "",
            *(f"  {name:<12} {text(line)}" for name, line in COMMANDS.items()),
        ]
    )
