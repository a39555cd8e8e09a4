"""The kernel's resolutions: accept, reject, wait, and what can be done about an action of ours. Packs bring the others."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.resolution import Resolution, resolutions

KERNEL: Final[tuple[Resolution, ...]] = (
    *resolutions("release", "owner", """
        accept_variance | Accept the difference | The difference is accepted as it is, within your limit.
    """),
    *resolutions("reject", "owner", """
        reject_to_supplier | Refuse | The document is refused, and its sender is told why.
    """),
    *resolutions("elsewhere", "owner", """
        withdraw | Withdraw | Who sent it takes it back.
        delegate | Hand over | Another person is asked in your place.
        await_event | Wait | We wait until a day that you name.
        correct_receipt | Correct the receipt | What really arrived is recorded.
        replay_feed | Read again | What came, or was missed, is read again.
    """),
    *resolutions("elsewhere", "approver", """
        amend_policy | Amend the policy | A new policy version says what holds.
    """),
    *resolutions("deny", "two_persons", """
        confirm_not_posted | It was not posted | Two persons have looked and not found it; it can be posted then.
    """),
    *resolutions("elsewhere", "system", """
        revalidate | Validate again | It is validated again.
    """),
    *resolutions("retry", "owner", """
        retry | Try again | The same act is tried again, once more and no more.
        look_up | Look it up | The outer system is asked whether it knows the act.
        retry_posting | Post again | The posting is tried again, under the same reference.
    """),
    *resolutions("send", "owner", """
        send_again | Send again | It is sent once more, with the customer's order number if you give one as the reference.
    """),
    *resolutions("confirm", "owner", """
        deliver_otherwise | Delivered another way | The customer has got it, or the paper that takes its place, by another way.
        tell_otherwise | Told another way | They were told by another way than the message.
    """),
    *resolutions("confirm", "two_persons", """
        confirm_posted | It was posted | Two persons have seen it in the outer system.
    """),
)  # fmt: skip

ACCEPTANCE: Final = "accept_variance"
"""Under which resolution a finding is accepted whose code names no other one that accepts it."""
REJECTION: Final = "reject_to_supplier"
"""The resolution that is open in every case that is not over: a document can always be sent back."""

assert {ACCEPTANCE, REJECTION} <= {row.id for row in KERNEL}, "the kernel names a resolution that it does not have"
