"""Duplicates, audit samples and discounts about to be lost: what protects the money before anything is compared."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

CONTROLS: Final[tuple[Code, ...]] = (
    Code(
        id="AP-DUP-CERT",
        name="Definite duplicate",
        domain="payables",
        detects=(
            "The same supplier has already billed this number for this amount in this currency, and that document "
            "was not reversed."
        ),
        queue="ap-control",
        sla=Clock(amount=1),
        clears="The earlier document is reversed, or AP control confirms that the two are different documents.",
        evidence="Both documents side by side, and whether the earlier one was posted or paid.",
        cause="duplicate",
        kind="control",
        level="header",
        stage="reject",
        control=True,
        message=(
            "{supplier} has already billed {other}[ of {other_date}] for {expected}[ ({other_state})]. This is "
            "the same document again."
        ),
        letter="You have already billed this as {other}[ of {other_date}] for {expected}: it is the same document again.",
        resolutions=("confirm_duplicate", "confirm_not_duplicate", "withdraw"),
        suppresses=("AP-*",),
        peppol="RE/OTH/NOA",
    ),
    Code(
        id="AP-DUP-SUSP",
        name="Suspected duplicate",
        domain="payables",
        detects="An earlier document is so similar that a person should check before both are paid.",
        queue="ap-control",
        sla=Clock(amount=1),
        clears="The other document is credited or reversed, or AP control confirms that the two are different documents.",
        evidence="What agrees and what does not, with the probability.",
        cause="duplicate",
        level="header",
        message=(
            "{supplier} has already billed {other}[ of {other_date}] for {expected}[ ({other_state})]; this "
            "document asks for {actual}[: {reason}]."
        ),
        letter="It looks like {other}[ of {other_date}], which we have already. Is this a different document?",
        resolutions=("confirm_duplicate", "confirm_not_duplicate", "withdraw"),
        peppol="UQ/OTH/PIN",
    ),
    Code(
        id="AP-DISC-RISK",
        name="Cash discount about to be lost",
        domain="payables",
        detects="The time left to earn the discount is less than the open work usually takes.",
        queue="ap-lead",
        sla=Clock(amount=4, unit="bh"),
        clears="The invoice ties out before the discount ends.",
        evidence="The discount in money, the day it ends, and what is still open.",
        cause="terms",
        kind="timing",
        level="header",
        stage="note",
        message="A discount of {at_stake} ends[ on {until}] while the invoice is still open.",
        resolutions=("accept_variance",),
    ),
    Code(
        id="AP-AUDIT-RND",
        name="Selected for audit",
        domain="payables",
        detects="The invoice was drawn into the audit sample, larger amounts more often.",
        queue="ap-control",
        sla=Clock(amount=2),
        clears="AP control has reviewed the invoice and signs it off.",
        evidence="Everything that the verdict rests on.",
        cause="audit",
        kind="policy",
        level="header",
        message="Selected for audit[: {at_stake}].",
        resolutions=("sign_off", "reject_to_supplier"),
    ),
)
