"""Readiness of accounting, before anything is released: five conditions of a posting, and which company has the customer."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import DOCUMENT, Sheet
from tieout.packs.subscription_billing.terms import Terms
from tieout.trade.customer_terms import delivery_to
from tieout.trade.documents import Customer
from tieout.trade.selling_keys import accounting_key, customer_key
from tieout.trade.sendable import unsendable


def ready(sheet: Sheet) -> Iterator[Finding]:
    """BIL-READY-CUST, -ENT, -ACCT, -TAX, -PER: what is not known to be ready is not ready."""
    if sheet.is_final:
        return
    for terms in sheet.terms.values():
        customer = sheet.customer_of(terms)
        reason = _customer(sheet, terms, customer)
        if reason:
            yield _finding(sheet, "BIL-READY-CUST", reason, expected="a record in the books")
        if customer is not None:
            reason = _tax_class(sheet, customer)
            if reason:
                yield _finding(sheet, "BIL-READY-TAX", reason, expected="a tax class", actual=customer.tax_class)
    yield from _books(sheet)


def _customer(sheet: Sheet, terms: Terms, customer: Customer | None) -> str:
    account = terms.subscription.account
    if customer is None:
        return f"customer {account} is not known"
    if customer.blocked:
        return f"customer {account} is blocked: {customer.block_reason or 'no reason recorded'}"
    is_in_ledger = any(record.entity == sheet.entity and record.number.strip() for record in customer.erp)
    return "" if is_in_ledger else f"customer {account} has no record in the books of {sheet.entity or 'any company'}"


def _tax_class(sheet: Sheet, customer: Customer) -> str:
    setup = sheet.setup
    if not customer.tax_class:
        return f"customer {customer.number} has no tax class"
    if setup is not None and customer.tax_class not in setup.tax_classes:
        return f"the books of {setup.number} do not know tax class {customer.tax_class}"
    return ""


def _books(sheet: Sheet) -> Iterator[Finding]:
    setup = sheet.setup
    if setup is None:
        name = sheet.entity or "no company"
        yield _finding(
            sheet, "BIL-READY-ENT", f"{name} is not set up", expected="a company that is set up", actual=name
        )
        return
    for line in sheet.open_lines:
        plan = line.version.line.plan if line.version else ""
        if line.version is not None and not any(
            account.plan in {"", plan} and account.account for account in setup.revenue
        ):
            reason = f"{setup.number} has no revenue account for {plan}"
            yield _finding(sheet, "BIL-READY-ACCT", reason, where=line.where, expected="a revenue account", actual=plan)
    month = sheet.booked_on.replace(day=1)
    if month not in setup.periods:
        reason = f"{month:%Y-%m} is not open in {setup.number}"
        yield _finding(sheet, "BIL-READY-PER", reason, expected="an open period", actual=f"{month:%Y-%m}")


def _finding(
    sheet: Sheet, code_id: str, reason: str, *, where: str = DOCUMENT, expected: str = "", actual: str = ""
) -> Finding:
    customers = [customer_key(terms.subscription.account) for terms in sheet.terms.values()]
    return finding(
        code(code_id),
        where,
        ruling=sheet.ruling,
        expected=expected,
        actual=actual,
        at_stake=sheet.invoice.totals.payable,
        awaited=[Awaited(key=key) for key in (*customers, accounting_key(sheet.entity))],
        reason=reason,
    )


def sendable(sheet: Sheet) -> Iterator[Finding]:
    """BIL-READY-SELL, -ADDR, -REF, -TAX: what the customer's way of receiving invoices demands and this one lacks."""
    if not sheet.is_final:
        customers = tuple(customer_key(terms.subscription.account) for terms in sheet.terms.values())
        to = delivery_to(sheet.customer, sheet.invoice)
        yield from unsendable(sheet.invoice, to, ruling=sheet.ruling, awaited=customers)


def companies(sheet: Sheet) -> Iterator[Finding]:
    """BIL-ENTITY: the contract names another company of ours than the customer's record, or than the invoice."""
    if sheet.is_final:
        return
    for terms in sheet.terms.values():
        sold, customer = terms.entity_on(sheet.booked_on), sheet.customer_of(terms)
        booked = customer.entity if customer else ""
        billing = sheet.invoice.entity
        if booked and sold != booked:
            yield _differs(sheet, terms, sold or "no company", booked)
        elif billing and sold and billing != sold:
            yield _differs(sheet, terms, sold, f"{billing} (the invoice)")


def _differs(sheet: Sheet, terms: Terms, sold: str, booked: str) -> Finding:
    number = terms.subscription.number
    return finding(
        code("BIL-ENTITY"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=booked,
        actual=sold,
        at_stake=sheet.invoice.totals.payable,
        awaited=[Awaited(key=customer_key(terms.subscription.account))],
        contract=number,
        account=terms.subscription.account,
    )
