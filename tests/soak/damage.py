"""How a file is damaged: JSON at a place of its tree, with values at and beyond their bounds; any file by its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

from tests.engine.bad_documents import LONG

PIECES: Final = [
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"99999999999999999999", b"1E+30", b"-0", b"&amp;", b"<a>", b"</", b'"', b"[[", b"{}",
    b"'", b"\r", b"\n", b"\t;", b"=1+1", b"9999-12-31", b"0001-01-01", b"\xe2\x80\xae", b"x" * 1200, b"NaN", b"1e400", b"\\u0000",
    b"\\ud800", b"%PDF-1.4", b"<?xml version='1.0'?>", b"<![CDATA[", b"<!DOCTYPE a [", b" EUR", b" EA", b" /", b"null", b"true",
]  # fmt: skip
"""What a damaged file has in it; also the dictionary of the fuzzer."""
_FIGURES: Final = (
    "0", "-0", "-1", "1E+17", "1E+18", "999999999999999999", "1E-30", "1E-31", "0.000000000001", "NaN", "Infinity",
    "92233720368547758.07", "92233720368547758.08", "-92233720368547758.08", "1/3", "1E+999999999", "00012", "٣",
)  # fmt: skip
_DAYS: Final = ("0001-01-01", "1899-12-31", "1900-01-01", "2026-02-30", "2026-05-04", "8999-12-31", "9999-12-31")
_TEXTS: Final = (
    "", " ", "\0", "\ud800", "\u202e", "a" * 1000, "a" * 1001, "é" * 500, "é" * 501, LONG, "%", "/@", "\\", '"' * 3000, "\U0010ffff",
    "EUR", "XXX", "eur", "DE", "380", "381", "S", "invoice", "order", "1" * 40, "../..", "=1+1",
)  # fmt: skip
_SOUND_FIGURES: Final = (
    "0", "0.00", "-1", "1", "0.01", "-0.01", "1000000", "92233720368547758.07", "-92233720368547758.07", "999999999999999999", "0.000001",
    "0.3333333333333333333333", "100", "19",
)  # fmt: skip
_SOUND_TEXTS: Final = (
    "",
    " ",
    "\u202e",
    "a" * 1000,
    "é" * 500,
    "%",
    "/@",
    "\\",
    "\U0010ffff",
    "EUR",
    "JPY",
    "DE",
    "EA",
    "KGM",
    "B1",
    "10",
    "\n",
)
_BOUNDS: Final = {
    "amount": ("92233720368547758.07", "92233720368547758.08", "-92233720368547758.07", "-92233720368547758.08"),
    "quantity": ("999999999999999999", "1E+18", "1E-30", "1E-31"),
    "day": ("1899-12-31", "1900-01-01", "8999-12-31", "9000-01-01", "9999-12-31", "0001-01-01"),
    "text": ("a" * 1000, LONG[:1000], LONG[:1001], LONG[:2700], LONG, "é" * 500, "é" * 501, "a\0b", "a\ud800", "\U0010ffff" * 250),
}  # fmt: skip
_OTHERS: Final[tuple[Any, ...]] = (None, True, 0, -1, 2**31, 2**63, 2**64, 1.5, 1e308, [], {}, [[]], ["a"], {"a": 1})


def damaged(content: bytes, random: Random) -> bytes:
    """The file with a few changes: of its tree where it is JSON and the die says so, else of its bytes."""
    if random.random() < 0.7:
        try:
            tree = json.loads(content)
        except (ValueError, RecursionError):
            pass
        else:
            return _tree_damaged(tree, random)
    return _bytes_damaged(content, random)


def nearly_sound(content: bytes, random: Random) -> bytes:
    """A file of JSON with one to three of its texts, amounts and days exchanged for others that are at their bounds, most within."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return _bytes_damaged(content, random)
    places = [(around, step) for around, step in _places(tree) if isinstance(around[step], str) and step != "kind"]
    for around, step in random.sample(places, min(len(places), random.randint(1, 3))):
        around[step] = _within(around[step], random)
    return json.dumps(tree, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")


def at_a_bound(content: bytes, random: Random) -> bytes:
    """A file of JSON with one value exchanged, or all of its sort, for one that is exactly at a bound or one step beyond it."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return _bytes_damaged(content, random)
    by_sort: dict[str, list[tuple[Any, Any]]] = {}
    for around, step in _places(tree):
        if isinstance(around[step], str) and step != "kind":
            by_sort.setdefault(_sort(around[step]), []).append((around, step))
    if not by_sort:
        return content
    sort = random.choice(sorted(by_sort))
    places = by_sort[sort] if random.random() < 0.5 else [random.choice(by_sort[sort])]
    bound = random.choice(_BOUNDS[sort])
    for around, step in places:
        value: str = around[step]
        unit = "" if sort == "text" else value[10:] if sort == "day" else value[value.index(" ") :]
        around[step] = bound + unit
    return json.dumps(tree).encode()


def _sort(value: str) -> str:
    figure, blank, unit = value.partition(" ")
    if blank and figure.replace(".", "").lstrip("-").isdigit():
        return "amount" if unit in {"EUR", "USD", "GBP"} else "quantity"
    return "day" if value[:4].isdigit() and value[4:5] == "-" else "text"


def _within(value: str, random: Random) -> str:
    figure, blank, unit = value.partition(" ")
    if blank and figure[:1] in "-0123456789":
        return f"{random.choice(_SOUND_FIGURES)} {unit}"
    if value[:4].isdigit() and value[4:5] == "-":
        return random.choice(_DAYS[1:]) + (value[10:] if "T" in value else "")
    if value.replace(".", "").isdigit() and random.random() < 0.7:
        return random.choice(_SOUND_FIGURES)
    return random.choice((*_SOUND_TEXTS, value[:-1], value + "1", value.lower(), random.choice(_TEXTS)))


def _bytes_damaged(content: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 5)):
        start = random.randint(0, len(content))
        length = random.choice((0, 1, 2, 5, 20, 200))
        cut = content[start : start + length]
        put = random.choice((random.choice(PIECES), random.randbytes(4), cut * 2, b""))
        content = content[:start] + put + content[start + length :]
    return content


def _tree_damaged(tree: Any, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        places = list(_places(tree))
        if not places:
            break
        around, step = random.choice(places)
        if random.random() < 0.1:
            del around[step]
        elif random.random() < 0.1 and isinstance(around, list) and len(around) < 20:
            around.append(deepcopy(around[step]))  # not the same one twice: it could come to stand in itself
        else:
            around[step] = deepcopy(_like(around[step], random))
    return json.dumps(tree).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for step, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, step
            yield from _places(inner)


def _like(value: Any, random: Random) -> Any:
    """Mostly a value of the same sort, at or beyond its bound."""
    if random.random() < 0.15:
        return random.choice(_OTHERS)
    if not isinstance(value, str):
        return random.choice((*_OTHERS, *_DAYS, *_TEXTS))
    figure, blank, unit = value.partition(" ")
    if blank and figure[:1] in "-0123456789":
        return f"{random.choice(_FIGURES)} {random.choice((unit, unit, 'JPY', 'BHD', 'KGM', ''))}"
    if value[:4].isdigit() and value[4:5] == "-":
        return random.choice(_DAYS) + (value[10:] if "T" in value else "")
    if value.replace(".", "").isdigit():
        return random.choice((*_FIGURES, *_TEXTS))
    return random.choice((*_TEXTS, *_FIGURES, value[:-1], value + "1"))
