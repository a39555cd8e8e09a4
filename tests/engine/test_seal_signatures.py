"""Seals that anybody can check and nobody else can make: Ed25519, and a second verifier that needs Python alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tieout.cli import verify_log
from tieout.config.seal_key import SealKeys, public_of
from tieout.config.seal_witness import SealWitness
from tieout.core.audit import chain
from tieout.core.audit.chain import Head, Seal
from tieout.core.audit.signing import SealKey, SecretKey
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.engine import audit, audit_file

if TYPE_CHECKING:
    from tests.support.server import Database

SECRET = SecretKey(secret=b"what sessions are signed with")
Lines = list[dict[str, Any]]


class Kept:
    """A log with two seals, exported, with its keys and what the witness noted."""

    def __init__(self, scope: Scope, folder: Path) -> None:
        self.keys = SealKeys(folder / "seal_key", SECRET)
        self.witness = SealWitness(folder / "seals.witness")
        self.folder, self.scope = folder, scope
        self.motor = replace(engine(), signing_key=self.keys, witness=self.witness)

    def grow(self, number: str, *, key: SealKey | None = None) -> None:
        take(self.motor, self.scope, samples.invoice(number, quantity=7))
        tie_out_all(self.motor, self.scope, at=AT + timedelta(hours=6))
        assert audit.seal(replace(self.motor, signing_key=key or self.keys), self.scope, at=AT) is not None

    def lines(self) -> Lines:
        return [json.loads(line) for line in audit.export(self.scope)]

    def verdicts(self, lines: Lines, *, keys: SealKeys | None = None, secret: bool = False) -> tuple[str, str]:
        """What the product says of an export, and what the one file says: "" for nothing, else the place."""
        content = [msgspec.json.encode(line) + b"\n" for line in lines]
        export = self.folder / "export"
        export.write_bytes(b"".join(content))
        broken = audit_file.verify(content, keys or self.keys, self.witness.notes()).breach
        (self.folder / "secret_key").write_bytes(SECRET.secret + b"\n")
        ran = subprocess.run(
            [
                sys.executable, "-I", "-S", verify_log.__file__, export, "--key", public_of((keys or self.keys).path),
                "--witness", self.witness.path, *(("--secret", self.folder / "secret_key") if secret else ()),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == bool(ran.stdout.startswith("BROKEN")), ran.stderr
        return broken.reason if broken else "", ran.stdout.strip() if ran.returncode else ""


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Kept:
    motor = engine()
    log = Kept(company(motor), tmp_path)
    take(motor, log.scope, samples.order(), samples.receipt())
    log.grow("INV-1")
    log.grow("INV-2")
    return log


def seals(lines: Lines) -> Iterator[dict[str, Any]]:
    return (line["seal"] for line in lines if "seal" in line)


def events(lines: Lines) -> Lines:
    return [line for line in lines if "stream" in line]


def cut_tail(lines: Lines, _: Kept) -> Lines:
    """The last seal and all that happened since the one before it."""
    first, second = seals(lines)
    before = {head["stream"]: head["seq"] for head in first["heads"]}
    return [
        line
        for line in lines
        if line.get("seal") != second and ("stream" not in line or line["seq"] <= before.get(line["stream"], 0))
    ]


def remade(lines: Lines, kept: Kept) -> Lines:
    """An event that did not happen, its chain and the last seal made anew, signed with a key of the forger's own."""
    return _remade(lines, SealKeys(kept.folder / "forged"))


def downgraded(lines: Lines, _: Kept) -> Lines:
    """The same, signed with the secret of sessions, as releases before did."""
    return _remade(lines, SECRET)


def _remade(lines: Lines, key: SealKey) -> Lines:
    first, second = seals(lines)
    stream, heads = events(lines)[-1]["stream"], [Head(**head) for head in second["heads"]]
    last = next(head for head in heads if head.stream == stream)
    made = chain.entry(last, stream, "Noted", 1, b'{"note":"never said"}')
    added = {
        "stream": stream, "seq": made.seq, "type": "Noted", "version": 1, "payload": made.payload.decode(),
        "prev_hash": made.prev_hash, "hash": made.hash,
    }  # fmt: skip
    heads = [Head(stream=stream, seq=made.seq, hash=made.hash) if head is last else head for head in heads]
    after = msgspec.convert(first, Seal)
    seal = msgspec.to_builtins(chain.seal(second["tenant"], heads, after=after, key=key))
    return [*lines[: lines.index({"seal": first})], added, {"seal": first}, {"seal": seal}]


def another_payload(lines: Lines, _: Kept) -> Lines:
    events(lines)[2]["payload"] = events(lines)[2]["payload"].replace("2026", "2027", 1)
    return lines


def another_actor(lines: Lines, _: Kept) -> Lines:
    event = next(event for event in events(lines) if '"actor":"' in event["payload"])
    event["payload"] = event["payload"].replace('"actor":"', '"actor":"x', 1)
    return lines


