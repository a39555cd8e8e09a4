"""What rows keep as plain text is read in the language of the page."""

from __future__ import annotations

import pytest

from tieout.wording.chosen import written_in
from tieout.wording.kept import kept


@pytest.mark.parametrize(
    ("stored", "english", "german"),
    [
        ("it is at 90 %", "90 % complete", "zu 90\u00a0% fertig"),
        ("it is at 33.5 %", "33.5 % complete", "zu 33,5\u00a0% fertig"),
        ("nothing is known of it", "not reported yet", "noch nicht gemeldet"),
        ("accepted by M. Roth", "accepted by M. Roth", "abgenommen von M. Roth"),
        (
            "hours 700-743 of 744 are missing",
            "hours 700-743 of 744 are missing",
            "es fehlen die Stunden 700-743 von 744",
        ),
        (
            "hours 7 of 744 are missing and the feed skipped 4",
            "hours 7 of 744 are missing, the feed skipped 4",
            "es fehlen die Stunden 7 von 744, im Verbrauchsdatenstrom fehlt 4",
        ),
        ("put in by hand", "put in by hand", "put in by hand"),
    ],
)
def test_a_kept_sentence_is_shown_in_the_language_of_the_reader(stored: str, english: str, german: str) -> None:
    assert kept(stored) == english
    with written_in("de"):
        assert kept(stored) == german
