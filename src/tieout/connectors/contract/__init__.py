"""The contract of a target, as checks that any connector's tests can run: what the outbox relies on to do things exactly once.

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_contract(check, tmp_path):
        counterpart = MyCounterpart(tmp_path)
        if not check.applies(counterpart):
            pytest.skip(f"the counterpart cannot simulate: {check.needs}")
        check.run(counterpart)

A check raises `Broken` with the promise that is not kept. Nothing here needs a test framework. The guide is
docs/guides/add-a-connector.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tieout.connectors.contract import once, payloads, trouble
from tieout.connectors.contract.counterpart import Broken, Check, Counterpart, Fault, Held
from tieout.connectors.contract.samples import SORTS, Sample, Sort, payment_says, sample_of

CHECKS: Final = (
    Check(run=once.what_was_never_sent_is_unknown),
    Check(run=once.what_is_handed_over_arrives_once_under_its_reference),
    Check(run=once.the_same_action_again_changes_nothing),
    Check(run=once.the_same_action_again_before_the_other_side_works_changes_nothing),
    Check(run=once.two_processes_at_once_do_it_once),
    Check(run=once.a_batch_is_answered_in_the_order_of_the_question),
    Check(run=once.two_actions_of_one_claim_keep_their_order),
    Check(run=once.two_companies_do_not_mix),
    Check(run=once.once_an_outcome_is_stored_temporary_files_may_be_removed_and_the_posting_looked_up),
    Check(run=payloads.what_is_sent_arrives_to_the_cent),
    Check(run=payloads.what_the_other_side_does_not_take_is_refused),
    Check(run=payloads.a_payload_of_an_unknown_version_is_refused),
    Check(run=payloads.a_payload_that_cannot_be_read_is_refused),
    Check(run=payloads.an_action_of_another_purpose_is_refused),
    Check(run=payloads.what_is_refused_does_not_hold_up_the_rest_of_its_batch),
    Check(run=payloads.the_connector_says_what_it_needs),
    Check(run=trouble.out_of_reach_is_neither_unsent_nor_refused, needs="down"),
    Check(run=trouble.trouble_of_its_own_is_no_refusal, needs="busy"),
    Check(run=trouble.a_request_that_was_lost_is_sent_again_and_done_once, needs="request lost"),
    Check(run=trouble.an_answer_that_was_lost_is_looked_up_and_nothing_is_done_twice, needs="answer lost"),
    Check(run=trouble.an_answer_that_cannot_be_read_is_no_answer, needs="nonsense"),
    Check(run=trouble.a_refusal_is_reported_in_words_and_leaves_nothing, needs="refuses"),
    Check(run=trouble.two_documents_under_one_reference_are_for_a_person, needs="books twice"),
)
"""Every promise. Those that need a fault are checked only where the counterpart can simulate it."""


def broken_promises(make: Callable[[], Counterpart]) -> dict[str, str]:
    """The broken promises by name of the check, each with a new counterpart. Empty: everything that could be checked holds."""
    complaints = {}
    for check in CHECKS:
        counterpart = make()
        if check.applies(counterpart):
            try:
                check.run(counterpart)
            except Broken as broken:
                complaints[check.name] = str(broken)
    return complaints


__all__ = [
    "CHECKS",
    "SORTS",
    "Broken",
    "Check",
    "Counterpart",
    "Fault",
    "Held",
    "Sample",
    "Sort",
    "broken_promises",
    "payment_says",
    "sample_of",
]
