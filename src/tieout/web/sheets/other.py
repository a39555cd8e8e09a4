"""Releases, and papers that could not be read, laid out."""

from __future__ import annotations

from tieout.core.documents.acceptance import Release
from tieout.core.documents.unreadable import Unreadable
from tieout.web.sheets.layout import Sheet, filled
from tieout.web.words import moment, money, sentence


def release(paper: Release) -> Sheet:
    """A person's acceptance of a finding."""
    return Sheet(
        kind="Release",
        number=paper.number,
        fields=filled(
            ("Finding", f"{paper.code} at {paper.where}"),
            ("How", sentence(paper.resolution)),
            ("Why", paper.reason),
            ("By", paper.actor),
            ("Up to", money(paper.limit)),
            ("Granted", moment(paper.granted_at)),
            ("Expires", moment(paper.expires_at)),
        ),
    )


def unreadable(paper: Unreadable) -> Sheet:
    """What is known of a paper that could not be read."""
    return Sheet(
        kind="Unreadable paper",
        number=paper.number,
        fields=filled(
            ("Sent by", paper.sender),
            ("What is wrong", paper.reason),
            ("Agreed", paper.expected),
            ("Came", paper.actual),
            ("Where", paper.where),
            ("What to do", paper.remedy),
            ("Format", paper.format),
        ),
    )
