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
        await_event | Wait | We wait until a day that you name.
        correct_receipt | Correct the receipt | What really arrived is recorded.
        replay_feed | Read again | What was received, or missed, is read again.
    """),
    *resolutions("elsewhere", "approver", """
        amend_policy | Amend the policy | A new policy version sets the rule.
    """),
    *resolutions("deny", "two_persons", """
        confirm_not_posted | It was not posted | Two persons have looked and not found it; it can be posted then.
    """),
    *resolutions("elsewhere", "system", """
        revalidate | Validate again | It is validated again.
    """),
    *resolutions("retry", "owner", """
        retry | Try again | The same action is tried once more.
        look_up | Look it up | The external system is asked whether it has it.
        retry_posting | Post again | The posting is tried again, under the same reference.
    """),
    *resolutions("send", "owner", """
        send_again | Send again | It is sent once more, with the customer's order number if you give one as the reference.
    """),
    *resolutions("confirm", "owner", """
        deliver_otherwise | Delivered another way | The customer has received it, or the document that replaces it, another way.
        tell_otherwise | Informed another way | They were informed by other means than the message.
    """),
    *resolutions("confirm", "two_persons", """
        confirm_posted | It was posted | Two persons have seen it in the external system.
    """),
)  # fmt: skip

ACCEPTANCE: Final = "accept_variance"
"""Under which resolution a finding is accepted whose code names no other one that accepts it."""
REJECTION: Final = "reject_to_supplier"
"""The resolution that is open in every case that is not closed: a document can always be sent back."""

assert {ACCEPTANCE, REJECTION} <= {row.id for row in KERNEL}, "the kernel names a resolution that it does not have"
