"""Precedence: controls, stale input, explanations; whatever the order, and nothing lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.app import taxonomy
from tieout.core.findings import precedence
from tieout.core.findings.code import Taxonomy
from tieout.core.findings.finding import Finding
from tieout.core.findings.precedence import apply
from tieout.core.tie_out.verdict import status_of

TAXONOMY = taxonomy()


def finding(code: str, where: str = "1", stage: str | None = None, **more: str) -> Finding:
    row = TAXONOMY[code]
    return Finding(
        code=code, where=where, stage=stage or row.stage, queue=row.queue, cause=row.cause, **more,
    )  # fmt: skip


def kept(*findings: Finding) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in apply(findings, TAXONOMY).kept]


def test_an_explanation_replaces_its_symptoms_on_the_same_line_only():
    weighed = apply(
        [finding("AP-PRC-OVER"), finding("AP-AMT-TOTAL"), finding("AP-PRC-STALEPO"), finding("AP-PRC-OVER", "2")],
        TAXONOMY,
    )
    assert [(remaining.code, remaining.where) for remaining in weighed.kept] == [
        ("AP-PRC-STALEPO", "1"),
        ("AP-PRC-OVER", "2"),
    ]
    assert {(silenced.finding.code, silenced.by, silenced.rule) for silenced in weighed.silenced} == {
        ("AP-PRC-OVER", "AP-PRC-STALEPO", "replaced"),
        ("AP-AMT-TOTAL", "AP-PRC-STALEPO", "replaced"),
    }


def test_a_price_basis_replaces_over_and_under():
    assert kept(finding("AP-PRC-UNITBASIS"), finding("AP-PRC-UNDER")) == [("AP-PRC-UNITBASIS", "1")]


def test_stale_receipts_suppress_what_rests_on_receipts_and_not_what_rests_on_the_order():
    codes = ("AP-QTY-NOREC", "AP-QTY-REC", "AP-QTY-INSP", "AP-QTY-SHORT", "AP-GR-EARLY")
    assert kept(finding("INT-GR-LAG", stage="wait"), *map(finding, codes)) == [("INT-GR-LAG", "1")]
    assert set(kept(finding("INT-GR-LAG"), finding("AP-QTY-ORD"), finding("AP-PRC-OVER"), finding("AP-QUAL-REJ"))) == {
        ("INT-GR-LAG", "1"), ("AP-QTY-ORD", "1"), ("AP-PRC-OVER", "1"), ("AP-QUAL-REJ", "1"),
    }  # fmt: skip
    assert len(kept(finding("INT-GR-LAG", "1"), finding("AP-QTY-REC", "2"))) == 2


def test_the_parts_of_a_shortage_do_not_hide_one_another():
    parts = [finding("AP-QTY-INSP"), finding("AP-QTY-REC"), finding("AP-QUAL-REJ"), finding("AP-GR-EARLY")]
    assert len(kept(*parts)) == 4


def test_a_certain_duplicate_silences_the_whole_document_but_no_other_control():
    findings = [
        finding("AP-DUP-CERT", "document"), finding("AP-PRC-OVER"), finding("AP-QTY-REC", "2"),
        finding("MD-BANK-CHG", "document"), finding("GOV-NOPOLICY", "2"),
    ]  # fmt: skip
    assert kept(*findings) == [("AP-DUP-CERT", "document"), ("MD-BANK-CHG", "document"), ("GOV-NOPOLICY", "2")]


def test_a_control_is_never_silenced_whatever_a_row_says():
    greedy = replace(TAXONOMY["AP-DUP-CERT"], suppresses=("*",))
    rows = [greedy, *(code for code in TAXONOMY.values() if code.id != greedy.id)]
    findings = [finding("AP-DUP-CERT", "document"), finding("MD-BANK-CHG", "document"), finding("AP-DATE", "document")]
    assert [remaining.code for remaining in apply(findings, Taxonomy(rows)).kept] == ["AP-DUP-CERT", "MD-BANK-CHG"]


def test_a_note_silences_nothing_graver():
    released = finding("AP-PRC-STALEPO", stage="note")
    assert set(kept(released, finding("AP-AMT-TOTAL"))) == {("AP-PRC-STALEPO", "1"), ("AP-AMT-TOTAL", "1")}
    assert kept(released, finding("AP-AMT-TOTAL", stage="note")) == [("AP-PRC-STALEPO", "1")]


def test_what_is_silenced_silences_nothing():
    """The duplicate silences the stale order price, and without it the document is still rejected."""
    weighed = apply([finding("AP-DUP-CERT", "document"), finding("AP-PRC-STALEPO"), finding("AP-PRC-OVER")], TAXONOMY)
    assert {silenced.by for silenced in weighed.silenced} == {"AP-DUP-CERT"}


def test_a_code_that_nobody_knows_is_kept():
    strange = Finding(code="XX-NEW", where="1", stage="hold", queue="q", cause="c")
    assert apply([finding("AP-DUP-CERT", "document"), strange], TAXONOMY).kept[-1] == strange


def test_controls_come_first_then_the_gravest_then_as_on_the_document():
    order = kept(
        finding("AP-DATE", "document"), finding("AP-PRC-OVER", "10"), finding("AP-PRC-OVER", "2"), finding("AP-GR-EARLY", "1"),
        finding("MD-BANK-CHG", "document"),
    )  # fmt: skip
    assert order == [
        ("MD-BANK-CHG", "document"), ("AP-DATE", "document"), ("AP-PRC-OVER", "2"), ("AP-PRC-OVER", "10"), ("AP-GR-EARLY", "1"),
    ]  # fmt: skip


findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(sorted(TAXONOMY)),
        st.sampled_from(["document", "1", "2"]),
        st.sampled_from(["note", "wait", "hold", "reject"]),
        actual=st.sampled_from(["", "5 EA", "6 EA"]),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(findings, st.randoms(use_true_random=False))
def test_order_never_matters_nothing_is_lost_and_weighing_again_changes_nothing(many, dice):
    weighed = apply(many, TAXONOMY)
    shuffled = list(many)
    dice.shuffle(shuffled)
    assert apply(shuffled, TAXONOMY) == weighed
    assert apply(weighed.kept, TAXONOMY).kept == weighed.kept
    assert {*weighed.kept, *(silenced.finding for silenced in weighed.silenced)} == set(many)
    assert (status_of(weighed.kept) == "clear") == (status_of(many) == "clear")
    assert all(silenced.by in {remaining.code for remaining in weighed.kept} for silenced in weighed.silenced)


def test_thousands_of_findings_are_not_weighed_pair_by_pair(monkeypatch):
    """A contract of many years has as many periods that nobody billed: a worker was kept by one for minutes."""
    weighed, rule = [], precedence._rule

    def counted(upper, lower, codes):
        weighed.append(upper)
        return rule(upper, lower, codes)

    monkeypatch.setattr(precedence, "_rule", counted)
    many = [finding(code, str(line)) for line in range(1000) for code in ("AP-PRC-OVER", "AP-PRC-STALEPO")]
    assert {code for code, _ in kept(*many)} == {"AP-PRC-STALEPO"}
    assert len(weighed) < 20 * len(many)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(TAXONOMY)), st.sampled_from(["document", "1", "2"])), max_size=9),
)
@settings(max_examples=300, deadline=None)
def test_who_is_asked_is_whoever_could_silence(named):
    """Weighing only those at the same place and the controls gives what weighing all pairs gives."""
    findings = [finding(code, where) for code, where in named]
    assert apply(findings, TAXONOMY) == _by_all_pairs(findings)


def _by_all_pairs(findings):
    ordered = sorted(dict.fromkeys(findings), key=lambda one: precedence._place(one, TAXONOMY))

    class Everybody:
        def of(self, _):
            return ordered

    by = {}
    for one in ordered:
        precedence._decide(one, Everybody(), TAXONOMY, by, asked=())
    return precedence.Weighed(
        kept=tuple(one for one in ordered if by[one] is None),
        silenced=tuple(gone for one in ordered if (gone := by[one]) is not None),
    )
