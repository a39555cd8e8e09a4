"""What can be asked of a case, as forms: each command its fields, its words, and how the fields become the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

from django import forms

from tieout.core.case import commands
from tieout.core.case.commands import Command, CommandName
from tieout.core.case.state import Case
from tieout.core.findings.resolution import Field
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.engine.desk import catalogue, kinds
from tieout.web.words import money
from tieout.wording.chosen import language
from tieout.wording.figures import money_written

LONG: Final = 2000


def _words(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONG})
    )


class CommandForm(forms.Form):
    """A form about one case; `actor` asks."""

    use_required_attribute = True

    def __init__(self, *args: Any, case: Case, actor: str, **kwargs: Any) -> None:
        self.case, self.actor = case, actor
        kwargs.setdefault("auto_id", f"{type(self).__name__}_%s")
        super().__init__(*args, **kwargs)
        self.fill()

    def fill(self) -> None:
        """Choices that depend on the case."""

    def name_side(self, side: str) -> None:
        """Says "customer" in the labels where the other side is one."""
        for each in self.fields.values():
            each.label = str(each.label or "").replace("supplier", side)

    def command(self) -> Command:
        """The command that the valid form asks for."""
        raise AssertionError("every form says its command")


class Take(CommandForm):
    """Take it; give it back if it is already one's own."""

    def command(self) -> Command:
        """Assigns the one who asks, or nobody."""
        return commands.Assign(assignee="" if self.case.assignee == self.actor else self.actor)


class Note(CommandForm):
    """Write something down."""

    text = _words("What others should know")

    def command(self) -> Command:
        """A note."""
        return commands.Note(text=self.cleaned_data["text"])


class AskCounterparty(CommandForm):
    """Ask the supplier; what is left empty is said in the findings' own words."""

    text = _words("Message (left empty: the findings in plain words)", required=False)

    def name_side(self, side: str) -> None:
        """A customer is not told our findings in our words: what to ask has to be said."""
        super().name_side(side)
        if side != "supplier":
            self.fields["text"].required = True
            self.fields["text"].label = f"What the {side} is asked"

    def command(self) -> Command:
        """A question."""
        return commands.AskCounterparty(text=self.cleaned_data["text"])


class RecordAnswer(CommandForm):
    """The supplier answered."""

    message_id = forms.ChoiceField(label="To which question", required=False)
    answer = _words("What the supplier said")

    def fill(self) -> None:
        """The questions that are out."""
        asked = [(str(each.message.id), each.message.text[:80]) for each in self.case.asked]
        self.fields["message_id"].choices = [("", "All that are out"), *asked]  # type: ignore[attr-defined]

    def command(self) -> Command:
        """An answer."""
        return commands.RecordAnswer(answer=self.cleaned_data["answer"], message_id=self.cleaned_data["message_id"])


class Accept(CommandForm):
    """Accept one finding, on the evidence that is on the screen."""

    finding = forms.ChoiceField(label="What is accepted")
    limit = forms.CharField(label="Up to how much (left empty: exactly the money at stake)", required=False)
    reason = _words("Why")

    def fill(self) -> None:
        """The findings that may be accepted, each with the hash of its numbers."""
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (f"{each.evidence_hash}|{each.code}|{each.where}", f"{each.code} at {each.where}{_stake(each.at_stake)}")
            for each in self.case.findings
            if each.releasable
        ]

    def clean_finding(self) -> tuple[str, str, str]:
        """(hash, code, where) as they were on the screen."""
        evidence, code, where = str(self.cleaned_data["finding"]).split("|", 2)
        return evidence, code, where

    def clean_limit(self) -> Money | None:
        """An amount with its currency; a bare amount is in the case's currency."""
        text = str(self.cleaned_data["limit"]).strip()
        if not text:
            return None
        if self.case.at_stake is not None and " " not in text:
            text = f"{text} {self.case.at_stake.currency}"
        try:
            return money_written(text, language())
        except Malformed as malformed:
            raise forms.ValidationError(f"{malformed.message}; {malformed.remedy}".rstrip("; ")) from malformed

    def command(self) -> Command:
        """An acceptance."""
        evidence, code, where = self.cleaned_data["finding"]
        return commands.AcceptVariance(
            code=code,
            where=where,
            evidence_hash=evidence,
            reason=self.cleaned_data["reason"],
            limit=self.cleaned_data["limit"],
        )


