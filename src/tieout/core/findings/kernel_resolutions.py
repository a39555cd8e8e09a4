"""The kernel's resolutions: accept, reject, wait, and what can be done about an action of ours. Packs bring the others."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.resolution import Resolution, resolutions

KERNEL: Final[tuple[Resolution, ...]] = (
    *resolutions("release", "owner", """
        accept_variance | Accept the difference | The difference is accepted as it is, within your limit.
    """),
    *resolutions("reject", "owner", """
        reject_to_supplier | Reject the document | The document is rejected, and its sender is informed why.
    """),
    *resolutions("elsewhere", "owner", """
        withdraw | Withdraw | The sender withdraws it.
        delegate | Hand over | Another person is asked in your place.
        correct_receipt | Correct the receipt | The receipt is corrected to what actually arrived.
        replay_feed | Read again | What was received or missed is read in again.
    """),
    *resolutions("wait", "owner", """
        await_event | Wait | Nobody is asked until the day that you name; then the case comes back.
    """),
    *resolutions("elsewhere", "approver", """
        amend_policy | Amend the policy | A new policy version sets the rule.
    """),
    *resolutions("deny", "two_persons", """
        confirm_not_posted | Confirm: not posted | Two people have checked and not found the posting; it can then be posted.
    """),
    *resolutions("elsewhere", "system", """
        revalidate | Validate again | The tax is validated again.
    """),
    *resolutions("retry", "owner", """
        retry | Try again | The same action is tried once more, unless the external system has it already.
        look_up | Check the external system | Tieout looks in the external system first, and hands over again only what is missing.
        retry_posting | Post again | The posting is tried again under the same reference, unless the external system has it already.
    """),
    *resolutions("check", "owner", """
        check_again | Check again | The document is checked once more.
    """),
    *resolutions("send", "owner", """
        send_again | Send again | The document is sent once more, with the customer's order number as reference if you enter one.
    """),
    *resolutions("confirm", "owner", """
        deliver_otherwise | Confirm: transmitted another way | The customer has received it, or the document that replaces it, another way.
        tell_otherwise | Confirm: informed another way | The counterparty was informed by means other than the message.
    """),
    *resolutions("confirm", "two_persons", """
        confirm_posted | Confirm: posted | Two people have seen the posting in the external system.
        confirm_one_stands | Confirm: one posting remains | Two people have confirmed that one posting remains and any other is reversed.
    """),
)  # fmt: skip

ACCEPTANCE: Final = "accept_variance"
"""Under which resolution a finding is accepted whose code names no other one that accepts it."""
REJECTION: Final = "reject_to_supplier"
"""The resolution that is open in every case of a demand that is not closed: it can always be sent back. What is watched (an order of a
customer) is no demand."""

assert {ACCEPTANCE, REJECTION} <= {row.id for row in KERNEL}, "the kernel names a resolution that it does not have"
