"""Resolutions: the lawful ways to end a finding. Free text ends nothing; every code names those that fit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Who = Literal["owner", "approver", "credit", "controls", "two_persons", "system"]
"""Who may: the queue's owner within the own limit; an approver; who has credit authority; controls; two different
persons; nobody but the system."""

Effect = Literal["release", "ask", "reject", "world", "retry", "confirm", "deny", "send"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """`name` is what the button says, `words` what happens, for those who hesitate.

    `permitted_by` is the rule of policy that must say true where this may be chosen, "" where policy need not permit it.
    `effect`: release (a person accepts), ask (the supplier must act), reject (the paper goes back), world (somebody
    mends a record; the papers end the case), retry, confirm and deny (of an act of ours), send (to the customer, once more;
    the reference is the customer's order number to name on it, where one was found out). `text` is what the supplier is told, and
    `action` what is asked of them, as a Peppol action code.
    """

    id: str
    name: str
    effect: Effect
    words: str = ""
    who: Who = "owner"
    text: str = ""
    action: str = ""
    permitted_by: str = ""


def _rows(effect: Effect, who: Who, rows: str) -> list[Resolution]:
    """One a line: id | name | words, and for those that ask the supplier | text | action."""
    found = []
    for row in rows.strip().splitlines():
        id_, name, words, text, action = [*(part.strip() for part in row.split("|")), "", ""][:5]
        found.append(Resolution(id=id_, name=name, effect=effect, words=words, who=who, text=text, action=action))
    return found


_TABLE: Final = (
    *_rows("release", "owner", """
        accept_variance | Accept the difference | The difference is accepted as it is, within your limit.
        accept_charge | Accept the charge | The charge is posted as an unplanned cost of delivery.
        accept_terms | Accept the terms | The invoice is paid under the terms that it asks for.
        pay_by_agreed_terms | Pay by agreed terms | The invoice is paid under the terms that were agreed, not those that it asks for.
        sign_off | Sign off | The sample was looked at and is in order.
        confirm_price_basis | Confirm the basis | It is said for how many units the price is.
    """),
    Resolution(
        id="short_pay",
        name="Pay what is undisputed",
        effect="release",
        words="What ties out is paid, the rest is claimed with a debit note.",
        permitted_by="short_pay",
    ),
    *_rows("release", "approver", """
        accept_currency | Accept the currency | The invoice is paid in its own currency, at the rate that policy names.
        accept_tax | Accept the tax | The tax is booked as billed.
        write_off | Write off | The rest is written off.
        approve_credit_note | Approve the credit note | The credit note goes to the customer as it is, once.
    """),
    *_rows("release", "credit", """
        release_credit | Release the credit hold | The customer is billed although its credit says no, on what is known now.
    """),
    *_rows("release", "controls", """
        confirm_not_duplicate | Two different papers | The two papers only look alike; both are owed.
    """),
    *_rows("ask", "owner", """
        request_credit_note | Ask for a credit note | The supplier is asked for one. | Please send a credit note for the difference. | CNP
        request_corrected_invoice | Ask for a corrected invoice | The supplier is asked for one. | Please send a corrected invoice. | NIN
        request_invoice | Ask for the invoice | The supplier is asked to bill what was delivered. | Please send the invoice. | NIN
    """),
    *_rows("reject", "owner", """
        reject_to_supplier | Refuse | The paper is refused, and the supplier is told why.
        confirm_duplicate | It is a duplicate | The paper is refused with a reference to the first one.
    """),
    *_rows("world", "owner", """
        accept_service | Accept the service | The service or milestone is accepted as done.
        keep_apart | Keep apart | The two are found to be different.
        confirm_usage | Confirm the usage | The usage is right, however unusual.
        explain_difference | Explain | The difference has a reason, which is recorded.
        certify | Certify | The balance is confirmed with its explanation.
        review | Review | It was reviewed, with what came of it.
        withdraw | Withdraw | Who sent it takes it back.
        withdraw_dispute | Dispute withdrawn | The customer takes the dispute back.
        set_aside | Set aside | It is no claim at all, and is kept without being one.
        decline | Decline | It is not approved.
        request_remittance | Ask what was paid | The customer is asked what the payment is for.
        provide_document | Ask for the document | Who has it is asked to give it.
        return_goods | Return the goods | The goods go back to the supplier.
        remind | Remind | The customer is reminded.
        delegate | Hand over | Another person is asked in your place.
        await_receipt | Wait for the goods | We wait until a day that you name.
        await_event | Wait | We wait until a day that you name.
        record_promise | Record a promise | The day of the promise is noted, and we wait for it.
        amend_order | Amend the order | The order takes over what was really agreed.
        reopen_order | Reopen the order | The order can be billed again.
        release_order | Release the order | The order is released.
        assign_order | Name the order | The invoice is laid beside this order.
        assign_line | Name the order line | The invoice line is laid beside this order line.
        assign_invoice | Name the invoice | The credit note is laid beside this invoice.
        assign_account | Name the account | The usage belongs to this account.
        correct_receipt | Correct the receipt | What really arrived is recorded.
        record_inspection | Record the inspection | The usage decision is recorded.
        maintain_conversion | Maintain the conversion | The product's units get their conversion.
        correct_master_record | Correct the record | The record is put right where it is kept.
        unblock_supplier | Unblock the supplier | The supplier may be paid again.
        merge_records | Merge | The two records become one.
        pay_to_known_account | Pay to the known account | The account on record is paid to, not the one on the paper.
        correct_rate | Correct the rate | The exchange rate is put right.
        apply_prepayment | Apply the advance | The advance is set against the invoice.
        code_invoice | Code | Account and cost centre are completed.
        name_owner | Name who answers | A business owner is named.
        settle_receipt | Settle | The receipt is settled once.
        enter_by_hand | Enter by hand | A person reads the paper, a second one checks it.
        split_document | Split | The file becomes several papers.
        open_period | Open the period | The period takes postings again.
        replay_feed | Read again | What came, or was missed, is read again.
        correct_shipment | Correct the shipment | What really left is recorded.
        correct_billing | Correct billing | Billing takes over what was approved.
        correct_usage | Correct the usage | The usage is put right.
        amend_invoice | Amend the invoice | The invoice is put right before it goes out.
        issue_credit_note | Issue a credit note | The customer gets a credit note.
        charge_back | Charge back | The customer is asked for the rest.
        identify_payer | Name the payer | It is said who paid.
        apply_cash | Apply | The money is set against open items.
        refund | Refund | The money goes back.
        pay_again | Pay anew | The payment is made again.
        post_mirror | Book the other side | The other company books it too.
        post_correction | Book a correction | The difference is booked.
        complete_task | Done | The task is done.
        bill | Bill | It is billed.
        repeat_dry_run | Run dry again | The run is repeated without effect.
    """),
    *_rows("world", "approver", """
        approve | Approve | It is approved.
        redate | Post on another day | The posting takes another date than the invoice.
        raise_limit | Raise the limit | The limit is raised, to an amount and until a day.
        transfer_budget | Transfer budget | Budget is moved to where it is needed.
        fund_account | Fund the account | Money is moved to where it is needed.
        amend_policy | Amend the policy | A new policy version says what holds.
    """),
    *_rows("world", "controls", """
        investigate | Investigate | Controls has found out how it came about, and what follows.
    """),
    *_rows("world", "two_persons", """
        verify_bank_account | Account verified | The account was confirmed by a call to a known number, and a second person has seen it.
        clear_screening | Somebody else | The hit is another person or company; two persons have looked.
        verify_sender | Sender verified | The sender was confirmed by another way than the message itself.
    """),
    *_rows("deny", "two_persons", """
        confirm_not_posted | It was not posted | Two persons have looked and not found it; it can be posted then.
    """),
    *_rows("world", "system", """
        revalidate | Validate again | It is validated again.
    """),
    *_rows("retry", "owner", """
        retry | Try again | The same act is tried again, once more and no more.
        look_up | Look it up | The outer system is asked whether it knows the act.
        retry_posting | Post again | The posting is tried again, under the same reference.
    """),
    *_rows("send", "owner", """
        send_again | Send again | It is sent once more, with the customer's order number if you give one as the reference.
    """),
    *_rows("confirm", "owner", """
        deliver_otherwise | Delivered another way | The customer has got it, or the paper that takes its place, by another way.
        tell_otherwise | Told another way | The supplier was told by another way than the message.
    """),
    *_rows("confirm", "two_persons", """
        confirm_posted | It was posted | Two persons have seen it in the outer system.
    """),
)  # fmt: skip

RESOLUTIONS: Final[Mapping[str, Resolution]] = MappingProxyType({row.id: row for row in _TABLE})
"""Every resolution by name."""

assert len(RESOLUTIONS) == len(_TABLE), "a resolution stands twice"


def resolution_of(name: str) -> Resolution:
    """The resolution of a name. One that only its pack knows is done in the world, and the papers end the case."""
    return RESOLUTIONS.get(name) or Resolution(id=name, name=name.replace("_", " ").capitalize(), effect="world")
