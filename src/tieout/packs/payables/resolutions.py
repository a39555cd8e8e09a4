"""The resolutions of payables: its own, and those that it shares with other processes."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.resolution import REMARK, WHERE, Field, Resolution, fields_of, resolutions
from tieout.packs.payables.assigned import LINE, ORDER
from tieout.packs.payables.rules import SHORT_PAY
from tieout.trade.resolutions import RESOLUTIONS as SHARED

OWN: Final[tuple[Resolution, ...]] = (
    Resolution(
        id="short_pay",
        name="Pay the undisputed part",
        effect="pay_short",
        words="What ties out is paid, the rest is claimed with our debit note to the supplier.",
        permitted_by=SHORT_PAY.name,
        fields=fields_of("pay_short"),
    ),
    *resolutions("release", "owner", """
        accept_charge | Accept the charge | The charge is posted to unplanned delivery costs.
        accept_terms | Accept the terms | The invoice is paid under the terms that it asks for.
        pay_by_agreed_terms | Pay by agreed terms | The invoice is paid under the terms that were agreed, not those that it asks for.
        apply_prepayment | Deduct the prepayment | The open prepayment is set against the invoice, and only the rest is paid.
        confirm_prepaid | Confirm: it was paid before | The money was paid, though no prepayment invoice is posted; only the rest is paid.
        confirm_price_basis | Confirm the price unit | The quantity to which the price applies is confirmed.
    """),
    *resolutions("release", "approver", """
        accept_currency | Accept the currency | The invoice is posted and paid in its own currency; Tieout converts nothing.
        accept_tax | Accept the tax | The tax is posted as billed.
        replace_invoice | It replaces the first one | The document is posted when the one that it names is rejected, reversed or credited.
        bill_difference | It bills the difference | The document is checked and posted in addition to the one that it corrects.
        confirm_self_billing | Confirm: issued by us | We issued it in the supplier's name: it is checked as the supplier's.
        approve_prepayment | Pay in advance | The amount is posted as a prepayment, and no goods are counted as billed.
        keep_prepayment | Pay in full | The prepayment is for something else: it stays open, and the invoice is paid in full.
        pay_explained | Pay what is explained | What net, tax and the parts stated come to is posted and paid, and no more.
        pay_without_tax | Pay without the tax | The tax is posted as owed to the tax authority, and the supplier is paid without it.
    """),
    *resolutions("release", "controls", """
        confirm_not_duplicate | Confirm: different documents | The two documents only look alike; both are payable.
    """),
    *resolutions("ask", "owner", """
        request_credit_note | Ask for a credit note | The supplier is asked for it. | Please send a credit note for the difference. | CNP
    """),
    *resolutions("reject", "owner", """
        confirm_duplicate | Confirm: duplicate | The document is rejected with a reference to the first one.
    """),
    *resolutions("wait", "owner", """
        await_receipt | Wait for the goods | Nobody is asked until the day that you name; goods clear the case at once.
    """),
    Resolution(
        id=ORDER,
        name="Assign the order",
        effect="assign",
        words="The invoice is tied out against this order at once.",
        fields=(
            Field(name="order", label="Order", kind="reference", required=True, assigned=True, chooses="order",
                  offers="proposed", replaces="order"),
            REMARK,
        ),
    ),
    Resolution(
        id=LINE,
        name="Assign the order line",
        effect="assign",
        words="The invoice line is tied out against this order line at once.",
        fields=(
            WHERE,
            Field(
                name="order_line",
                label="Order line, such as 4500100/10",
                kind="reference",
                required=True,
                assigned=True,
                offers="proposed",
            ),
            REMARK,
        ),
    ),
    *resolutions("elsewhere", "owner", """
        file_under_sales | It is a sale of ours | The document is passed to sales; nothing is paid.
        return_goods | Return the goods | The goods go back to the supplier.
        reopen_order | Reopen the order | The order can be billed again.
        release_order | Release the order | The order is released.
        assign_invoice | Assign the invoice | The credit note is matched against this invoice.
        record_inspection | Record the inspection result | The inspection result is recorded.
        correct_rate | Correct the rate | The exchange rate is corrected.
        code_invoice | Assign accounts | Account and cost centre are completed.
        name_owner | Name the business owner | A business owner is named.
        settle_receipt | Settle the goods receipt | The goods receipt is settled by self-billing exactly once.
    """),
    *resolutions("elsewhere", "approver", """
        redate | Post on another day | The posting gets a date other than the invoice's.
        transfer_budget | Transfer budget | Budget is moved to where it is needed.
    """),
)  # fmt: skip
RESOLUTIONS: Final = (*SHARED, *OWN)
