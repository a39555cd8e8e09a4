"""The resolutions of a case as forms, each with its own fields; what may be meant is offered, and anything else may be typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tieout.core.case import commands
from tieout.core.case.assigning import places
from tieout.core.case.commands import Command
from tieout.core.case.offering import Offers
from tieout.core.findings.resolution import Field
from tieout.engine.application import catalogue
from tieout.web.command_form import CommandForm, words_field
from tieout.web.letter_fields import add_letter
from tieout.web.words import place
from tieout.wording.catalogue import text

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""What may be chosen, by the kind of document: its number, and how it is shown."""

_PROPOSED: Final = re.compile(r'(.+?)(?: \("([^"]*)"\))?(?:, |$)')


class Suggesting(forms.TextInput):
    """A field for a number, with those that may be meant to choose from."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.choices = choices

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input, and the list that it opens."""
        if not self.choices:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_offered"
        options = format_html_join("", '<option value="{}" label="{}"></option>', self.choices)
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class Resolve(CommandForm):
    """Resolve it by one of the resolutions that its findings allow."""

    resolution = forms.ChoiceField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        self.choices = choices or {}
        super().__init__(*args, **kwargs)

    def fill(self) -> None:
        """The fields of the resolution that is chosen: the one that was posted, else `chosen`."""
        offered = dict.fromkeys(name for finding in self.case.findings for name in finding.resolutions)
        offered.setdefault("reject_to_supplier")
        self.fields["resolution"].choices = [  # type: ignore[attr-defined]
            (name, text(row.name)) for name in offered if (row := catalogue().resolution(name)).acts
        ]
        self.chosen = catalogue().resolution(str(self.data.get("resolution") or self.initial.get("resolution") or ""))
        if self.chosen.id:
            self.auto_id = f"Resolve_{self.chosen.id}_%s"
        for asked in self.chosen.fields if self.chosen.id in offered else ():
            made = self._asked(asked)
            if made is not None:
                self.fields[asked.name] = made
        if self.chosen.id in offered:
            self._letter()

    def _letter(self) -> None:
        """The letter that is sent by it. A rejection's is shown once its reason is known: it stands in the letter."""
        draft = self.letters.draft(self.chosen.id)
        if draft is None or not self.letters.addresses:
            return
        if self.chosen.effect == "ask":
            self.fields["note"].label = text("Remark for colleagues")
            add_letter(self, self.letters, draft)
        elif "text" in self.data:
            add_letter(self, self.letters, draft, optional=True)

    def proposed(self) -> dict[str, str]:
        """The letter and its address as they are proposed: what the form comes back with, to be read."""
        draft, first = self.letters.draft(self.chosen.id), next(iter(self.letters.addresses), None)
        return {"text": draft.text if draft else "", "to": first.value if first and first.on_record else ""}

    def to_be_read(self) -> bool:
        """Whether a letter follows from what was typed, and nobody has read it yet."""
        informed = self.chosen.effect == "reject" and self.letters.other.sender
        return informed and "text" not in self.data and bool(self.letters.addresses)

    def _asked(self, field: Field) -> forms.Field | None:
        """The form field of what a resolution asks for; None where there is nothing to choose."""
        label = text(field.label)
        match field.kind:
            case "text":
                return words_field(label, required=field.required)
            case "date":
                return forms.DateField(
                    label=label, required=field.required, widget=forms.DateInput(attrs={"type": "date"}),
                    input_formats=["%Y-%m-%d"],
                )  # fmt: skip
            case "place":
                lines = list(dict.fromkeys(finding.where for finding in places(self.case, self.chosen.id)))
                if len(lines) == 1:
                    return None
                return forms.ChoiceField(label=label, choices=[(where, place(where)) for where in lines])
            case "amount" | "reference":
                offered = self._offered(field)
                return forms.CharField(
                    label=label,
                    required=field.required,
                    max_length=100,
                    initial=offered[0][0] if len(offered) == 1 else None,
                    help_text=text("May be meant: {orders}", orders=", ".join(shown for _, shown in offered[:5]))
                    if offered
                    else "",
                    widget=Suggesting(offered),
                )
            case _:
                assert_never(field.kind)

    def _offered(self, field: Field) -> list[tuple[str, str]]:
        """What may be meant: first what the findings propose, then the other side's open documents."""
        offered: dict[str, str] = {}
        for finding in places(self.case, self.chosen.id) if field.offers else ():
            for number, written in _PROPOSED.findall(dict(finding.numbers).get(field.offers, "")):
                offered.setdefault(number, f"{number} ({written})" if written else number)
        for number, shown in self.choices.get(field.chooses, ()) if field.chooses else ():
            offered.setdefault(number, shown)
        return list(offered.items())

    def command(self) -> Command:
        """A resolution with what its fields hold."""
        values = {name: str(value or "") for name, value in self.cleaned_data.items() if name != "resolution"}
        note, reference = values.pop("note", ""), values.pop("reference", "")
        to, letter = values.pop("to", ""), values.pop("text", None)
        own = tuple((name, value) for name, value in values.items() if value)
        untold = self.chosen.effect == "reject" and not to and not self.letters.other.on_record
        return commands.Resolve(
            resolution=self.cleaned_data["resolution"],
            note=note,
            reference=reference,
            fields=own,
            to=to,
            text=None if untold else letter,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What somebody has to do in another system, in words: no button, because nothing would happen here."""

    label: str
    about: str


def instructions(offered: Offers) -> tuple[Instruction, ...]:
    """The instructions among the resolutions of a case."""
    rows = (catalogue().resolution(name) for name in offered.instructions)
    return tuple(Instruction(label=text(row.name), about=text(row.words)) for row in rows)
