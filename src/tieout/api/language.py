"""The language in which a program asks for sentences about findings: its header Accept-Language."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from tieout.wording.language import ENGLISH, Language

_LANGUAGES: Final[dict[str, Language]] = {"en": ENGLISH, "de": "de"}


def asked_in(request: HttpRequest) -> Language:
    """The first language of the header that there is; English without one."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    names = (name.partition("-")[0] for name, weight in wanted if weight)
    return next((_LANGUAGES[name] for name in names if name in _LANGUAGES), ENGLISH)
