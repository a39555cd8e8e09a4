"""Taxes: an amount or a treatment that does not follow from the law as we compute it."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

TAXES: Final[tuple[Code, ...]] = (
    Code(
        id="AP-TAX-VAR",
        name="Tax amount differs",
        domain="tax",
        detects="The tax billed differs from the tax computed by more than policy allows.",
        queue="regional-tax",
        sla=Clock(amount=2),
        clears="The recalculated tax agrees with the tax billed, or a corrected invoice arrives.",
        evidence="Both computations: taxable amount, rate and tax, for each rate.",
        cause="tax",
        level="header",
        message="Tax of {actual} is billed[; the lines come to {expected}][ at {rates}][: {variance}, allowed {limit}][: {reason}].",
        letter="You charge tax of {actual}[; by the lines it is {expected}][ at {rates}][: a difference of {variance}].",
        resolutions=("request_corrected_invoice", "accept_tax", "reject_to_supplier"),
        peppol="RE/LEG/NIN",
    ),
    Code(
        id="AP-TAX-CODE",
        name="Tax treatment differs",
        domain="tax",
        detects="The tax treatment on the invoice is another than the one determined, reverse charge for instance.",
        queue="regional-tax",
        sla=Clock(amount=2),
        clears="The master record that decides the treatment is corrected, or a corrected invoice arrives.",
        evidence="The rules that lead to our tax treatment.",
        cause="tax",
        kind="master",
        level="header",
        message="Billed as {actual}; we determine {expected}.",
        letter="You bill tax as {actual}; we determine {expected}.",
        resolutions=("correct_master_record", "request_corrected_invoice", "reject_to_supplier"),
        replaces=("AP-TAX-VAR",),
        peppol="RE/LEG/NIN",
    ),
    Code(
        id="AP-TAX-STALE",
        name="Changed after its tax was validated",
        domain="tax",
        detects="The invoice is no longer the one whose tax was validated.",
        queue="system-wait",
        sla=Clock(amount=0),
        clears="The tax is validated again automatically.",
        evidence="The fingerprint of the invoice then and now.",
        cause="tax",
        kind="integration",
        level="header",
        stage="wait",
        message="The invoice changed after its tax was validated; it is being validated again.",
        resolutions=("revalidate",),
        suppresses=("AP-TAX-VAR", "AP-TAX-CODE"),
    ),
    Code(
        id="AP-WHT",
        name="Withholding tax not determined",
        domain="tax",
        detects="The supplier is subject to withholding tax, and what is needed to compute it is missing.",
        queue="tax",
        sla=Clock(amount=3),
        clears="The supplier's record is completed.",
        evidence="The rule, and what is missing for it.",
        cause="tax",
        kind="master",
        level="header",
        message="Withholding tax cannot be computed: {expected} is missing.",
        resolutions=("correct_master_record",),
    ),
)
