"""A remark: what a reader finds wrong in a document while reading it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tieout.core.values.sentence import Wordings, keep_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something wrong in a document, found while reading it: a code (DOC-EINV, DOC-UNREAD), the place, plain words with the numbers.

    `rule` is the rule's own name where it has one ("BR-CO-10"). `fatal` False: worth reporting, does not hold the document.
    `words` are what the message's translation is made from, where it has values; a message is given as a `Sentence` then.
    """

    code: str
    where: str
    message: str
    rule: str = ""
    fatal: bool = True
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "message")
