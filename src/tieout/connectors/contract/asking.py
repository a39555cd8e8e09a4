"""What every check does: hand actions over, let the other side work, ask, and compare the answer with what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from tieout.connectors.contract.counterpart import Broken, Counterpart, Held, must
from tieout.connectors.contract.samples import Sample
from tieout.core.outbox.action import Answer, Done, Rejected, Sent
from tieout.core.outbox.target import Target

AMOUNTS: Final = frozenset({"net", "tax", "gross", "to_pay"})


def find(target: Target, samples: Sequence[Sample]) -> list[Answer | None]:
    """The answers of `find`, as many as were asked for."""
    answers = list(target.find([sample.action for sample in samples]))
    must(len(answers) == len(samples), f"find was asked for {len(samples)} actions and answered {len(answers)}")
    return answers


def perform(target: Target, samples: Sequence[Sample]) -> list[Answer]:
    """The answers of `perform`, as many as were handed over, none of them None."""
    answers = list(target.perform([sample.action for sample in samples]))
    must(len(answers) == len(samples), f"perform was given {len(samples)} actions and answered {len(answers)}")
    must(None not in answers, "perform has to answer every action; None is an answer of find alone")
    return answers


def posted(counterpart: Counterpart, samples: Sequence[Sample], place: str = "") -> list[Done]:
    """How the outbox does it: ask, hand over what is new, let the other side work, ask in a process that has just started."""
    place = place or counterpart.places[0]
    target = counterpart.open(place)
    fresh = [sample for sample, answer in zip(samples, find(target, samples), strict=True) if answer is None]
    first = dict(zip([sample.reference for sample in fresh], perform(target, fresh), strict=True))
    for sample in fresh:
        answer = first[sample.reference]
        must(isinstance(answer, Done | Sent), f"{_named(sample)} is valid, and perform answered {answer}")
    counterpart.work()
    return [done(counterpart, sample, place, first.get(sample.reference)) for sample in samples]


def done(counterpart: Counterpart, sample: Sample, place: str, first: Answer | None = None) -> Done:
    """Check that an action is done: held once, found under the other side's number, with the expected content."""
    (answer,) = find(counterpart.open(place), [sample])
    if not isinstance(answer, Done):
        raise Broken(f"{_named(sample)} is done, and find answers {answer}")
    if isinstance(first, Done):
        must(answer == first, f"{_named(sample)} was done under {first.ref!r}, and is found under {answer.ref!r}")
    document = held_once(counterpart, sample, place)
    must(
        answer.ref == document.number,
        f"{_named(sample)} is found under {answer.ref!r}, and the other side's number for it is {document.number!r}",
    )
    must(bool(answer.ref.strip()), f"{_named(sample)} is done under no number")
    says_the_same(sample, document)
    return answer


def held_once(counterpart: Counterpart, sample: Sample, place: str) -> Held:
    """The one document under the sample's reference."""
    documents = held(counterpart, sample, place)
    must(bool(documents), f"{_named(sample)} is reported as done, and the other side holds nothing under its reference")
    must(len(documents) == 1, f"{_named(sample)} is held {len(documents)} times: {[doc.number for doc in documents]}")
    return documents[0]


def held(counterpart: Counterpart, sample: Sample, place: str) -> list[Held]:
    """What the other side holds under the sample's reference for this entity."""
    return [document for document in counterpart.held(place) if document.reference == sample.reference]


def nothing_held(counterpart: Counterpart, samples: Sequence[Sample], why: str) -> None:
    """Check that the other side holds none of them, for any entity."""
    for sample in samples:
        for place in counterpart.places:
            must(not held(counterpart, sample, place), f"{_named(sample)} is held by the other side, {why}")


def says_the_same(sample: Sample, document: Held) -> None:
    """Check that what the other side holds agrees with the payload: amounts to the last digit, other fields word for word."""
    for name, wanted in sample.says.items():
        seen = document.says.get(name)
        must(seen is not None, f"{_named(sample)}: the document held has no {name}; the payload has {wanted}")
        same = _amount(str(seen)) == _amount(wanted) if name in AMOUNTS else seen == wanted
        must(same, f"{_named(sample)}: {name} is {wanted} in the payload and {seen} on the other side")


def refused(counterpart: Counterpart, sample: Sample) -> None:
    """Check that an action is refused with a reason, by find or by perform, and that nothing of it is held."""
    target = counterpart.open(counterpart.places[0])
    (answer,) = find(target, [sample])
    if answer is None:
        (answer,) = perform(target, [sample])
    counterpart.work()
    if isinstance(answer, Sent):
        (answer,) = find(counterpart.open(counterpart.places[0]), [sample])
    must(isinstance(answer, Rejected), f"{_named(sample)} must be refused, and the answer is {answer}")
    must(isinstance(answer, Rejected) and bool(answer.reason.strip()), f"{_named(sample)} is refused without a reason")
    nothing_held(counterpart, [sample], "although it was refused")


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Broken(f"{text!r} is no amount") from error


def _named(sample: Sample) -> str:
    sort = "" if sample.sort == "plain" else f" ({sample.sort})"
    return f"{sample.action.kind} {sample.says.get('number', sample.reference)}{sort}"