def without_an_event(lines: Lines, _: Kept) -> Lines:
    lines.remove(events(lines)[-1])
    return lines


def swapped(lines: Lines, _: Kept) -> Lines:
    stream = next(event["stream"] for event in events(lines) if event["seq"] == 2)
    one, other = [event for event in events(lines) if event["stream"] == stream][:2]
    one["payload"], other["payload"] = other["payload"], one["payload"]
    return lines


def another_head(lines: Lines, _: Kept) -> Lines:
    next(seals(lines))["heads"][0]["seq"] += 1
    return lines


def without_a_seal(lines: Lines, _: Kept) -> Lines:
    lines.remove({"seal": next(seals(lines))})
    return lines


def half_a_signature(lines: Lines, _: Kept) -> Lines:
    for seal in seals(lines):
        seal["signature"] = seal["signature"][:72]
    return lines


def test_a_whole_log_is_whole_to_both(kept: Kept) -> None:
    lines = kept.lines()
    assert all(seal["signature"].startswith("ed25519:") for seal in seals(lines))
    assert kept.verdicts(lines) == ("", "")


@pytest.mark.parametrize(
    "manipulate",
    [
        cut_tail, remade, downgraded, another_payload, another_actor, without_an_event, swapped, another_head, without_a_seal,
        half_a_signature,
    ],
)  # fmt: skip
@pytest.mark.mission("GOV-05")
def test_whatever_is_changed_both_say_so(kept: Kept, manipulate: Callable[[Lines, Kept], Lines]) -> None:
    product, one_file = kept.verdicts(manipulate(kept.lines(), kept), secret=True)
    assert product
    assert one_file.startswith("BROKEN")


def test_seals_of_former_releases_hold_and_none_follows_the_key_of_the_log(database: Database, tmp_path: Path) -> None:
    motor = engine()
    log = Kept(company(motor), tmp_path)
    log.grow("INV-1", key=SECRET)
    log.grow("INV-2")
    assert log.verdicts(log.lines(), secret=True) == ("", "")
    assert log.verdicts(log.lines())[1].startswith("BROKEN: seal 1 "), "without the secret its seals prove nothing"
    log.grow("INV-3", key=SECRET)
    product, one_file = log.verdicts(log.lines(), secret=True)
    assert "with a secret" in product
    assert "with a secret" in one_file


def test_a_new_key_leaves_the_seals_of_the_former_one_valid(kept: Kept) -> None:
    former = kept.keys.public()
    made = kept.keys.renew()
    assert kept.keys.public() == (*former, made)
    kept.grow("INV-3")
    assert kept.verdicts(kept.lines()) == ("", "")
    only_new = replace(kept.keys, trusted=(made,))
    assert not chain.is_signed(msgspec.convert(next(seals(kept.lines())), Seal), only_new)


def test_the_private_key_is_its_owners_alone_and_is_not_made_anew_in_silence(kept: Kept) -> None:
    assert kept.keys.path.stat().st_mode & 0o777 == 0o600
    kept.keys.path.unlink()
    with pytest.raises(Malformed, match="missing") as lost:
        kept.keys.sign(b"anything")
    assert "new-key" in str(lost.value.remedy)


def test_a_file_that_is_no_key_is_named_with_its_line(tmp_path: Path) -> None:
    keys = SealKeys(tmp_path / "seal_key")
    public_of(keys.path).write_text("ab" * 32 + "\nno key\n")
    with pytest.raises(Malformed) as refused:
        keys.public()
    assert str(refused.value.where).endswith("line 2")


def test_the_one_file_says_what_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ab" * 32)
    (tmp_path / "export").write_text("a shopping list\n")
    for export in ("export", "nothing"):
        command = [sys.executable, "-I", "-S", verify_log.__file__, tmp_path / export, "--key", tmp_path / "key"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 2
        assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("seed", range(6))
def test_both_say_the_same_of_a_signature(seed: int) -> None:
    """The one file has its own Ed25519: right ones are right, and each changed byte makes them wrong."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public, content = private.public_key().public_bytes_raw(), b"seal %d" % seed
    signature = private.sign(content)
    assert verify_log.is_ed25519(public, content, signature)
    for at in (0, 31, 32, 40, 63):
        changed = bytes(byte ^ (k == at) for k, byte in enumerate(signature))
        assert not verify_log.is_ed25519(public, content, changed)
    assert not verify_log.is_ed25519(public, content + b".", signature)
    assert not verify_log.is_ed25519(bytes(32), content, signature)
    larger = (int.from_bytes(signature[32:], "little") + verify_log.ORDER).to_bytes(32, "little")
    assert not verify_log.is_ed25519(public, content, signature[:32] + larger), "a signature has one spelling"
