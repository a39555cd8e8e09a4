"""A paper that could not be read: kept as raw, named as what it is, so that it takes the same way as any claim and is never lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UnreadCode = Literal["DOC-UNREAD", "INT-SCHEMA", "INT-MAP", "GOV-SOURCE"]
"""It is no document that anybody could read; a system sends another shape than was agreed; a value of it means nothing here;
its source may not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """`number` is the file's name; `reason` says in words what is wrong, `where` the place in it (line, xpath, page) or "".

    `code` is what it is found as. Of a message from another system, `sender` is that system, `expected` what was agreed
    and `actual` what came. `process` is the process it is for ("subscription_billing"), whose policy says who looks at
    it; "" where nobody can tell. `entity` is the company that its source speaks for, "" where it may be any.
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
