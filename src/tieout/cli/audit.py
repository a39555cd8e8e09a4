"""The audit log. `export` writes it (sealed up to now); `verify` checks an export without a database, and with --all the log in the
database and all that it covers: one line names table, row and column of each difference.

The seals are signed with the private key in the file that TIEOUT_SEAL_KEY names (the file seal_key in the folder TIEOUT_HOME); `keys`
prints the public keys, which check a signature and make none, `new-key` puts a new private key in place of the present one. The hash of
each seal is also appended to the witness, a file outside the database (TIEOUT_SEAL_WITNESS): seals that are missing or were made
anew are compared with it. `verifier` writes the program that checks an export on a computer with Python alone.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text
from tieout.wording.sentences import sentence

if TYPE_CHECKING:
    from tieout.config.seal_key import SealKeys
    from tieout.config.table import Settings
    from tieout.core.audit.witness import Note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which file."""
    parser.add_argument("act", choices=["export", "verify", "keys", "new-key", "verifier"])
    parser.add_argument(
        "file", nargs="?", default="-", help="the export, or the verifier (default: standard output or input)"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="verify: the database instead of an export, with all rows that the log names or that follow from it; of every organisation, "
        "or of --tenant",
    )
    parser.add_argument(
        "--installation",
        action="store_true",
        help="the log of users and sign-ins, which belong to no organisation, instead of an organisation's",
    )
    parser.add_argument(
        "--key", help="file of the public keys to verify with (default: the one in the same folder as TIEOUT_SEAL_KEY)"
    )
    parser.add_argument("--witness", help="the witness's record of the seals (default: TIEOUT_SEAL_WITNESS)")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export: 0. Verify: 0 if the log is intact, else 1 and the place."""
    verify = _verify_all if arguments.all else _verify
    act = {"export": _export, "verify": verify, "keys": _keys, "new-key": _new_key, "verifier": _verifier}
    return act[arguments.act](arguments)


def _keys(_: argparse.Namespace) -> int:
    from tieout.config.boot import current
    from tieout.config.seal_key import seal_keys
    from tieout.core.values.errors import Malformed

    settings = current()
    keys = seal_keys(settings).public()
    if not keys:
        raise Malformed(
            "there is no key yet",
            where=str(settings.seal_key),
            remedy="it is made with the first seal: tieout audit export FILE",
        )
    for key in keys:
        print(key)
    return 0


def _new_key(_: argparse.Namespace) -> int:
    from tieout.config.boot import current
    from tieout.config.seal_key import seal_keys

    print(seal_keys(current()).renew())
    print(
        text(
            "Seals are signed with the private key of this public one from now on. Hand it to whoever verifies the log."
        )
    )
    return 0


def _verifier(arguments: argparse.Namespace) -> int:
    from tieout.cli import verify_log

    content = Path(verify_log.__file__).read_bytes()
    if arguments.file == "-":
        sys.stdout.buffer.write(content)
    else:
        Path(arguments.file).write_bytes(content)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from tieout.cli.terminal import say
    from tieout.cli.whose import actor, scope_of
    from tieout.config.boot import booted
    from tieout.core.audit.records import INSTALLATION
    from tieout.core.values.scope import Scope

    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine import audit

        scope = scope_of(arguments) if not arguments.installation else Scope(tenant=INSTALLATION, actor=actor())
        audit.seal(app.engine(settings), scope, at=datetime.now(UTC))
        if arguments.file == "-":
            sys.stdout.buffer.writelines(audit.export(scope))
            return 0
        with Path(arguments.file).open("wb") as out:
            out.writelines(audit.export(scope))
        say(text("Written to {file}.", file=arguments.file))
    return 0


def _verify_all(arguments: argparse.Namespace) -> int:
    from tieout.cli.terminal import say
    from tieout.cli.whose import tenant_of
    from tieout.config.boot import booted
    from tieout.core.audit.records import INSTALLATION
    from tieout.core.values.scope import Scope

    differences = 0
    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.verify_all import Counted, verified
        from tieout.identity.tenants import tenants

        key, notes = _with_which(arguments, settings)
        codes = [INSTALLATION] if arguments.installation else [*(tenant.code for tenant in tenants()), INSTALLATION]
        if arguments.tenant:
            codes = [tenant_of(arguments.tenant)]
        for code in codes:
            counted, of_one = Counted(), 0
            for line in verified(Scope(tenant=code), app.kinds(), key, notes, counted):
                print(f"{code}: {sentence(line)}")
                of_one += 1
            what = _counted(code, counted.entries, counted.seals)
            if of_one:
                print(text("{what}: {count} differences.", what=what, count=of_one))
            else:
                print(text("{what}: the log and every row that it covers are as they were written.", what=what))
                _say_witness(code, notes)
            differences += of_one
    return 1 if differences else 0


def _verify(arguments: argparse.Namespace) -> int:
    from tieout.config.boot import current
    from tieout.core.values.errors import Malformed
    from tieout.engine import audit_file

    if arguments.file != "-" and not Path(arguments.file).is_file():
        raise Malformed("there is no file {file}", remedy="create one: tieout audit export FILE", file=arguments.file)
    key, notes = _with_which(arguments, current())
    if arguments.file == "-":
        verified = audit_file.verify(sys.stdin.buffer, key, notes)
    else:
        with Path(arguments.file).open("rb") as lines:
            verified = audit_file.verify(lines, key, notes)
    what = _counted(verified.tenant, verified.entries, verified.seals)
    if verified.breach is None:
        print(text("{what}: every hash, link and signature is correct.", what=what))
        if verified.erased:
            print(text("The content of {count} events was erased: entries of the log say so.", count=verified.erased))
        _say_witness(verified.tenant, notes)
        return 0
    broken = text(
        "{what}: BROKEN at event {number} of {stream}: it {reason}.",
        what=what,
        number=verified.breach.seq,
        stream=verified.breach.stream,
        reason=sentence(verified.breach.reason),
    )
    print(broken)
    return 1


def _with_which(arguments: argparse.Namespace, settings: Settings) -> tuple[SealKeys, list[Note]]:
    """The keys and the notes of the witness to verify with. Raises `Malformed` for a file that is not there."""
    from tieout.config.seal_key import keys_in, seal_keys
    from tieout.config.seal_witness import SealWitness
    from tieout.core.values.errors import Malformed

    key = seal_keys(settings)
    if arguments.key:
        if not Path(arguments.key).is_file():
            raise Malformed("there is no file {file}", remedy="name the file of the public keys", file=arguments.key)
        key = replace(key, trusted=keys_in(Path(arguments.key).read_text().split("\n"), where=arguments.key))
    witness = Path(arguments.witness) if arguments.witness else settings.seal_witness
    if arguments.witness and not witness.is_file():
        raise Malformed(
            "there is no file {file}", remedy="name the file in which seals are recorded", file=str(witness)
        )
    return key, SealWitness(witness).notes()


def _counted(tenant: str, entries: int, seals: int) -> str:
    return text("{tenant}: {entries} events, {seals} seals", tenant=tenant, entries=entries, seals=seals)


def _say_witness(tenant: str, notes: list[Note]) -> None:
    witnessed = sum(note.tenant == tenant for note in notes)
    if witnessed:
        print(text("The witness recorded {count} seals: none is missing, none was replaced.", count=witnessed))
    else:
        print(text("There is no witness of these seals: seals that were cut off the end would not be noticed."))
