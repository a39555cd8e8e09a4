"""The letter to the other side as fields of a form: to which address it goes, and its text, to be read and changed before it is sent."""

from __future__ import annotations

from typing import Final

from django import forms

from tieout.core.case.letters import LONGEST, Draft
from tieout.core.tie_out.correspondence import Address
from tieout.engine.letters import Letters
from tieout.wording.catalogue import text

_ROWS_MIN: Final = 8
NOBODY: Final = Letters()


def add_letter(form: forms.Form, letters: Letters, draft: Draft, *, optional: bool = False) -> None:
    """Adds `to` and `text` to the form. An address that only the document states is never chosen beforehand; `optional`: the act may be
    done without telling anybody, where there is no address on record."""
    on_record = letters.addresses[:1] and letters.addresses[0].on_record
    nobody = text("– nobody is informed –") if optional else text("– choose –")
    offered = [(address.value, _shown(address)) for address in letters.addresses]
    form.fields["to"] = forms.ChoiceField(
        label=text("To {name}", name=letters.other.name) if letters.other.name else text("Addressee"),
        choices=offered if on_record else [("", nobody), *offered],
        required=not on_record and not optional,
        help_text=""
        if on_record
        else text("No address is on record: choose the document's own only if you know that it is theirs."),
    )
    form.fields["text"] = forms.CharField(
        label=text("Message: {subject}", subject=draft.subject),
        initial=draft.text,
        max_length=LONGEST,
        help_text="" if draft.whole else text("Tieout proposes no text for this inquiry: write what you ask."),
        widget=forms.Textarea(attrs={"rows": max(_ROWS_MIN, draft.text.count("\n") + 2), "maxlength": LONGEST}),
    )


def _shown(address: Address) -> str:
    if address.on_record:
        return address.value
    return text("{address} (stated on the document only)", address=address.value)
