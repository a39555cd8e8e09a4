"""A file that could not be read: its source file is kept, and it is processed like any claim, so that it is never lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tieout.core.values.sentence import Wordings, keep_words

UnreadCode = Literal["DOC-UNREAD", "INT-SCHEMA", "INT-MAP", "GOV-SOURCE"]
"""It cannot be read as a document; a system sends another structure than agreed; a value of it has no mapping; its source may
not send it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """`number` is the file's name; `reason` says in words what is wrong, `where` the place in it (line, xpath, page) or "".

    `code` is the code of its finding. Of a message from another system, `sender` is that system, `expected` what was agreed
    and `actual` what came. `process` is the process it is for ("subscription_billing"), whose policy says who looks at
    it; "" where that is unknown. `entity` is the company that its source may send for, "" where it may be any. `words` are what the
    translations of its sentences are made from.
    """

    number: str
    reason: str
    where: str = ""
    remedy: str = ""
    format: str = ""
    code: UnreadCode = "DOC-UNREAD"
    sender: str = ""
    expected: str = ""
    actual: str = ""
    process: str = ""
    entity: str = ""
    kind: Literal["unreadable"] = "unreadable"
    words: Wordings = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        keep_words(self, "reason", "remedy", "sender", "expected", "actual")
