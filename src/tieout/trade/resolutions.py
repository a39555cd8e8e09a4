"""Resolutions that processes about goods, invoices and money share; packs name them and add their own."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.resolution import Resolution, resolutions

RESOLUTIONS: Final[tuple[Resolution, ...]] = (
    *resolutions("release", "owner", """
        sign_off | Sign off | The matter was reviewed and is in order.
    """),
    *resolutions("release", "approver", """
        write_off | Write off | The rest is written off.
        bill_estimate | Bill an estimate by days | The usage is billed as if spread evenly over the days, until each part is stated.
        approve_credit_note | Approve the credit note | The credit note is approved as it is and sent to the customer once.
        confirm_invoice | Confirm: an invoice | The document itself is the invoice, and no other follows it: it is checked as one.
        read_as_credit | It gives money back | The amounts of this document are read as money that the supplier gives back.
    """),
    *resolutions("release", "credit", """
        release_credit | Release the credit hold | The customer is billed despite the credit hold, on today's figures.
    """),
    *resolutions("ask", "owner", """
        request_corrected_invoice | Ask for a corrected invoice | The supplier is asked for it. | Please send a corrected invoice. | NIN
        read_as_demand | It asks for money | An invoice is requested. | Your credit note is negative: please send an invoice. | NIN
        request_invoice | Ask for the invoice | The supplier is asked to bill what was delivered. | Please send the invoice. | NIN
        request_remittance | Request remittance advice | The payer is asked what it is for. | Please tell us what your payment is for. | PIN
        remind | Send a reminder | The customer is reminded. | Please pay what is due. | PIN
    """),
    *resolutions("wait", "owner", """
        record_promise | Record a promise | The promised day is recorded; nobody is asked until then.
    """),
    *resolutions("elsewhere", "owner", """
        accept_service | Accept the service | The service or milestone is accepted as done.
        keep_apart | Keep separate | The two are found to be different.
        request_usage_by_part | Ask for usage by sub-period | Whoever meters usage is asked to state it for each part of the period.
        confirm_usage | Confirm the usage | The usage is unusual but correct.
        explain_difference | Explain the difference | The difference has a reason, which is recorded.
        certify | Certify the balance | The balance is confirmed with its explanation.
        review | Review | The review and its result are recorded.
        withdraw_dispute | Confirm: dispute withdrawn | The customer withdraws the dispute.
        set_aside | File as no invoice | The document demands no payment and is only kept on file.
        decline | Decline | The approval is declined.
        provide_document | Ask for the document | Whoever has the document is asked for it.
        amend_order | Amend the order | The order is changed to what was agreed.
        assign_account | Assign the billing account | The usage belongs to this billing account.
        maintain_conversion | Maintain the conversion | The conversion between the product's units is maintained.
        correct_master_record | Correct the record | It is corrected where it is maintained; handed in again, it clears the case.
        hand_in_supplier | Hand in the supplier's record | Its record is handed in as a file, and the claim is tied out again at once.
        unblock_supplier | Unblock the supplier | It is unblocked where it is maintained; its record, handed in again, clears the case.
        merge_records | Merge the records | The two records become one.
        pay_to_known_account | Pay to the account on record | Payment goes to the account on record, not the one on the invoice.
        enter_by_hand | Enter by hand | One person enters the document, a second checks it.
        split_document | Split the file | The file becomes several documents.
        open_period | Open the period | The period is opened for posting.
        correct_shipment | Correct the shipment | The shipment is corrected to what actually left.
        correct_billing | Correct billing | Billing is changed to what was approved.
        correct_usage | Correct the usage | The usage is corrected.
        amend_invoice | Amend the invoice | The invoice is corrected before it is sent.
        issue_credit_note | Issue a credit note | A credit note is issued to the customer.
        charge_back | Charge back | The rest is charged to the customer.
        identify_payer | Identify the payer | The payer of the money is identified.
        apply_cash | Apply the payment | The payment is applied to open items.
        refund | Refund | The money is paid back.
        pay_again | Pay again | The payment is made again.
        post_mirror | Post the intercompany entry | The other company posts its entry.
        post_correction | Post a correction | The difference is posted.
        complete_task | Done | The task is done.
        bill | Bill | The open quantity or service is billed.
        repeat_dry_run | Repeat the test run | The run is repeated as a test, without posting.
    """),
    *resolutions("elsewhere", "approver", """
        approve | Approve | The approval is given.
        raise_limit | Raise the limit | The limit is raised, to an amount and until a day.
        fund_account | Fund the account | Funds are transferred to the account.
    """),
    *resolutions("elsewhere", "controls", """
        investigate | Investigate | Internal control has clarified the cause and the consequences.
    """),
    *resolutions("elsewhere", "two_persons", """
        verify_bank_account | Confirm: account verified | The account was confirmed by a call to a known number, by two people.
        clear_screening | Confirm: not the listed party | The hit is another person or company; two people have checked it.
        verify_sender | Confirm: sender verified | The sender was confirmed by a channel other than the message.
    """),
)  # fmt: skip
