"""Coverage-guided fuzzing of every parser through to the database: `make fuzz`, for ten minutes unless told otherwise.

The fuzzer (`atheris`, where it is installed: `pip install atheris`) begins with files that the product writes itself, keeps what
reaches code that no file before has reached, and damages that further. Without it the same files are damaged blindly. Each file is
read; of twenty, with a sound one among them, all are recorded in a real PostgreSQL; after 25 such batches they are tied out and the
tables are proved against the events. Whatever did harm is kept in the folder that is printed. Exit: 0 no fault, 1 faults.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.soak.through import Through

_BYTES_MAX: Final = 40_000


def main() -> int:
    """Fuzz for so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    asked = parser.parse_args()
    seed = asked.seed or int.from_bytes(os.urandom(3), "big") + 1
    atheris = _fuzzer()
    with _counting(atheris):
        from tests.support import server

        server.open_run()
        server.ready_django()
        from tests.soak.seeds import seeds
        from tests.soak.through import Through

    try:
        with server.database():
            through = Through(folder=Path(tempfile.mkdtemp(prefix="tieout-fuzz-")))
            print(
                f"seed {seed}, {asked.seconds} s, {'atheris' if atheris else 'without coverage'}: {through.folder}",
                flush=True,
            )
            ends = time.monotonic() + asked.seconds

            def over() -> bool:
                return time.monotonic() >= ends

            if atheris is None:
                _blindly(through, list(seeds()), Random(seed), over)
            else:
                _guided(atheris, through, list(seeds()), seed, over)
            return _reported(through)
    finally:
        server.close_run()


def _reported(through: Through) -> int:
    through.finish()
    print(through.report(), flush=True)
    return 1 if through.faults or through.lost or through.slow else 0


def _fuzzer() -> Any:
    """The fuzzer; None where it is not installed."""
    try:
        import atheris
    except ImportError:
        return None
    return atheris


@contextmanager
def _counting(atheris: Any) -> Iterator[None]:
    """What is imported in the block has its branches counted; the fuzzer names each module while it does that."""
    if atheris is None:
        yield
        return
    with redirect_stderr(StringIO()), atheris.instrument_imports(include=["tieout"]):
        yield


def _blindly(through: Through, files: list[bytes], random: Random, over: Callable[[], bool]) -> None:
    from tests.soak.damage import at_a_bound, damaged, nearly_sound

    for content in files:
        through(content)
    while not over():
        damage = random.choice((at_a_bound, damaged, nearly_sound))
        through(damage(random.choice(files), random)[:_BYTES_MAX])


def _guided(atheris: Any, through: Through, files: list[bytes], seed: int, over: Callable[[], bool]) -> None:
    from tests.soak.damage import PIECES, at_a_bound, damaged, nearly_sound

    corpus = through.folder / "corpus"
    corpus.mkdir()
    for k, content in enumerate(files):
        (corpus / f"seed-{k:03}").write_bytes(content)
    words = through.folder / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in piece[:60]) + '"\n' for piece in PIECES))

    def damage(content: bytes, size_max: int, number: int) -> bytes:
        random = Random(number)
        die = random.random()
        if die < 0.5:  # most of what has been damaged often is refused early: half of all files are nearly sound
            content = random.choice((at_a_bound, nearly_sound))(random.choice(files), random)
        elif die < 0.75:
            content = damaged(content, random)
        else:
            content = atheris.Mutate(content, size_max)
        return content[:size_max]

    def one(content: bytes) -> None:
        through(content)
        if over():
            _leave(_reported(through))

    options = [
        f"-seed={seed % 2**31}",
        f"-max_len={_BYTES_MAX}",
        "-timeout=120",
        "-rss_limit_mb=4096",
        f"-dict={words}",
    ]
    options += ["-len_control=0", "-reload=0", "-print_final_stats=1", f"-artifact_prefix={through.folder}/"]
    atheris.Setup([sys.argv[0], str(corpus), *options], one, custom_mutator=damage)
    atheris.Fuzz()


def _leave(code: int) -> None:
    """End this process: the fuzzer would go on, and ends without Python's own endings."""
    from django.db import connections

    from tests.support import server

    connections.close_all()
    server.close_run()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
