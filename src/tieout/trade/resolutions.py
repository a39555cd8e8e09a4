"""Resolutions that processes about goods, invoices and money share; packs name them and add their own."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.resolution import Resolution, resolutions

RESOLUTIONS: Final[tuple[Resolution, ...]] = (
    *resolutions("release", "owner", """
        sign_off | Sign off | The sample was looked at and is in order.
    """),
    *resolutions("release", "approver", """
        write_off | Write off | The rest is written off.
        approve_credit_note | Approve the credit note | The credit note goes to the customer as it is, once.
    """),
    *resolutions("release", "credit", """
        release_credit | Release the credit hold | The customer is billed although its credit says no, on what is known now.
    """),
    *resolutions("ask", "owner", """
        request_corrected_invoice | Ask for a corrected invoice | The supplier is asked for one. | Please send a corrected invoice. | NIN
        request_invoice | Ask for the invoice | The supplier is asked to bill what was delivered. | Please send the invoice. | NIN
    """),
    *resolutions("elsewhere", "owner", """
        accept_service | Accept the service | The service or milestone is accepted as done.
        keep_apart | Keep apart | The two are found to be different.
        confirm_usage | Confirm the usage | The usage is right, however unusual.
        explain_difference | Explain | The difference has a reason, which is recorded.
        certify | Certify | The balance is confirmed with its explanation.
        review | Review | It was reviewed, with what came of it.
        withdraw_dispute | Dispute withdrawn | The customer takes the dispute back.
        set_aside | Set aside | It is no claim at all, and is kept without being one.
        decline | Decline | It is not approved.
        request_remittance | Ask what was paid | The customer is asked what the payment is for.
        provide_document | Ask for the document | Who has it is asked to give it.
        remind | Remind | The customer is reminded.
        record_promise | Record a promise | The day of the promise is noted, and we wait for it.
        amend_order | Amend the order | The order takes over what was really agreed.
        assign_account | Name the account | The usage belongs to this account.
        maintain_conversion | Maintain the conversion | The product's units get their conversion.
        correct_master_record | Correct the record | The record is put right where it is kept.
        unblock_supplier | Unblock the supplier | The supplier may be paid again.
        merge_records | Merge | The two records become one.
        pay_to_known_account | Pay to the known account | The account on record is paid to, not the one on the invoice.
        enter_by_hand | Enter by hand | A person reads the document, a second one checks it.
        split_document | Split | The file becomes several documents.
        open_period | Open the period | The period takes postings again.
        correct_shipment | Correct the shipment | What really left is recorded.
        correct_billing | Correct billing | Billing takes over what was approved.
        correct_usage | Correct the usage | The usage is put right.
        amend_invoice | Amend the invoice | The invoice is put right before it goes out.
        issue_credit_note | Issue a credit note | The customer gets a credit note.
        charge_back | Charge back | The customer is asked for the rest.
        identify_payer | Name the payer | The payer is named.
        apply_cash | Apply | The money is set against open items.
        refund | Refund | The money goes back.
        pay_again | Pay anew | The payment is made again.
        post_mirror | Book the other side | The other company books it too.
        post_correction | Book a correction | The difference is booked.
        complete_task | Done | The task is done.
        bill | Bill | It is billed.
        repeat_dry_run | Run dry again | The run is repeated without effect.
    """),
    *resolutions("elsewhere", "approver", """
        approve | Approve | It is approved.
        raise_limit | Raise the limit | The limit is raised, to an amount and until a day.
        fund_account | Fund the account | Money is moved to where it is needed.
    """),
    *resolutions("elsewhere", "controls", """
        investigate | Investigate | Controls has found out how it came about, and what follows.
    """),
    *resolutions("elsewhere", "two_persons", """
        verify_bank_account | Account verified | The account was confirmed by a call to a known number, and a second person has seen it.
        clear_screening | Somebody else | The hit is another person or company; two persons have looked.
        verify_sender | Sender verified | The sender was confirmed by another way than the message itself.
    """),
)  # fmt: skip
