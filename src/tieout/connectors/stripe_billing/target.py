"""The billing system as a posting target: posting a billing invoice means finalising it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from tieout.connectors.stripe_billing.access import Access
from tieout.connectors.stripe_billing.write import Release, answered, finalised, looked_up, release_of
from tieout.core.outbox.action import Action, Answer, Rejected, Unknown
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence

_NOT_ASKED: Final = "not asked, because the billing system did not answer the previous call"


class StripeBilling:
    """One account of the billing system, for one queue; the source keys of its documents begin with `name`.

    Every failure is an answer, never an exception."""

    idempotent: Literal[True] = True

    def __init__(self, access: Access, *, queue: str = "stripe", name: str = "stripe") -> None:
        self.queue = queue
        self._name = name
        self._access = access

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """The state of each invoice: final is `Done` under its number, a draft is None, void is `Rejected`."""
        return self._in_turn(actions, looked_up)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Finalises each draft. After a call without an answer the rest of the batch is left for the next one."""
        answers = self._in_turn(actions, finalised)
        return [answer if answer is not None else Unknown(hint="it is still a draft") for answer in answers]

    def _in_turn(
        self, actions: Sequence[Action], step: Callable[[Access, Release], Answer | None]
    ) -> list[Answer | None]:
        answers: list[Answer | None] = []
        silent = False
        for action in actions:
            if silent:
                answers.append(Unknown(hint=_NOT_ASKED, down=True))
                continue
            try:
                release = release_of(action, system=self._name)
            except (Malformed, KeyError, ValueError) as problem:
                answers.append(Rejected(reason=Sentence("cannot be released: {problem}", problem=problem), code="MAP"))
                continue
            answer = answered(step, self._access, release)
            silent = isinstance(answer, Unknown)
            answers.append(answer)
        return answers
