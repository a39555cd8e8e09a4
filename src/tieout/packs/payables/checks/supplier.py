"""Who is paid, and on which account: the supplier of record and its approved bank accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import BANK_COOLING_DAYS, SUPPLIER_REQUIRED
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.accounts import mask
from tieout.trade.documents import Supplier
from tieout.trade.identifiers import account_form, shown
from tieout.trade.keys import party_keys
from tieout.trade.suppliers import identifiers_of, namesakes


def blocked(sheet: Sheet) -> Iterator[Finding]:
    """MD-VEND-BLOCK: without a record, blocked, or not extended to the entity that is billed."""
    supplier, name = sheet.supplier, sheet.invoice.supplier.name or "(no name)"
    if supplier is None:
        if sheet.ruling.value(SUPPLIER_REQUIRED):
            yield _block(
                sheet, name, _not_on_record(sheet), leave_out=("unblock_supplier",), remedy=_record_wanted(sheet)
            )
    elif supplier.blocked:
        yield _block(
            sheet,
            name,
            Sentence(
                "is blocked: {block_reason}", block_reason=supplier.block_reason or Sentence("no reason recorded")
            ),
            leave_out=("hand_in_supplier",),
        )
    else:
        entity = sheet.dossier.entity or sheet.invoice.entity
        if supplier.entities and entity and entity not in supplier.entities:
            reason = Sentence("is not extended to entity {entity}", entity=entity)
            yield _block(sheet, name, reason, leave_out=("hand_in_supplier", "unblock_supplier"))


def _not_on_record(sheet: Sheet) -> str:
    """Why no record was found, with the numbers of both sides where the master has a supplier of that name."""
    reason = "is not in the supplier master under any identifier on the invoice"
    records = [one.document for one in sheet.chosen.evidence if isinstance(one.document, Supplier)]
    others = ", ".join(f"{one.number} ({shown(identifiers_of(one))})" for one in namesakes(sheet.invoice, records))
    stated = shown(sheet.invoice.supplier.identifiers)
    return (
        Sentence(
            "{reason} ({stated}); of that name there is {others}",
            reason=as_sentence(reason),
            stated=stated,
            others=others,
        )
        if others
        else reason
    )


_COLUMNS: Final = {"vat": "supplier_vat", "tax": "tax_number", "0088": "gln", "ours": "supplier_number"}
"""The column of a supplier file that holds an identifier, by its scheme."""


def _record_wanted(sheet: Sheet) -> str:
    """Which file clears it, with which columns: those by which the invoice names its supplier."""
    stated = [one for one in sheet.invoice.supplier.identifiers if one.scheme in _COLUMNS and one.value]
    by = next((one for scheme in _COLUMNS for one in stated if one.scheme == scheme), None)
    if by is None:
        return Sentence(
            "Hand in its record: a CSV file with the columns supplier_number and supplier_name, under the name that the invoice "
            "has (tieout ingest suppliers.csv)"
        )
    return Sentence(
        "Hand in its record: a CSV file with the columns supplier_number, supplier_name and {column}, in which {column} is {value} "
        "(tieout ingest suppliers.csv)",
        column=_COLUMNS[by.scheme],
        value=by.value,
    )


def _block(sheet: Sheet, name: str, reason: str, *, leave_out: tuple[str, ...], remedy: str = "") -> Finding:
    """`leave_out` are ways to end the code that do not end this occurrence of it."""
    keys = tuple(party_keys("supplier", sheet.invoice.supplier))
    made = finding(
        code("MD-VEND-BLOCK"),
        DOCUMENT,
        ruling=sheet.ruling,
        at_stake=sheet.invoice.totals.payable,
        awaited=[Awaited(key=key) for key in keys],
        supplier=name,
        reason=reason,
        also={"remedy": remedy} if remedy else {},
    )
    return replace(made, resolutions=tuple(way for way in made.resolutions if way not in leave_out))


def bank(sheet: Sheet) -> Iterator[Finding]:
    """MD-BANK-CHG: an account that is not approved, not verified, or approved too recently to be paid to."""
    supplier, days = sheet.supplier, sheet.ruling.value(BANK_COOLING_DAYS)
    if supplier is None or days is None:
        return
    for account in sheet.invoice.accounts:
        reason = _distrust(sheet, supplier, account.number, days)
        if reason:
            yield finding(
                code("MD-BANK-CHG"),
                DOCUMENT,
                ruling=sheet.ruling,
                expected=", ".join(mask(approved.number) for approved in supplier.accounts) or "none on record",
                actual=mask(account.number),
                at_stake=sheet.invoice.totals.payable,
                supplier=supplier.name,
                account=mask(account.number),
                reason=reason,
            )


def _distrust(sheet: Sheet, supplier: Supplier, number: str, days: int) -> str:
    account = next(
        (approved for approved in supplier.accounts if account_form(approved.number) == account_form(number)), None
    )
    if account is None:
        return "it is not among the approved accounts"
    if not account.verified:
        return "it is recorded but not verified"
    if (
        account.approved_on is not None and (sheet.today - account.approved_on).days < days
    ):  # a sum may end after all calendars
        return Sentence(
            "it was approved on {approved_on}, less than {days} days ago", approved_on=account.approved_on, days=days
        )
    return ""
