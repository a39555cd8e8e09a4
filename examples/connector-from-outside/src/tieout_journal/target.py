"""The journal as a target: `find` searches by our reference, `perform` puts entries; every failure is an answer, never raised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import httpx

from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout_journal.mapping import entry

NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The request has certainly not arrived."""


class JournalTarget:
    """One company's journal. `queue` is the connection's queue."""

    idempotent: Literal[True] = True  # an entry is put under its reference: a second one with it changes nothing

    def __init__(self, client: httpx.Client, *, company: str, queue: str) -> None:
        self._client, self._path, self.queue = client, f"/companies/{company}/entries", queue

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """One request for all. If it fails the answer is `Unknown`: None would cause a second posting."""
        if not actions:
            return []
        answer = self._call("GET", self._path, params=[("reference", str(action.id)) for action in actions])
        if isinstance(answer, Unknown):
            return [answer] * len(actions)
        try:
            booked = [(row["reference"], row["entry"]) for row in answer.json()["entries"]]
        except (ValueError, KeyError, TypeError):
            return [Unknown(hint="the journal's answer cannot be read")] * len(actions)
        return [_one([number for name, number in booked if name == str(action.id)]) for action in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Each entry under its own reference, so that an invalid one stops no other."""
        return [self._put(action) for action in actions]

    def _put(self, action: Action) -> Answer:
        try:
            content = entry(action)
        except (Malformed, KeyError) as problem:
            return Rejected(reason=Sentence("cannot be posted: {problem}", problem=problem), code="MAP")
        answer = self._call("PUT", f"{self._path}/{action.id}", json=content)
        if isinstance(answer, Unknown):
            return answer
        try:
            body = answer.json()
            if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                return Rejected(reason=body["reason"], code=body["code"])
            return Done(ref=body["entry"])
        except (ValueError, KeyError, TypeError):
            return Unknown(hint="the journal's answer cannot be read")

    def _call(self, method: str, path: str, **more: object) -> httpx.Response | Unknown:
        """The journal's answer, done or refused. Everything else is `Unknown`."""
        try:
            answer = self._client.request(method, path, **more)  # type: ignore[arg-type]
        except NOT_REACHED as error:
            return Unknown(hint=Sentence("the journal cannot be reached: {error}", error=error), down=True)
        except httpx.HTTPError as error:
            return Unknown(hint=Sentence("no answer from the journal: {error}", error=error))  # it may have been done
        if answer.status_code in {401, 403, 429, 503}:
            hint = Sentence("the journal accepts no requests now (HTTP {status})", status=answer.status_code)
            return Unknown(hint=hint, down=True)
        if answer.is_success or answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            return answer
        return Unknown(hint=Sentence("HTTP {status} from the journal", status=answer.status_code))


def _one(numbers: Sequence[str]) -> Answer | None:
    if len(numbers) > 1:
        return Unknown(hint=Sentence("booked as {numbers}", numbers=", ".join(numbers)), ambiguous=True)
    return Done(ref=numbers[0]) if numbers else None
