"""Whom the letters of a scenario's claims go to, in the language of their record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tieout.core.documents.kind import Document
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.correspondence import Correspondence
from tieout.wording.letters import spoken, tongue


def other_side(actions: Actions, document: Document, masters: Sequence[Document], *, company: str) -> Correspondence:
    """The other side of a claim, by the records of its evidence."""
    made = actions.correspondence(document, masters, company=company)
    language = spoken(made.language)
    return replace(made, language=language, tongue=tongue(language))


def of_company(documents: Iterable[Document], company: str) -> list[Document]:
    """Those of one of our companies, or of none in particular."""
    return [one for one in documents if not company or getattr(one, "entity", "") in {"", company}]
