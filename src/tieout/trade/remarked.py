"""What a reader found invalid in an invoice, and lines that cannot be distinguished, as findings: alike for every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from tieout.core.findings.code import Code
from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Invoice


def remarked(
    dossier: Dossier,
    invoice: Invoice,
    codes: Mapping[str, Code],
    *,
    ruling: Ruling,
    remedy: str,
    reported: Collection[str] = (),
) -> Iterator[Finding]:
    """DOC-UNREAD and DOC-EINV: one finding for each remark of the reader. `remedy` says who is to correct the document.

    `reported` are rules that another code reports.
    """
    for remark in dossier.remarks:
        if remark.rule in reported:
            continue
        yield finding(
            codes[remark.code],
            remark.where or DOCUMENT,
            ruling=ruling,
            stage="hold" if remark.fatal else "note",
            actual=remark.rule,
            at_stake=invoice.totals.payable if remark.fatal else None,
            reason=remark.message,
            rule=remark.rule or remark.code,
            place=remark.where or "the document",
            remedy=remedy,
        )
    if len({line.id for line in invoice.lines}) == len(invoice.lines):
        return
    ids = Counter(line.id for line in invoice.lines)
    twice = [name for name, count in ids.items() if count > 1]
    yield finding(  # whatever is found, accepted or posted of a line would apply to both
        codes["DOC-EINV"],
        DOCUMENT,
        ruling=ruling,
        stage="hold",
        actual=", ".join(twice),
        at_stake=invoice.totals.payable,
        reason=Sentence("more than one line has the id {twice}", twice=", ".join(twice)),
        rule="line ids",
        place="the lines",
        remedy=remedy,
    )
