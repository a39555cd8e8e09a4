"""Exactly once: however often, by whichever process and in whatever order an action is handed over, the other side holds it once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tieout.connectors.contract.asking import done, find, held, nothing_held, perform, posted
from tieout.connectors.contract.counterpart import Counterpart, must, new_number
from tieout.connectors.contract.samples import Sample
from tieout.core.outbox.action import Answer, Rejected
from tieout.core.outbox.target import Tidies


def what_was_never_sent_is_unknown(counterpart: Counterpart) -> None:
    """`find` answers None for an action that was never handed over, and has no side effects."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    for _ in range(2):
        must(find(counterpart.open(place), [sample]) == [None], "find knows an action that was never handed over")
    counterpart.work()
    nothing_held(counterpart, [sample], "and it was only looked up")


def what_is_handed_over_arrives_once_under_its_reference(counterpart: Counterpart) -> None:
    """It is held once; a newly started process finds it, under the other side's own number."""
    posted(counterpart, [counterpart.sample(new_number())])


def the_same_action_again_changes_nothing(counterpart: Counterpart) -> None:
    """A slow worker performs what another has already done: one document, the same number."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    (first,) = posted(counterpart, [sample])
    for _ in range(2):
        perform(counterpart.open(place), [sample])
        counterpart.work()
        again = done(counterpart, sample, place)
        must(again == first, f"it was {first.ref!r} first, and is {again.ref!r} after it was handed over again")


def the_same_action_again_before_the_other_side_works_changes_nothing(counterpart: Counterpart) -> None:
    """Handed over twice in a row: one document."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    for _ in range(2):
        perform(counterpart.open(place), [sample])
    counterpart.work()
    done(counterpart, sample, place)


def two_processes_at_once_do_it_once(counterpart: Counterpart) -> None:
    """Two workers perform the same actions at the same moment: one document each, and none is reported as refused."""
    place = counterpart.places[0]
    samples = [counterpart.sample(new_number()) for _ in range(4)]
    targets = counterpart.open(place), counterpart.open(place)
    for sample in samples:
        start = Barrier(len(targets))

        def go(index: int, sample: Sample = sample, start: Barrier = start) -> Sequence[Answer]:
            start.wait()
            return perform(targets[index], [sample])

        with ThreadPoolExecutor(len(targets)) as pool:
            answers = [answer for answered in pool.map(go, range(len(targets))) for answer in answered]
        must(
            not any(isinstance(answer, Rejected) for answer in answers),
            f"one of two workers got a refusal, and the other one did it: {answers}",
        )
    counterpart.work()
    for sample in samples:
        done(counterpart, sample, place)


def a_batch_is_answered_in_the_order_of_the_question(counterpart: Counterpart) -> None:
    """Answers are in the order of their actions, whatever order the other side works in."""
    place = counterpart.places[0]
    samples = [counterpart.sample(new_number()) for _ in range(5)]
    dones = posted(counterpart, samples)
    must(len({answer.ref for answer in dones}) == len(samples), "two actions were done under one number")
    target = counterpart.open(place)
    backwards = find(target, samples[::-1])
    must(backwards == dones[::-1], "asked in another order, find gives another action's answer")
    strange = counterpart.sample(new_number())
    mixed = find(target, [samples[0], strange, samples[1]])
    must(mixed == [dones[0], None, dones[1]], "an action that is not known shifts the answers of the others")
    must(find(target, []) == [], "nothing was asked and something is answered")
    must(perform(target, []) == [], "nothing was handed over and something is answered")


def two_actions_of_one_claim_keep_their_order(counterpart: Counterpart) -> None:
    """An invoice that is posted in two parts: two documents in this order, each found by its own reference."""
    if "first part" not in counterpart.takes or "second part" not in counterpart.takes:
        first, second = (counterpart.sample(new_number()) for _ in range(2))
    else:
        number = new_number()
        first, second = counterpart.sample(number, "first part"), counterpart.sample(number, "second part")
    place = counterpart.places[0]
    before, after = *posted(counterpart, [first]), *posted(counterpart, [second])
    must(before.ref != after.ref, f"two parts of one claim are both {before.ref!r}")
    must(done(counterpart, first, place) == before, "the first part is found under another number after the second")
    wanted = [first.reference, second.reference]
    order = [document.reference for document in counterpart.held(place) if document.reference in wanted]
    must(order == wanted, "the second part of a claim arrived before the first")


def two_companies_do_not_mix(counterpart: Counterpart) -> None:
    """The same number in two companies, over two connections: each company's ledger holds its own document, and nothing else."""
    number = new_number()
    samples = {place: counterpart.sample(number, place=place) for place in counterpart.places}
    queues = {counterpart.open(place).queue for place in counterpart.places}
    must(len(queues) == len(samples), f"two connections have one queue: {queues}")
    for place, sample in samples.items():
        posted(counterpart, [sample], place)
    for place in counterpart.places:
        for other, sample in samples.items():
            strange = other != place and held(counterpart, sample, place)
            must(not strange, f"the ledger of {place} holds what was posted for {other}")


def once_an_outcome_is_stored_temporary_files_may_be_removed_and_the_posting_looked_up(
    counterpart: Counterpart,
) -> None:
    """After `settled`, also twice, and for actions that were never sent, everything is found as before."""
    place = counterpart.places[0]
    sample, unsent = counterpart.sample(new_number()), counterpart.sample(new_number())
    (first,) = posted(counterpart, [sample])
    target = counterpart.open(place)
    if isinstance(target, Tidies):
        for _ in range(2):
            target.settled([sample.action, unsent.action])
    counterpart.work()
    must(done(counterpart, sample, place) == first, "it is found under another number after it was tidied up")
    must(find(target, [unsent]) == [None], "an action is known because it was tidied up")
