"""The commands on a case as forms: the fields and labels of each, and how the fields become the command."""

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
from tieout.engine.application import catalogue, kinds
from tieout.web.sides import BySide
from tieout.web.words import money, not_an_amount, place
from tieout.wording.catalogue import marked, text
from tieout.wording.chosen import language
from tieout.wording.figures import money_written

LONG: Final = 2000


def _words(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONG})
    )


class CommandForm(forms.Form):
    """A form about one case; `actor` asks. `side` is what the other side of the claim is called."""

    use_required_attribute = True

    def __init__(self, *args: Any, case: Case, actor: str, side: str = "supplier", **kwargs: Any) -> None:
        self.case, self.actor, self.side = case, actor, side
        kwargs.setdefault("auto_id", f"{type(self).__name__}_%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = text(str(field.label or ""))
        self.fill()

    def fill(self) -> None:
        """Choices and labels that depend on the case."""

    def command(self) -> Command:
        """The command that the valid form asks for."""
        raise AssertionError("every form has a command")


class Take(CommandForm):
    """Take it; give it back if it is already one's own."""

    def command(self) -> Command:
        """Assigns the one who asks, or nobody."""
        return commands.Assign(assignee="" if self.case.assignee == self.actor else self.actor)


class Note(CommandForm):
    """Write something down."""

    text = _words(marked("Note for colleagues"))

    def command(self) -> Command:
        """A note."""
        return commands.Note(text=self.cleaned_data["text"])


_QUESTION: Final = BySide(
    marked("Message to the supplier"), marked("Message to the customer"), marked("Message to the counterparty")
)
_ANSWER: Final = BySide(
    marked("The supplier's answer"), marked("The customer's answer"), marked("The counterparty's answer")
)


class AskCounterparty(CommandForm):
    """Ask the other side; a supplier gets the findings in plain words where the message is left empty."""

    text = _words(marked("Message (left empty: the findings)"), required=False)

    def fill(self) -> None:
        """A customer is not sent our findings in our words: what to ask has to be written."""
        if self.side != "supplier":
            self.fields["text"].required = True
            self.fields["text"].label = _QUESTION.about(self.side)

    def command(self) -> Command:
        """A question."""
        return commands.AskCounterparty(text=self.cleaned_data["text"])


class RecordAnswer(CommandForm):
    """The other side answered."""

    message_id = forms.ChoiceField(label=marked("For which inquiry"), required=False)
    answer = _words("")

    def fill(self) -> None:
        """The questions that are out."""
        self.fields["answer"].label = _ANSWER.about(self.side)
        asked = [(str(question.message.id), question.message.text[:80]) for question in self.case.asked]
        self.fields["message_id"].choices = [("", text("All open inquiries")), *asked]  # type: ignore[attr-defined]

    def command(self) -> Command:
        """An answer."""
        return commands.RecordAnswer(answer=self.cleaned_data["answer"], message_id=self.cleaned_data["message_id"])


class Accept(CommandForm):
    """Accept one finding, on the evidence that is on the screen."""

    finding = forms.ChoiceField(label=marked("Finding to accept"))
    limit = forms.CharField(label=marked("Up to which amount (left empty: exactly the money at stake)"), required=False)
    reason = _words(marked("Reason"))

    def fill(self) -> None:
        """The findings that may be accepted, each with the hash of its numbers."""
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (
                f"{finding.evidence_hash}|{finding.code}|{finding.where}",
                _finding(finding.code, finding.where, finding.at_stake),
            )
            for finding in self.case.findings
            if finding.releasable
        ]

    def clean_finding(self) -> tuple[str, str, str]:
        """(hash, code, where) as they were on the screen."""
        evidence, code, where = str(self.cleaned_data["finding"]).split("|", 2)
        return evidence, code, where

    def clean_limit(self) -> Money | None:
        """An amount with its currency; a bare amount is in the case's currency."""
        written = str(self.cleaned_data["limit"]).strip()
        if not written:
            return None
        if self.case.at_stake is not None and " " not in written:
            written = f"{written} {self.case.at_stake.currency}"
        try:
            return money_written(written, language())
        except Malformed as malformed:
            raise forms.ValidationError(not_an_amount(written)) from malformed

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

    number = forms.ChoiceField(label=marked("Acceptance"))
    reason = _words(marked("Reason"))

    def fill(self) -> None:
        """The acceptances that hold."""
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (
                acceptance.number,
                text(
                    "{code}, {place}: up to {amount}",
                    code=acceptance.code,
                    place=place(acceptance.where),
                    amount=money(acceptance.limit),
                ),
            )
            for acceptance in self.case.releases
        ]

    def command(self) -> Command:
        """A revocation."""
        return commands.RevokeRelease(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"])


class Resolve(CommandForm):
    """Resolve it by one of the resolutions that its findings allow."""

    resolution = forms.ChoiceField(widget=forms.HiddenInput)

    def fill(self) -> None:
        """The fields of the resolution that is chosen: the one that was posted, else `chosen`."""
        offered = dict.fromkeys(name for finding in self.case.findings for name in finding.resolutions)
        self.fields["resolution"].choices = [(name, text(catalogue().resolution(name).name)) for name in offered]  # type: ignore[attr-defined]
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
            return _words(text(field.label), required=field.required)
        case "date":
            return forms.DateField(
                label=text(field.label), required=field.required, widget=forms.DateInput(attrs={"type": "date"}),
                input_formats=["%Y-%m-%d"],
            )  # fmt: skip
        case "amount" | "reference":
            return forms.CharField(label=text(field.label), required=field.required, max_length=100)
        case _:
            assert_never(field.kind)


class Escalate(CommandForm):
    """Go to the next escalation level now."""

    reason = _words(marked("Reason for escalating now"))

    def command(self) -> Command:
        """An escalation."""
        return commands.Escalate(reason=self.cleaned_data["reason"])


class HandOff(CommandForm):
    """Give it to another queue."""

    queue = forms.CharField(label=marked("Queue"), max_length=100, widget=forms.TextInput(attrs={"list": "queues"}))
    reason = _words(marked("Reason"))

    def command(self) -> Command:
        """A hand-off."""
        return commands.HandOff(queue=self.cleaned_data["queue"].strip(), reason=self.cleaned_data["reason"])


class Reopen(CommandForm):
    """Reopen a closed case."""

    reason = _words(marked("Reason"))

    def command(self) -> Command:
        """A reopening."""
        return commands.Reopen(reason=self.cleaned_data["reason"])


def _finding(code: str, where: str, at_stake: Money | None) -> str:
    if not at_stake:
        return text("{code}, {place}", code=code, place=place(where))
    return text("{code}, {place}: {amount}", code=code, place=place(where), amount=money(at_stake))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A button: the command's name, its label, its form; `about` is one line on what will happen. `options` are the resolutions
    among which to choose first, each with a form of its own fields."""

    name: CommandName
    label: str
    about: str
    form: CommandForm
    options: tuple[Ask, ...] = ()


_ASK: Final = BySide(marked("Ask the supplier"), marked("Ask the customer"), marked("Ask: {side}"))
_RECORD: Final = BySide(
    marked("Record the supplier's answer"),
    marked("Record the customer's answer"),
    marked("Record the counterparty's answer"),
)

FORMS: Final[Mapping[CommandName, tuple[type[CommandForm], str | BySide, str]]] = {
    "assign": (Take, marked("Take the case"), ""),
    "resolve": (Resolve, marked("Resolve"), marked("The case is closed once the documents confirm it.")),
    "accept_variance": (
        Accept,
        marked("Accept a variance"),
        marked("Valid for exactly the figures on this page; any change reopens the case."),
    ),
    "ask_counterparty": (AskCounterparty, _ASK, marked("The time limit is suspended until the answer arrives.")),
    "record_answer": (RecordAnswer, _RECORD, ""),
    "hand_off": (HandOff, marked("Hand over to another queue"), ""),
    "note": (Note, marked("Write a note"), ""),
    "escalate": (Escalate, marked("Escalate"), marked("The next escalation level is notified now.")),
    "revoke_release": (Revoke, marked("Revoke an acceptance"), ""),
    "reopen": (Reopen, marked("Reopen the case"), ""),
}
"""In the order in which they are offered."""

ADDS: Final[frozenset[CommandName]] = frozenset({"note", "record_answer", "escalate"})
"""Commands that only add: they mean the same whatever has changed since the page was loaded."""

# A command that has nothing to be about is not offered: nothing to accept, no question out, nothing accepted.
_POINTLESS: Final[Mapping[str, Callable[[Case], bool]]] = {
    "accept_variance": lambda case: not any(finding.releasable for finding in case.findings),
    "record_answer": lambda case: not case.asked,
    "revoke_release": lambda case: not case.releases,
    "resolve": lambda case: not any(finding.resolutions for finding in case.findings),
}


def form_for(name: CommandName, case: Case, actor: str, data: Any = None, *, side: str = "supplier") -> CommandForm:
    """The form of a command, filled from `data` if there is any, for a claim whose other side is called `side`."""
    return FORMS[name][0](data, case=case, actor=actor, side=side)


def asks(
    case: Case,
    allowed: tuple[CommandName, ...],
    actor: str,
    *,
    kept: Mapping[CommandName, CommandForm],
    side: str = "supplier",
    kind: str = "",
) -> tuple[Ask, ...]:
    """The buttons for the commands that are allowed now, the most useful first; `kept` are forms that somebody has filled in.

    `side` is what the other side of the claim is called, `kind` the claim's: of what has not gone out to a customer yet (an
    order that is not billed, a subscription) there is nothing that the customer could answer.
    """
    return tuple(
        Ask(
            name=name,
            label=_label(name, label, case, actor, side),
            about=text(about),
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
    row = kinds().get(kind)
    return row is not None and row.role != "claim"


def _ways(case: Case, actor: str, kept: CommandForm | None, side: str) -> tuple[Ask, ...]:
    """Each resolution of the case with its own fields; `kept` is the form of the one that was chosen."""
    made = []
    for name in dict.fromkeys(name for finding in case.findings for name in finding.resolutions):
        row = catalogue().resolution(name)
        form: CommandForm = Resolve(case=case, actor=actor, side=side, initial={"resolution": name})
        if isinstance(kept, Resolve) and kept.chosen.id == name:
            form = kept
        made.append(Ask(name="resolve", label=text(row.name), about=text(row.words), form=form))
    return tuple(made)


def _label(name: CommandName, label: str | BySide, case: Case, actor: str, side: str) -> str:
    if name == "assign" and case.assignee == actor:
        return text("Give it back to the queue")
    if name == "assign" and case.assignee:
        return text("Take the case over")
    return label.about(side) if isinstance(label, BySide) else text(label)


_ASKED: Final = BySide(
    marked("The supplier has been asked; the time limit is suspended until the answer arrives."),
    marked("The customer has been asked; the time limit is suspended until the answer arrives."),
    marked("The counterparty has been asked; the time limit is suspended until the answer arrives."),
)
_DONE: Final[Mapping[type[Command], str]] = {
    commands.Assign: marked("The case is yours now."),
    commands.Note: marked("The note is recorded."),
    commands.RecordAnswer: marked("The answer is recorded; the time limit runs again."),
    commands.AcceptVariance: marked("Accepted on this evidence. The claim is tied out again."),
    commands.RevokeRelease: marked("The acceptance is revoked. The claim is tied out again."),
    commands.Resolve: marked("The resolution is chosen; the case is closed once the documents confirm it."),
    commands.Escalate: marked("The case is escalated."),
    commands.HandOff: marked("The case is handed over."),
    commands.Reopen: marked("The case is open again."),
}


def done(command: Command, side: str = "supplier") -> str:
    """What the page reports after a command; `side` is what the other side of the claim is called."""
    if command == commands.Assign(assignee=""):
        return text("The case is back in the queue.")
    if isinstance(command, commands.AskCounterparty):
        return _ASKED.about(side)
    return text(_DONE[type(command)])
