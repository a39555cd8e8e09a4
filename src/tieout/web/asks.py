"""The commands on a case as forms: the fields and labels of each, and how the fields become the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django import forms

from tieout.core.case import commands
from tieout.core.case.commands import Circumstances, Command, CommandName
from tieout.core.case.events import FindingBrief
from tieout.core.case.offering import Offers, accepting
from tieout.core.case.state import Case
from tieout.core.documents.acceptance import Release
from tieout.core.findings.kernel_resolutions import ACCEPTANCE
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.engine.application import catalogue, kinds
from tieout.engine.letters import Letters
from tieout.web.command_form import CommandForm, words_field
from tieout.web.letter_fields import NOBODY, add_letter
from tieout.web.resolving import Choices, Resolve
from tieout.web.sides import BySide
from tieout.web.words import day, money, not_an_amount, place
from tieout.wording.catalogue import marked, text
from tieout.wording.chosen import language
from tieout.wording.figures import money_written
from tieout.wording.sentences import sentence as sentence_shown

NOTHING: Final[Choices] = MappingProxyType({})


class Take(CommandForm):
    """Take it; give it back if it is already one's own."""

    def command(self) -> Command:
        """Assigns the one who asks, or nobody."""
        return commands.Assign(assignee="" if self.case.assignee == self.actor else self.actor)


class Note(CommandForm):
    """Write something down."""

    text = words_field(marked("Note for colleagues"))

    def command(self) -> Command:
        """A note."""
        return commands.Note(text=self.cleaned_data["text"])


_ANSWER: Final = BySide(
    marked("The supplier's answer"), marked("The customer's answer"), marked("The counterparty's answer")
)


class AskCounterparty(CommandForm):
    """Ask the other side by a letter, which is proposed and can be changed."""

    def fill(self) -> None:
        """The letter, and to whom it goes."""
        draft = self.letters.draft()
        if draft is not None:
            add_letter(self, self.letters, draft)

    def clean_text(self) -> str:
        """The letter, with what is asked: one that asks nothing is not sent."""
        written, draft = str(self.cleaned_data["text"]), self.letters.draft()
        if draft is not None and not draft.whole and written.split() == draft.text.split():
            raise forms.ValidationError(text("Write into the message what you ask."))
        return written

    def command(self) -> Command:
        """A question."""
        return commands.AskCounterparty(text=self.cleaned_data.get("text"), to=self.cleaned_data.get("to", ""))


class RecordAnswer(CommandForm):
    """The other side answered."""

    message_id = forms.ChoiceField(label=marked("For which inquiry"), required=False)
    answer = words_field("")

    def fill(self) -> None:
        """The questions that are out."""
        self.fields["answer"].label = _ANSWER.about(self.side)
        asked = [
            (
                str(question.message.id),
                text("{subject}, {day}", subject=question.message.subject, day=day(question.asked_at.date()))
                if question.message.subject
                else question.message.text[:80],
            )
            for question in self.case.asked
        ]
        self.fields["message_id"].choices = [("", text("All open inquiries")), *asked]  # type: ignore[attr-defined]

    def command(self) -> Command:
        """An answer."""
        return commands.RecordAnswer(answer=self.cleaned_data["answer"], message_id=self.cleaned_data["message_id"])


EVERY: Final = "every"


def _acceptable(finding: FindingBrief) -> bool:
    """Whether accepting is a way to end the finding: what would be refused whoever asks is not offered."""
    given = Circumstances(catalogue=catalogue())
    acceptable = finding.releasable and not catalogue().is_control(finding.code) and finding.stage != "note"
    return acceptable and bool(accepting(finding.resolutions, given))


def _one_decision(case: Case) -> bool:
    """Whether all findings of a case may be accepted together: then that is offered first."""
    active = [finding for finding in case.findings if finding.stage != "note"]
    return len(active) > 1 and all(finding.releasable and ACCEPTANCE in finding.resolutions for finding in active)


