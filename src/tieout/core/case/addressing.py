"""To which address a message of a case goes: one in our record, or one that the document states and a person has confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from tieout.core.case.state import Case
from tieout.core.findings.catalogue import Catalogue
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.values.errors import Refused


def in_doubt(cases: Iterable[Case], catalogue: Catalogue) -> bool:
    """Whether an open case puts the document itself in doubt (another account, a sender who is not known): then nothing that it
    states of its sender is an address."""
    return any(
        finding.stage != "note" and catalogue.to_record(finding.code)
        for case in cases
        if not case.ended
        for finding in case.findings
    )


def possible(other: Correspondence, *, doubted: bool) -> tuple[Address, ...]:
    """The addresses to which something may go, the preferred one first."""
    return other.on_record if doubted else other.addresses


def proposed(other: Correspondence, *, doubted: bool) -> Address | None:
    """Where a draft would go that nobody has sent; None where there is no address."""
    return next(iter(possible(other, doubted=doubted)), None)


def chosen(other: Correspondence, to: str, *, doubted: bool) -> Address:
    """The address that a person chose; with "" the first one on record. Raises `Refused` CASE-ADDRESSEE."""
    fitting = possible(other, doubted=doubted)
    wanted = to.strip()
    if wanted:
        for address in fitting:
            if address.value.casefold() == wanted.casefold():
                return address
        stated = any(one.value.casefold() == wanted.casefold() for one in other.addresses)
        if stated:
            raise Refused(
                "CASE-ADDRESSEE",
                "{address} stands on the document only, and the document itself is in doubt: ask at an address in our own record "
                "({addresses})"
                if fitting
                else "{address} stands on the document only, and the document itself is in doubt: {lacking}",
                address=wanted,
                addresses=", ".join(one.value for one in fitting),
                lacking=other.lacking,
            )
        if fitting:
            raise Refused(
                "CASE-ADDRESSEE",
                "{address} is no known address of the counterparty; known: {addresses}. Another one is added to their record first",
                address=wanted,
                addresses=", ".join(one.value for one in fitting),
            )
    if other.on_record and not wanted:
        return other.on_record[0]
    if fitting and not wanted:
        raise Refused(
            "CASE-ADDRESSEE",
            "nobody is asked yet: {lacking} The document itself states {addresses}: choose it if you know that it is theirs",
            lacking=other.lacking,
            addresses=", ".join(one.value for one in fitting),
        )
    raise Refused("CASE-ADDRESSEE", "nobody can be asked: {lacking}", lacking=other.lacking)
