"""Faults: refusals and temporary failures are distinguished, and no lost answer leads to a second document."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.connectors.contract.asking import done, find, nothing_held, perform, posted
from tieout.connectors.contract.counterpart import Counterpart, Fault, must, new_number
from tieout.connectors.contract.samples import Sample
from tieout.core.outbox.action import Answer, Done, Rejected, Sent, Unknown
from tieout.core.outbox.target import Tidies


def out_of_reach_is_neither_unsent_nor_refused(counterpart: Counterpart) -> None:
    """While it cannot be reached, every answer is `Unknown` and down; afterwards everything is as it was."""
    place = counterpart.places[0]
    old, new = counterpart.sample(new_number()), counterpart.sample(new_number())
    (first,) = posted(counterpart, [old])
    counterpart.suffer("down")
    target = counterpart.open(place)
    answers: Sequence[Answer | None] = [*find(target, [old, new]), *perform(target, [new])]
    for answer in answers:
        must(isinstance(answer, Unknown) and answer.down, f"it cannot be reached, and the answer is {answer}")
    counterpart.suffer(None)
    counterpart.work()
    must(done(counterpart, old, place) == first, "it is found under another number after it could not be reached")
    must(find(counterpart.open(place), [new]) == [None], "what was tried in vain is known afterwards")
    posted(counterpart, [new])


def trouble_of_its_own_is_no_refusal(counterpart: Counterpart) -> None:
    """While it is busy, nothing is refused and nothing counts as done; afterwards it is done once."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    counterpart.suffer("busy")
    target = counterpart.open(place)
    for answer in (*find(target, [sample]), *perform(target, [sample])):
        must(isinstance(answer, Unknown), f"it is busy, and the answer is {answer}")
    counterpart.suffer(None)
    _done_in_the_end(counterpart, sample)


def a_request_that_was_lost_is_sent_again_and_done_once(counterpart: Counterpart) -> None:
    """No answer, because nothing arrived: `Unknown`, then not known, then done."""
    sample = counterpart.sample(new_number())
    counterpart.suffer("request lost")
    _silent(perform(counterpart.open(counterpart.places[0]), [sample])[0], "request lost")
    counterpart.suffer(None)
    counterpart.work()
    nothing_held(counterpart, [sample], "and it never arrived")
    _done_in_the_end(counterpart, sample)


def an_answer_that_was_lost_is_looked_up_and_nothing_is_done_twice(counterpart: Counterpart) -> None:
    """No answer, although it was done: the next look-up finds it by its reference; handed over again it is still one."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    counterpart.suffer("answer lost")
    _silent(perform(counterpart.open(place), [sample])[0], "answer lost")
    counterpart.work()
    counterpart.suffer(None)
    counterpart.work()
    first = done(counterpart, sample, place)
    perform(counterpart.open(place), [sample])
    counterpart.work()
    must(done(counterpart, sample, place) == first, "it has another number after it was handed over again")


def an_answer_that_cannot_be_read_is_no_answer(counterpart: Counterpart) -> None:
    """An unreadable answer is `Unknown`, neither done nor refused; once answers can be read again, what was done is found."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    counterpart.suffer("nonsense")
    _silent(perform(counterpart.open(place), [sample])[0], "nonsense")
    counterpart.work()
    (answer,) = find(counterpart.open(place), [sample])
    must(isinstance(answer, Unknown | Sent), f"its answer cannot be read, and find answers {answer}")
    counterpart.suffer(None)
    _done_in_the_end(counterpart, sample)


def a_refusal_is_reported_in_words_and_leaves_nothing(counterpart: Counterpart) -> None:
    """`Rejected` with a reason, and nothing is held. Once the cause is corrected it can go, under the same reference or not at all."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    counterpart.suffer("refuses")
    target = counterpart.open(place)
    (answer,) = perform(target, [sample])
    counterpart.work()
    if isinstance(answer, Sent):
        (later,) = find(counterpart.open(place), [sample])
        must(later is not None, "it was handed over and refused, and find does not know it")
        answer = later if later is not None else answer
    must(isinstance(answer, Rejected), f"it was refused, and the answer is {answer}")
    must(isinstance(answer, Rejected) and bool(answer.reason.strip()), "it was refused and no reason is given")
    nothing_held(counterpart, [sample], "although it was refused")
    if isinstance(target, Tidies):
        target.settled([sample.action])
    counterpart.suffer(None)
    (after,) = find(counterpart.open(place), [sample])
    must(after is None or isinstance(after, Rejected), f"what was refused is {after} after the cause is corrected")
    if after is None:
        posted(counterpart, [sample])


def two_documents_under_one_reference_are_for_a_person(counterpart: Counterpart) -> None:
    """Where the other side did it twice nevertheless, the answer is `Unknown` and ambiguous, never `Done`."""
    place = counterpart.places[0]
    sample = counterpart.sample(new_number())
    counterpart.suffer("books twice")
    perform(counterpart.open(place), [sample])
    counterpart.work()
    (answer,) = find(counterpart.open(place), [sample])
    ambiguous = isinstance(answer, Unknown) and answer.ambiguous
    must(ambiguous, f"there are two documents under one reference, and find answers {answer}")
    counterpart.suffer(None)


def _silent(answer: Answer, fault: Fault) -> None:
    """`Done` here is an answer taken for granted, or a fault that was not simulated: the text names both."""
    says = f"with the fault {fault!r} there was no answer that can be read, and perform returned {answer}"
    must(isinstance(answer, Unknown | Sent), f"{says} (does `suffer({fault!r})` spoil what was not there before, too?)")


def _done_in_the_end(counterpart: Counterpart, sample: Sample) -> None:
    """As the outbox continues: look up; hand over only what is not known; look up again."""
    place = counterpart.places[0]
    counterpart.work()
    (answer,) = find(counterpart.open(place), [sample])
    if isinstance(answer, Done):
        done(counterpart, sample, place)
        return
    must(answer is None, f"the fault is over, and find answers {answer}")
    posted(counterpart, [sample])