class Accept(CommandForm):
    """Accept one finding, on the evidence that is on the screen."""

    finding = forms.ChoiceField(label=marked("Finding to accept"))
    limit = forms.CharField(label=marked("Up to which amount (left empty: exactly the money at stake)"), required=False)
    reason = words_field(marked("Reason"))

    def fill(self) -> None:
        """The findings that may be accepted, each with the hash of its numbers."""
        single = [
            (
                f"{finding.evidence_hash}|{finding.code}|{finding.where}",
                _finding(finding.code, finding.where, finding.at_stake),
            )
            for finding in self.case.findings
            if _acceptable(finding)
        ]
        every = [(EVERY, text("All findings of this case"))] if _one_decision(self.case) else []
        self.fields["finding"].choices = [*every, *single]  # type: ignore[attr-defined]

    def clean_finding(self) -> tuple[str, str, str]:
        """(hash, code, where) as they were on the screen; the code is "" for all findings together."""
        if self.cleaned_data["finding"] == EVERY:
            return "", "", ""
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
        if not code:
            return commands.Resolve(resolution=ACCEPTANCE, note=self.cleaned_data["reason"])
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
    reason = words_field(marked("Reason"))

    def fill(self) -> None:
        """The acceptances that hold."""
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (
                acceptance.number,
                _made(acceptance),
            )
            for acceptance in self.case.releases
        ]

    def command(self) -> Command:
        """A revocation."""
        return commands.RevokeRelease(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"])


class Escalate(CommandForm):
    """Go to the next escalation level now."""

    reason = words_field(marked("Reason for escalating now"))

    def command(self) -> Command:
        """An escalation."""
        return commands.Escalate(reason=self.cleaned_data["reason"])


class HandOff(CommandForm):
    """Give it to another queue."""

    queue = forms.CharField(label=marked("Queue"), max_length=100, widget=forms.TextInput(attrs={"list": "queues"}))
    reason = words_field(marked("Reason"))

    def command(self) -> Command:
        """A hand-off."""
        return commands.HandOff(queue=self.cleaned_data["queue"].strip(), reason=self.cleaned_data["reason"])


class Reopen(CommandForm):
    """Reopen a closed case."""

    reason = words_field(marked("Reason"))

    def command(self) -> Command:
        """A reopening."""
        return commands.Reopen(reason=self.cleaned_data["reason"])


def _made(release: Release) -> str:
    if release.value:
        return text(
            "{code}, {place}: tied out against {value}",
            code=release.code,
            place=place(release.where),
            value=release.value,
        )
    return text(
        "{code}, {place}: up to {amount}", code=release.code, place=place(release.where), amount=money(release.limit)
    )


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
_ASK_ELSE: Final = BySide(
    marked("Ask the supplier something else"),
    marked("Ask the customer something else"),
    marked("Ask something else: {side}"),
)
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


def form_for(
    name: CommandName,
    case: Case,
    actor: str,
    data: Any = None,
    *,
    side: str = "supplier",
    choices: Choices = NOTHING,
    letters: Letters = NOBODY,
) -> CommandForm:
    """The form of a command, filled from `data` if there is any, for a claim whose other side is called `side`."""
    if name == "resolve":
        return Resolve(data, case=case, actor=actor, side=side, choices=choices, letters=letters)
    return FORMS[name][0](data, case=case, actor=actor, side=side, letters=letters)


def asks(
    case: Case,
    offered: Offers,
    actor: str,
    *,
    kept: Mapping[CommandName, CommandForm],
    side: str = "supplier",
    kind: str = "",
    choices: Choices = NOTHING,
    letters: Letters = NOBODY,
) -> tuple[Ask, ...]:
    """The buttons for what this person may do now, the most useful first; `kept` are forms that somebody has filled in. Each thing
    has one button: where all findings can be accepted as they are, that is one form, and no resolution beside it.

    `side` is what the other side of the claim is called, `kind` the claim's: of what has not gone out to a customer yet (an
    order that is not billed, a subscription) there is nothing that the customer could answer.
    """
    return tuple(
        Ask(
            name=name,
            label=_label(
                name, _ASK_ELSE if name == "ask_counterparty" and _asks(offered) else label, case, actor, side
            ),
            about=text(about),
            form=kept.get(name) or form_for(name, case, actor, side=side, letters=letters),
            options=_ways(case, offered, actor, kept=kept.get(name), side=side, choices=choices, letters=letters)
            if name == "resolve"
            else (),
        )
        for name, (_, label, about) in FORMS.items()
        if name in offered.commands
        and not (name == "accept_variance" and not _accepts_as_it_is(case))
        and not (name == "ask_counterparty" and _has_not_gone_out(kind))
    )


def _asks(offered: Offers) -> bool:
    """Whether a resolution asks the other side about the findings: the question without one is about something else."""
    return any(catalogue().resolution(name).effect == "ask" for name in offered.resolutions)


def _accepts_as_it_is(case: Case) -> bool:
    """Whether a finding is accepted under no resolution of its own: those have a button each."""
    return any(
        finding.releasable and (ACCEPTANCE in finding.resolutions or not finding.resolutions)
        for finding in case.findings
        if finding.stage != "note"
    )


def _has_not_gone_out(kind: str) -> bool:
    """Whether claims of a kind are evidence of ours that watches itself, and no demand that the other side has seen."""
    row = kinds().get(kind)
    return row is not None and row.role != "claim"


def _ways(
    case: Case,
    offered: Offers,
    actor: str,
    *,
    kept: CommandForm | None,
    side: str,
    choices: Choices,
    letters: Letters,
) -> tuple[Ask, ...]:
    """Each resolution that the person may choose with its own fields; `kept` is the form of the one that was chosen."""
    one_form = "accept_variance" in offered.commands and _accepts_as_it_is(case)
    made = []
    for name in offered.resolutions:
        if name == ACCEPTANCE and one_form:
            continue
        row = catalogue().resolution(name)
        form: CommandForm = Resolve(
            case=case, actor=actor, side=side, choices=choices, letters=letters, initial={"resolution": name}
        )
        if isinstance(kept, Resolve) and kept.chosen.id == name:
            form = kept
        about = [text(row.words)]
        if row.effect == "reject" and not letters.other.sender:
            about = [text("The document is rejected. It is ours: nobody outside is informed.")]
        elif row.effect in {"reject", "pay_short"} and letters.lacking and row.acts:
            about.append(text("Nobody is informed: {reason}", reason=sentence_shown(letters.lacking)))
        made.append(Ask(name="resolve", label=text(row.name), about=" ".join(about), form=form))
    return tuple(made)


def _label(name: CommandName, label: str | BySide, case: Case, actor: str, side: str) -> str:
    if name == "assign" and case.assignee == actor:
        return text("Give it back to the queue")
    if name == "assign" and case.assignee:
        return text("Take the case over")
    return label.about(side) if isinstance(label, BySide) else text(label)
