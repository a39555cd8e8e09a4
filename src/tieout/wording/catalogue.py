"""Sentences for people in the language of the page. A message id is the English sentence; `locale` holds the translations.

`docs/catalogues.py` collects the messages from the sources and compiles the catalogues.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from typing import Final

from tieout.wording.chosen import language
from tieout.wording.language import ENGLISH, Language
from tieout.wording.reworded import reworded

DOMAIN: Final = "django"
"""The name of the catalogue's file. Django's own tags in templates read the same file, and want this name."""


def text(message: str, /, **values: object) -> str:
    """The message in the chosen language, its {names} replaced by `values`. Raises `KeyError` where a value is missing."""
    return _filled(translated(message), values)


def translated(message: str, /) -> str:
    """The message in the chosen language with its {names} left in it: for templates that are filled in elsewhere."""
    return _catalogue(language()).gettext(message if "{" in message else reworded(message)) if message else ""


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """The form that fits `count`, in the chosen language; {count} is the number as people of the language write it."""
    from tieout.wording.figures import number  # late: Babel takes a while, and a command starts fast

    message = _catalogue(language()).ngettext(one, many, count)
    return _filled(message, {"count": number(count, language()), **values})


def counted(one: str, many: str, count: int, /) -> str:
    """The form that fits `count` in the chosen language, with its {names} left in it."""
    return _catalogue(language()).ngettext(one, many, count)


def marked(message: str, /) -> str:
    """The message as it is: marked for the catalogue, and translated by `text` where it is shown."""
    return message


def _filled(message: str, values: dict[str, object]) -> str:
    return message.format_map(values) if "{" in message else message


def bring(package: str) -> None:
    """From now on the sentences of a package from outside are translated by its own `locale/<language>/LC_MESSAGES/django.mo`."""
    if package not in _PACKAGES:
        _PACKAGES.append(package)
        _catalogue.cache_clear()


_OURS: Final = "tieout.wording"
_PACKAGES: Final = [_OURS]
"""Whose catalogues are read; ours first, so that a package translates its own sentences and changes none of ours."""


@lru_cache(maxsize=8)
def _catalogue(language: Language) -> gettext.NullTranslations:
    made = gettext.NullTranslations()
    if language == ENGLISH:
        return made
    from importlib.resources import files

    for package in reversed(_PACKAGES):
        path = files(package).joinpath("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
        if package == _OURS or path.is_file():
            with path.open("rb") as file:
                further = gettext.GNUTranslations(file)
            further.add_fallback(made)
            made = further
    return made