class Revoke(CommandForm):
    """Take an acceptance back."""

    number = forms.ChoiceField(label="Which acceptance")
    reason = _words("Why")

    def fill(self) -> None:
        """The acceptances that hold."""
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (each.number, f"{each.code} at {each.where}, up to {money(each.limit)}") for each in self.case.releases
        ]

    def command(self) -> Command:
        """A revocation."""
        return commands.RevokeRelease(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"])


class Resolve(CommandForm):
    """End it one of the ways that its findings allow."""

    resolution = forms.ChoiceField(widget=forms.HiddenInput)

    def fill(self) -> None:
        """The fields of the resolution that is chosen: the one that was posted, else `chosen`."""
        offered = dict.fromkeys(name for each in self.case.findings for name in each.resolutions)
        self.fields["resolution"].choices = [(name, catalogue().resolution(name).name) for name in offered]  # type: ignore[attr-defined]
        self.chosen = catalogue().resolution(str(self.data.get("resolution") or self.initial.get("resolution") or ""))
        if self.chosen.id:
            self.auto_id = f"Resolve_{self.chosen.id}_%s"
        for asked in self.chosen.fields if self.chosen.id in offered else ():
            self.fields[asked.name] = _asked(asked)

    def command(self) -> Command:
        """A resolution with what its fields hold."""
        values = {name: str(value or "") for name, value in self.cleaned_data.items() if name != "resolution"}
        note, reference = values.pop("note", ""), values.pop("reference", "")
        own = tuple((name, value) for name, value in values.items() if value)
        return commands.Resolve(resolution=self.cleaned_data["resolution"], note=note, reference=reference, fields=own)


def _asked(field: Field) -> forms.Field:
    """The form field of what a resolution asks for."""
    match field.kind:
        case "text":
            return _words(field.label, required=field.required)
        case "date":
            return forms.DateField(
                label=field.label, required=field.required, widget=forms.DateInput(attrs={"type": "date"}),
                input_formats=["%Y-%m-%d"],
            )  # fmt: skip
        case "amount" | "reference":
            return forms.CharField(label=field.label, required=field.required, max_length=100)
        case _:
            assert_never(field.kind)


class Escalate(CommandForm):
    """Call the next rung now."""

    reason = _words("Why now")

    def command(self) -> Command:
        """An escalation."""
        return commands.Escalate(reason=self.cleaned_data["reason"])


class HandOff(CommandForm):
    """Give it to another queue."""

    queue = forms.CharField(label="Queue", max_length=100, widget=forms.TextInput(attrs={"list": "queues"}))
    reason = _words("Why")

    def command(self) -> Command:
        """A hand-off."""
        return commands.HandOff(queue=self.cleaned_data["queue"].strip(), reason=self.cleaned_data["reason"])


class Reopen(CommandForm):
    """Open again what had ended."""

    reason = _words("Why")

    def command(self) -> Command:
        """A reopening."""
        return commands.Reopen(reason=self.cleaned_data["reason"])


def _stake(amount: Money | None) -> str:
    return f", {money(amount)}" if amount else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A button: the command's name, its words, its form; `about` says in one line what will happen. `options` are the ways
    among which to choose first, each with a form of its own fields."""

    name: CommandName
    label: str
    about: str
    form: CommandForm
    options: tuple[Ask, ...] = ()


FORMS: Final[Mapping[CommandName, tuple[type[CommandForm], str, str]]] = {
    "assign": (Take, "Take it", ""),
    "resolve": (Resolve, "Resolve", "The case ends when the papers say so."),
    "accept_variance": (
        Accept,
        "Accept a variance",
        "Holds for exactly the numbers on this screen; any change reopens it.",
    ),
    "ask_counterparty": (AskCounterparty, "Ask the supplier", "The clock stands until the answer comes."),
    "record_answer": (RecordAnswer, "Record the supplier's answer", ""),
    "hand_off": (HandOff, "Hand to another queue", ""),
    "note": (Note, "Write a note", ""),
    "escalate": (Escalate, "Escalate", "The next rung of the ladder is told now."),
    "revoke_release": (Revoke, "Take an acceptance back", ""),
    "reopen": (Reopen, "Open again", ""),
}
"""In the order in which they are offered."""

ADDS: Final[frozenset[CommandName]] = frozenset({"note", "record_answer", "escalate"})
"""Commands that only add: they mean the same whatever has changed since the page was loaded."""

# A command that has nothing to be about is not offered: nothing to accept, no question out, nothing accepted.
_POINTLESS: Final[Mapping[str, Callable[[Case], bool]]] = {
    "accept_variance": lambda case: not any(each.releasable for each in case.findings),
    "record_answer": lambda case: not case.asked,
    "revoke_release": lambda case: not case.releases,
    "resolve": lambda case: not any(each.resolutions for each in case.findings),
}


def form_for(name: CommandName, case: Case, actor: str, data: Any = None, *, side: str = "supplier") -> CommandForm:
    """The form of a command, filled from `data` if there is any, for a claim whose other side is called `side`."""
    form = FORMS[name][0](data, case=case, actor=actor)
    form.name_side(side)
    return form


def asks(
    case: Case,
    allowed: tuple[CommandName, ...],
    actor: str,
    *,
    kept: Mapping[CommandName, CommandForm],
    side: str = "supplier",
    kind: str = "",
) -> tuple[Ask, ...]:
    """The buttons for the commands that are allowed now, in the order of usefulness; `kept` are forms with words in them.

    `side` is what the other side of the claim is called, `kind` the claim's: of what has not gone out to a customer yet (an
    order that is not billed, a subscription) there is nothing that the customer could answer.
    """
    return tuple(
        Ask(
            name=name,
            label=_label(name, label, case, actor).replace("supplier", side),
            about=about,
            form=kept.get(name) or form_for(name, case, actor, side=side),
            options=_ways(case, actor, kept.get(name), side) if name == "resolve" else (),
        )
        for name, (_, label, about) in FORMS.items()
        if name in allowed
        and not (name in _POINTLESS and _POINTLESS[name](case))
        and not (name == "ask_counterparty" and _has_not_gone_out(kind))
    )


def _has_not_gone_out(kind: str) -> bool:
    """Whether claims of a kind are evidence of ours that watches itself, and no demand that the other side has seen."""
    known = kinds().get(kind)
    return known is not None and known.role != "claim"


def _ways(case: Case, actor: str, kept: CommandForm | None, side: str) -> tuple[Ask, ...]:
    """Each resolution of the case with its own fields; `kept` is the form of the one that was chosen."""
    made = []
    for way in dict.fromkeys(name for each in case.findings for name in each.resolutions):
        row = catalogue().resolution(way)
        form: CommandForm = Resolve(case=case, actor=actor, initial={"resolution": way})
        form.name_side(side)
        if isinstance(kept, Resolve) and kept.chosen.id == way:
            form = kept
        made.append(Ask(name="resolve", label=row.name, about=row.words.replace("supplier", side), form=form))
    return tuple(made)


def _label(name: CommandName, label: str, case: Case, actor: str) -> str:
    if name != "assign":
        return label
    if case.assignee == actor:
        return "Give it back to the queue"
    return "Take it over" if case.assignee else label


_DONE: Final[Mapping[type[Command], str]] = {
    commands.Assign: "It is yours now.",
    commands.Note: "Noted.",
    commands.AskCounterparty: "The supplier is asked; the clock stands until the answer comes.",
    commands.RecordAnswer: "The answer is recorded; the clock runs on.",
    commands.AcceptVariance: "Accepted on this evidence. The claim is tied out again.",
    commands.RevokeRelease: "The acceptance is taken back. The claim is tied out again.",
    commands.Resolve: "The way out is chosen; the case ends when the papers say so.",
    commands.Escalate: "Escalated.",
    commands.HandOff: "Handed over.",
    commands.Reopen: "Open again.",
}


def done(command: Command, side: str = "supplier") -> str:
    """What the page says after it was done; `side` is what the other side of the claim is called."""
    if command == commands.Assign(assignee=""):
        return "Given back to the queue."
    return _DONE[type(command)].replace("supplier", side)
