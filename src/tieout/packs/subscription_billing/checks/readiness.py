"""Readiness of accounting, before anything is released: five conditions of a posting, and which company has the customer."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.values.sentence import Sentence
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.sheet import DOCUMENT, Sheet
from tieout.trade.contract_terms import Terms
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
        return Sentence("customer {account} is not known", account=account)
    if customer.blocked:
        return Sentence(
            "customer {account} is blocked: {block_reason}",
            account=account,
            block_reason=customer.block_reason or Sentence("no reason recorded"),
        )
    is_in_ledger = any(record.entity == sheet.entity and record.number.strip() for record in customer.erp)
    return (
        ""
        if is_in_ledger
        else Sentence(
            "customer {account} has no record in the books of {entity}",
            account=account,
            entity=sheet.entity or Sentence("any company"),
        )
    )


def _tax_class(sheet: Sheet, customer: Customer) -> str:
    setup = sheet.setup
    if not customer.tax_class:
        return Sentence("customer {customer} has no tax class", customer=customer.number)
    if setup is not None and customer.tax_class not in setup.tax_classes:
        return Sentence(
            "the books of {setup} do not know tax class {tax_class}", setup=setup.number, tax_class=customer.tax_class
        )
    return ""


def _books(sheet: Sheet) -> Iterator[Finding]:
    setup = sheet.setup
    if setup is None:
        name = sheet.entity or Sentence("no company")
        yield _finding(
            sheet,
            "BIL-READY-ENT",
            Sentence("{name} is not set up", name=name),
            expected="a company that is set up",
            actual=name,
        )
        return
    for line in sheet.open_lines:
        plan = line.version.line.plan if line.version else ""
        if line.version is not None and not any(
            account.plan in {"", plan} and account.account for account in setup.revenue
        ):
            reason = Sentence("{setup} has no revenue account for {plan}", setup=setup.number, plan=plan)
            yield _finding(sheet, "BIL-READY-ACCT", reason, where=line.where, expected="a revenue account", actual=plan)
    month = sheet.booked_on.replace(day=1)
    if month not in setup.periods:
        reason = Sentence("{month} is not open in {setup}", month=f"{month:%Y-%m}", setup=setup.number)
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


def delivery(sheet: Sheet) -> str:
    """Where the invoice goes, with what records supply of it; "" where that is not known."""
    return delivery_to(sheet.customer, sheet.invoice, seller=sheet.setup.seller if sheet.setup else None)


def sendable(sheet: Sheet) -> Iterator[Finding]:
    """BIL-READY-SELL, -ADDR, -REF, -TAX: what the customer's way of receiving invoices demands and this one lacks."""
    if not sheet.is_final:
        customers = tuple(customer_key(terms.subscription.account) for terms in sheet.terms.values())
        ours = (accounting_key(sheet.entity),)
        yield from unsendable(sheet.invoice, delivery(sheet), ruling=sheet.ruling, awaited=customers, ours=ours)


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
            yield _differs(sheet, terms, sold, Sentence("{billing} (the invoice)", billing=billing))


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
