"""The language of the terminal: the setting TIEOUT_LANGUAGE, else the locale as programs usually read it. Imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from tieout.wording.language import ENGLISH, Language

_LANGUAGES: Final[Mapping[str, Language]] = {"en": "en", "de": "de"}
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def of_environment(environ: Mapping[str, str]) -> Language:
    """The language that this environment asks for; English where it asks for none, or for one that we do not have."""
    if own := _LANGUAGES.get(environ.get("TIEOUT_LANGUAGE", "")):
        return own
    locale = next((environ[name] for name in _LOCALES if environ.get(name)), "")
    return _LANGUAGES.get(locale[:2].lower(), ENGLISH) if locale[2:3] in {"", "_", ".", "@"} else ENGLISH


@contextmanager
def terminal_language() -> Iterator[Language]:
    """Within the block sentences, and those of Python's own command-line parser, are in the terminal's language."""
    language = of_environment(os.environ)
    if language == ENGLISH:
        yield language  # nothing is imported: that is the default, and the parser's own language
        return
    import gettext
    from importlib.resources import files

    from tieout.wording.catalogue import DOMAIN
    from tieout.wording.chosen import written_in

    before, of_python = os.environ.get("LANGUAGE"), gettext.textdomain()
    os.environ["LANGUAGE"] = language  # it comes before the locale, which may be another one
    gettext.bindtextdomain(DOMAIN, str(files("tieout.wording").joinpath("locale")))
    gettext.textdomain(DOMAIN)
    try:
        with written_in(language):
            yield language
    finally:
        gettext.textdomain(of_python)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before
