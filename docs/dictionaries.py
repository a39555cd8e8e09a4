"""Trains the dictionaries with which values are stored (`tieout.store.packing`) that are not there yet, on generated documents.

A new dictionary is a new line at the end of `DICTIONARIES`, and its file what this writes. One that was released stays as it is, since
there are databases that only it can read: to improve one, add a number. It takes some minutes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import zstandard

from tieout.store import packing

FOLDER: Final = Path(packing.__file__).parent / "dictionaries"
SIZE: Final = 16 * 1024
SEEDS: Final = (901, 902)
"""Not those of measurements."""
INVOICES: Final = 250
_LONGEST: Final = 64 * 1024
_MOST: Final = 4_000


def main() -> int:
    """Write what is missing."""
    missing = {number: kind for number, kind in packing.DICTIONARIES.items() if not path(number).exists()}
    if not missing:
        print("nothing is missing")
        return 0
    packing.CURRENT = {}  # what is trained on is stored as it is
    samples: dict[str, set[bytes]] = {kind: set() for kind in missing.values()}
    for kind, value in values():
        if kind in samples and len(value) <= _LONGEST and not value.startswith(b"%PDF"):
            samples[kind].add(value)
    FOLDER.mkdir(exist_ok=True)
    for number, kind in missing.items():
        chosen = sorted(samples[kind], key=hash_of)[:_MOST]
        dictionary = zstandard.train_dictionary(SIZE, chosen)
        path(number).write_bytes(dictionary.as_bytes())
        print(f"{path(number).name}: {len(dictionary)} bytes from {len(chosen)} of {len(samples[kind])} values")
    return 0


def path(number: int) -> Path:
    """The file of a dictionary."""
    return FOLDER / f"{number:03}-{packing.DICTIONARIES[number]}.zdict"


def hash_of(value: bytes) -> bytes:
    """An order that has nothing to do with what the values are."""
    return sha256(value).digest()


def values() -> Iterator[tuple[str, bytes]]:
    """What a demo of all processes, and supplier invoices in UBL, leave in a database: (kind, value)."""
    from tieout.config.boot import booted, use_home

    with tempfile.TemporaryDirectory(prefix="tieout-dictionaries-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user
        use_home(Path(folder) / "home")
        with booted(say=lambda _: None) as settings:
            from rich.console import Console

            from tieout.cli.bench_samples import SAMPLES, lists_of
            from tieout.cli.demo import _books, _play
            from tieout.cli.demo_files import File

            _play(settings, Console(quiet=True), home=Path(folder), seed=SEEDS[0], count=INVOICES)
            books = _books(settings, at=datetime.now(UTC))
            sample = SAMPLES["payables"](SEEDS[1], INVOICES, lines=5, at=books.at)
            for files in (lists_of(sample.evidence), sample.files):
                books.take_in([File(name=name, content=content) for name, content in files])
            books.tie_out()
            books.post()
            yield from _stored(books.scope.tenant)


def _stored(tenant: str) -> Iterator[tuple[str, bytes]]:
    from tieout.core.values.scope import Scope
    from tieout.store.link import transaction
    from tieout.store.models import Action, Case, Claim, Document, Event, SourceFile, Verdict
    from tieout.store.packed_fields import PackedField, PackedTextField

    with transaction(Scope(tenant=tenant)):
        for model in (SourceFile, Document, Verdict, Claim, Case, Event, Action):
            for field in model._meta.concrete_fields:  # noqa: SLF001  Django's name
                if isinstance(field, PackedField | PackedTextField):
                    for value in model.objects.filter(tenant=tenant).values_list(field.name, flat=True):
                        if value is not None:
                            yield field.kind, value.encode() if isinstance(value, str) else bytes(value)


if __name__ == "__main__":
    sys.exit(main())
