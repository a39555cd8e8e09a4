"""How a finding may be ended: what a resolution is, who may choose it, what is asked of them, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["owner", "approver", "credit", "controls", "two_persons", "system"]
"""Who may: the queue's owner within the own limit; an approver; who has credit authority; controls; two different
persons; nobody but the system."""

Effect = Literal[
    "release", "pay_short", "ask", "reject", "assign", "wait", "elsewhere", "retry", "confirm", "deny", "send", "check"
]
FieldKind = Literal["text", "date", "amount", "reference", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What is asked of the person who chooses a resolution. `note` and `reference` are the command's own; a pack's resolution
    may ask for more. `kind`: text, date ("2026-01-31"), amount ("12.50 EUR"), reference (a number of another system) or place (a
    line of the document that a finding is about).

    `assigned`: what is given here is the evidence that the claim is tied out against; `chooses` is the kind of document that it
    names; `offers` and `replaces` are the names of the finding's numbers that hold what may be meant, and what it stands in place of.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    required: bool = False
    assigned: bool = False
    chooses: str = ""
    offers: str = ""
    replaces: str = ""


WHY: Final = Field(name="note", label="Why", required=True)
REMARK: Final = Field(name="note", label="Remark")
REFERENCE: Final = Field(name="reference", label="Number in the external system", kind="reference", required=True)
UNTIL: Final = Field(name="until", label="Until which day", kind="date", required=True)
WHERE: Final = Field(name="where", label="For which line of the document", kind="place")
ORDER_NUMBER: Final = Field(name="reference", label="Customer's order number, if it is another", kind="reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """`name` is the label of the button, `words` explains what happens; `fields` is what is asked.

    `permitted_by` is the rule of policy that must be true where this may be chosen, "" where policy need not permit it.
    `effect`: release (a person accepts), pay_short (accepted, and what is at stake is claimed with a debit note), ask (the
    counterparty must act), reject (the document goes back), assign (the claim is tied out against what was chosen), wait (nobody is
    asked until a day), elsewhere (somebody corrects a record or acts outside Tieout: it is
    recorded, and documents end the case), retry, confirm and deny (of an action of ours), send (to the customer, once more;
    the reference is the customer's order number to name on it, where one was found out), check (the claim
    is tied out again). `text` is what the counterparty reads, and `action` what is asked of them, as a Peppol action code.
    """

    id: str
    name: str
    effect: Effect
    words: str = ""
    who: Who = "owner"
    text: str = ""
    action: str = ""
    permitted_by: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether choosing it does something here, be it that its required fields are recorded; otherwise somebody acts in another
        system, and documents end the case."""
        return self.effect != "elsewhere" or any(field.required for field in self.fields)

    @property
    def accepts(self) -> bool:
        """Whether a person accepts the findings by it."""
        return self.effect in {"release", "pay_short"}


def fields_of(effect: Effect) -> tuple[Field, ...]:
    """What is asked unless a resolution says otherwise: who accepts or rejects says why, who confirms says under which number."""
    match effect:
        case "release" | "pay_short" | "reject":
            return (WHY,)
        case "confirm":
            return (REFERENCE,)
        case "send":
            return (ORDER_NUMBER,)
        case "wait":
            return (UNTIL, REMARK)
        case _:
            return (REMARK,)


def resolutions(effect: Effect, who: Who, rows: str) -> Iterator[Resolution]:
    """Resolutions of one effect, one a line: id | name | words, and for those that ask the counterparty | text | action."""
    for row in rows.strip().splitlines():
        id_, name, words, text, action = [*(part.strip() for part in row.split("|")), "", ""][:5]
        yield Resolution(
            id=id_, name=name, effect=effect, words=words, who=who, text=text, action=action, fields=fields_of(effect)
        )
