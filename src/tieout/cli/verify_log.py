"""Verifies an exported log of Tieout. One file that needs Python 3.9 or later and nothing else.

    python3 verify_log.py EXPORT --key FILE.pub [--witness FILE] [--secret FILE]

It checks that every event is what its hash says and follows the one before it, that every seal follows the one before it, has the
root of its heads and the signature of one of the public keys, and that what was sealed is there unchanged. With the witness it also
checks that no seal was cut off or made anew. Of events whose content was erased it checks the digest that is left, and that an entry
of the log says so. Ends with 0 if all of that holds, with 1 and the place if not, with 2 if a file is missing
or is none.

--key: the public keys, a file with one of 64 hexadecimal digits in each line, kept since the log was begun: take it from wherever it was
handed to you, never from where the log comes from. --secret: the file secret_key of an installation whose first seals were signed by a
release before 0.2. It was written a second time, apart from the program that writes the log: what one of them gets wrong, the other says.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]
Point = tuple[int, int]
GENESIS = "0" * 64
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


class Broken(Exception):
    """The first thing that is wrong."""


class NoExport(Exception):
    """A file is missing, or is not what it should be."""


# --- Ed25519, as in RFC 8032; points are (x, y) ----------------------------------------------------------------------------


def added(one: Point, other: Point) -> Point:
    """The sum of two points of the curve."""
    (x1, y1), (x2, y2) = one, other
    product = CURVE * x1 * x2 * y1 * y2 % PRIME
    x = (x1 * y2 + x2 * y1) * pow(1 + product, PRIME - 2, PRIME)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, PRIME - 2, PRIME)
    return x % PRIME, y % PRIME


def times(number: int, point: Point) -> Point:
    """A point added to itself so many times."""
    result = (0, 1)
    while number:
        if number & 1:
            result = added(result, point)
        point = added(point, point)
        number >>= 1
    return result


def point_of(content: bytes) -> Point | None:
    """The point that 32 bytes name; None if they name none."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (not x and sign):
        return None
    return (PRIME - x if x & 1 != sign else x), y


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")) or (0, 1)


def is_ed25519(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether 64 bytes are the signature of these bytes by the owner of the 32 bytes of a public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first = point_of(public), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or first is None or number >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + content).digest(), "little") % ORDER
    return times(number, BASE) == added(first, times(challenge, key))


# --- hashes, as docs/concepts/proof.md describes them --------------------------------------------------------------------------


def framed(*parts: bytes) -> bytes:
    """Each part with its length before it."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hash_of(event: Row) -> str:
    """What the hash of an event has to be: over its payload, or over the digest of payload and salt, which outlives both."""
    parts = [str(event[name]).encode() for name in ("stream", "seq", "type", "version")]
    covered = event.get("digest", "")
    if event.get("salt") and not covered:
        covered = digest(framed(bytes.fromhex(event["salt"]), event["payload"].encode()))
    parts += [b"salted", bytes.fromhex(covered)] if covered else [event["payload"].encode()]
    return digest(framed(event["prev_hash"].encode(), framed(*parts)))


def root_of(leaves: Sequence[str]) -> str:
    """The root of the tree over these leaves (RFC 6962)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else GENESIS
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(b"\x01" + bytes.fromhex(root_of(leaves[:half])) + bytes.fromhex(root_of(leaves[half:])))


def leaf_of(head: Row) -> str:
    """The leaf of the head of a stream."""
    return digest(b"\x00" + framed(head["stream"].encode(), str(head["seq"]).encode(), head["hash"].encode()))


def signed_of(seal: Row) -> bytes:
    """What is signed of a seal."""
    parts = (seal["tenant"], seal["number"], seal["root"], seal["previous"], len(seal["heads"]))
    return framed(*(str(part).encode() for part in parts))


