"""The form of a command: what all of them share."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from tieout.core.case.commands import Command
from tieout.core.case.state import Case
from tieout.engine.letters import Letters
from tieout.web.letter_fields import NOBODY
from tieout.wording.catalogue import text

LONG: Final = 2000


def words_field(label: str, *, required: bool = True, rows: int = 2) -> forms.CharField:
    """A field for text of people."""
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=forms.Textarea(attrs={"rows": rows, "maxlength": LONG})
    )


class CommandForm(forms.Form):
    """A form about one case; `actor` asks. `side` is what the other side of the claim is called, `letters` are those that are proposed."""

    use_required_attribute = True

    def __init__(
        self, *args: Any, case: Case, actor: str, side: str = "supplier", letters: Letters = NOBODY, **kwargs: Any
    ) -> None:
        self.case, self.actor, self.side, self.letters = case, actor, side, letters
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
