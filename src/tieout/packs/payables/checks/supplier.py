"""Who is paid, and on which account: the supplier of record and its approved bank accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import BANK_COOLING_DAYS, SUPPLIER_REQUIRED
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.packs.payables.supplier_record import identifiers_of, namesakes
from tieout.trade.accounts import mask
from tieout.trade.documents import Supplier
from tieout.trade.identifiers import account_form, shown
from tieout.trade.keys import party_keys


def blocked(sheet: Sheet) -> Iterator[Finding]:
    """MD-VEND-BLOCK: without a record, blocked, or not extended to the entity that is billed."""
    supplier, name = sheet.supplier, sheet.invoice.supplier.name or "(no name)"
    if supplier is None:
        if sheet.ruling.value(SUPPLIER_REQUIRED):
            yield _block(sheet, name, _not_on_record(sheet))
    elif supplier.blocked:
        yield _block(
            sheet,
            name,
            Sentence(
                "is blocked: {block_reason}", block_reason=supplier.block_reason or Sentence("no reason recorded")
            ),
        )
    else:
        entity = sheet.dossier.entity or sheet.invoice.entity
        if supplier.entities and entity and entity not in supplier.entities:
            yield _block(sheet, name, Sentence("is not extended to entity {entity}", entity=entity))


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


def _block(sheet: Sheet, name: str, reason: str) -> Finding:
    keys = tuple(party_keys("supplier", sheet.invoice.supplier))
    return finding(
        code("MD-VEND-BLOCK"),
        DOCUMENT,
        ruling=sheet.ruling,
        at_stake=sheet.invoice.totals.payable,
        awaited=[Awaited(key=key) for key in keys],
        supplier=name,
        reason=reason,
    )


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
    if account.approved_on is not None and sheet.today < account.approved_on + timedelta(days=days):
        return Sentence(
            "it was approved on {approved_on}, less than {days} days ago", approved_on=account.approved_on, days=days
        )
    return ""