def is_signed(seal: Row, keys: Sequence[bytes], secret: bytes) -> bool:
    """Whether a public key proves the seal, or the secret of a former release."""
    signature, content = seal["signature"], signed_of(seal)
    if signature.startswith("ed25519:"):
        try:
            bare = bytes.fromhex(signature[8:])
        except ValueError:
            return False
        return any(is_ed25519(key, content, bare) for key in keys)
    made = hmac.new(secret, content, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(made.encode(), signature.encode())


# --- the log ---------------------------------------------------------------------------------------------------------------


def verify(lines: Iterator[str], keys: Sequence[bytes], secret: bytes, notes: Sequence[Row]) -> str:
    """What the export holds, as a sentence. Raises Broken with the first thing that is wrong."""
    tenant, events = heading(next(lines, "")), 0
    seals: list[Row] = []
    hashes: dict[tuple[str, int], str] = {}
    last: dict[str, tuple[int, str]] = {}
    erased: dict[str, int] = {}
    named: set[str] = set()
    for line in lines:
        row = json.loads(line)
        if "seal" in row:
            seals.append(row["seal"])
            continue
        events += 1
        place = f"event {row['seq']} of {row['stream']}"
        seq, before = last.get(row["stream"], (0, GENESIS))
        if row["seq"] != seq + 1 or row["prev_hash"] != before:
            raise Broken(f"{place} does not follow the one before it")
        if row["hash"] != hash_of(row):
            raise Broken(f"{place} is not what its hash says")
        last[row["stream"]] = row["seq"], row["hash"]
        hashes[row["stream"], row["seq"]] = row["hash"]
        if row.get("digest"):
            erased[row["stream"]] = erased.get(row["stream"], 0) + 1
        elif row["type"] == "RecordsWritten":
            for change in json.loads(row["payload"]).get("changes", []):
                named.update(change.get("erased", []))
    for stream in sorted(set(erased) - named):
        raise Broken(f"an event of {stream} has no content, and no entry says that it was erased")
    check_seals(tenant, seals, keys, secret)
    for seal in seals:
        for head in seal["heads"]:
            if hashes.get((head["stream"], head["seq"])) != head["hash"]:
                raise Broken(f"event {head['seq']} of {head['stream']} was sealed and is missing, or is another")
    check_witness(tenant, seals, notes)
    gone = sum(erased.values())
    return f"{tenant}: {events} events{f', the content of {gone} of them erased' if gone else ''}, {len(seals)} seals"


def heading(line: str) -> str:
    """The tenant that the first line names."""
    try:
        row = json.loads(line)
        if row["format"] in ("tieout-audit-1", "tieout-audit-2"):
            return str(row["tenant"])
    except (ValueError, KeyError, TypeError):
        pass
    raise NoExport("this is no export of the log: make one with tieout audit export FILE")


def check_seals(tenant: str, seals: Sequence[Row], keys: Sequence[bytes], secret: bytes) -> None:
    """Each follows the one before it, has the root of its heads, and is signed."""
    number, before, public = 0, GENESIS, False
    for seal in seals:
        place = f"seal {seal['number']}"
        if seal["tenant"] != tenant:
            raise Broken(f"{place} is of another organisation")
        if seal["number"] != number + 1 or seal["previous"] != before:
            raise Broken(f"{place} does not follow the one before it")
        if seal["root"] != root_of([leaf_of(head) for head in seal["heads"]]):
            raise Broken(f"{place} has another root than its heads")
        if not is_signed(seal, keys, secret):
            raise Broken(f"{place} is signed by none of the keys")
        if public and not seal["signature"].startswith("ed25519:"):
            raise Broken(f"{place} is signed with a secret, and one before it with the key of the log")
        public = public or seal["signature"].startswith("ed25519:")
        number, before = seal["number"], digest(signed_of(seal))


def check_witness(tenant: str, seals: Sequence[Row], notes: Sequence[Row]) -> None:
    """Every seal that was noted is there, and the same."""
    made = {seal["number"]: digest(signed_of(seal)) for seal in seals}
    for note in sorted(notes, key=lambda note: note["number"]):
        if note["tenant"] == tenant and made.get(note["number"]) != note["hash"]:
            raise Broken(f"seal {note['number']} was noted by the witness and is missing, or is another")


# --- the command -----------------------------------------------------------------------------------------------------------


def notes_in(path: str | None) -> list[Row]:
    """The notes of a witness; the last line may have been cut short."""
    lines = [line for line in Path(path).read_text(encoding="utf-8").split("\n") if line] if path else []
    notes: list[Row] = []
    for k, line in enumerate(lines):
        try:
            notes.append(json.loads(line))
        except ValueError:
            if k + 1 < len(lines) and not lines[k + 1].startswith(line):
                raise NoExport(f"{path}, line {k + 1}: this is no note of a seal") from None
    return notes


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Verifies an exported log of Tieout.")
    parser.add_argument("export", help="the file that `tieout audit export` wrote")
    parser.add_argument("--key", required=True, help="file of the public keys, one of 64 hexadecimal digits per line")
    parser.add_argument("--witness", help="file in which the hash of each seal was recorded")
    parser.add_argument("--secret", help="file secret_key, where the first seals are of a release before 0.2")
    given = parser.parse_args(arguments)
    try:
        keys = [bytes.fromhex(line) for line in Path(given.key).read_text(encoding="utf-8").split()]
        secret = Path(given.secret).read_bytes().strip() if given.secret else b""
        notes = notes_in(given.witness)
        with Path(given.export).open(encoding="utf-8") as lines:
            what = verify(lines, keys, secret, notes)
    except Broken as wrong:
        print(f"BROKEN: {wrong}.")
        return 1
    except (OSError, NoExport, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    print(f"{what}: every hash, link and signature is correct.")
    if not notes:
        print("Without a witness, seals that were cut off the end would not be missed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
