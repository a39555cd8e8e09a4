"""The hash chain: any byte of any field that changes is reported, at the first broken entry."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.core.audit.chain import (
    GENESIS,
    Entry,
    Head,
    Seal,
    digest_of,
    entry,
    hash_of,
    included,
    is_signed,
    leaf,
    merkle_root,
    proof,
    seal,
    verify,
    verify_export,
)
from tieout.core.audit.records import RECORDS
from tieout.core.audit.signing import SecretKey

KEY = SecretKey(secret=b"a key that nobody guesses")


def log(*streams: str) -> list[Entry]:
    heads: dict[str, Head] = {}
    entries = []
    for k, stream in enumerate(streams):
        made = entry(heads.get(stream), stream, "Noted", 1, f'{{"text":"entry {k}"}}'.encode())
        heads[stream] = Head(stream=stream, seq=made.seq, hash=made.hash)
        entries.append(made)
    return entries


def salted(entry: Entry, k: int) -> Entry:
    """The entry as events are written: its hash covers the digest of its payload with a salt."""
    made = replace(entry, salt=bytes([k]) * 16)
    return replace(made, hash=hash_of(made))


def erased(entry: Entry) -> Entry:
    """The entry without its content."""
    return replace(entry, payload=b"", salt=b"", digest=digest_of(entry.payload, entry.salt))


def names(stream: str) -> Entry:
    """An entry that says that the content of a stream was erased."""
    return entry(None, "records/1", RECORDS, 1, b'{"changes":[{"erased":["%s"]}]}' % stream.encode())


LOG = log("case/a", "case/b", "case/a", "case/a", "case/b")
A, B = LOG[3], LOG[4]


def heads(*entries: Entry) -> list[Head]:
    return [Head(stream=exported.stream, seq=exported.seq, hash=exported.hash) for exported in entries]


FIRST = seal("t", heads(LOG[2], LOG[1]), after=None, key=KEY)
SEALS = [FIRST, seal("t", heads(A, B), after=FIRST, key=KEY)]


def test_an_honest_export_is_whole() -> None:
    assert verify(LOG) is None
    assert verify_export(LOG, SEALS, KEY) is None
    assert verify([LOG[1], LOG[0], LOG[4], LOG[2], LOG[3]]) is None, "streams may be interleaved"
    assert LOG[0].prev_hash == GENESIS


def flipped(content: bytes, k: int) -> bytes:
    return content[:k] + bytes([content[k] ^ 1]) + content[k + 1 :]


@pytest.mark.parametrize("k", range(len(LOG)))
def test_every_byte_of_every_field_is_covered(k: int) -> None:
    original = LOG[k]
    changed = [replace(original, payload=flipped(original.payload, j)) for j in range(len(original.payload))]
    changed += [
        replace(original, **{name: flipped(getattr(original, name).encode(), j).decode("latin-1")})
        for name in ("stream", "type", "prev_hash", "hash")
        for j in range(len(getattr(original, name)))
    ]
    changed += [
        replace(original, seq=original.seq + 1),
        replace(original, version=2),
        replace(original, payload=original.payload + b" "),
    ]
    for other in changed:
        breach = verify([*LOG[:k], other, *LOG[k + 1 :]])
        assert breach is not None, other
        assert (breach.stream, breach.seq) == (other.stream, other.seq)


def test_every_byte_of_a_salted_entry_and_of_what_is_left_of_it_is_covered() -> None:
    original = salted(LOG[0], 7)
    left = erased(original)
    assert verify([original]) is verify([left]) is None
    changed = [replace(original, payload=flipped(original.payload, j)) for j in range(len(original.payload))]
    changed += [replace(original, salt=flipped(original.salt, j)) for j in range(16)]
    changed += [
        replace(original, salt=b""),
        replace(original, salt=original.salt + original.payload[:1], payload=original.payload[1:]),
        replace(original, salt=original.salt[:-1], payload=original.salt[-1:] + original.payload),
        replace(left, digest=""),
        replace(left, digest="0" * 64),
        replace(left, digest=left.digest.upper()),
        replace(left, digest=f"{left.digest}  "),
        replace(left, digest="no digest"),
        *(replace(left, digest=flipped(left.digest.encode(), j).decode("latin-1")) for j in range(64)),
        *(replace(left, type=other) for other in ("note", "Note")),
    ]
    for other in changed:
        assert verify([other]) is not None, other


def test_an_erased_entry_has_to_be_named_by_another() -> None:
    left = erased(salted(LOG[0], 7))
    assert verify_export([left, names("case/a")], [], KEY) is None
    assert verify_export([names("case/a"), left], [], KEY) is None
    for others in ([], [names("case/b")], [entry(None, "records/1", "Noted", 1, names("case/a").payload)]):
        breach = verify_export([left, *others], [], KEY)
        assert breach is not None
        assert breach.reason == "has no content, and no entry says that it was erased"


def test_the_six_parts_of_a_salted_entry_are_never_the_five_of_another() -> None:
    """Whoever puts the digest where a payload stands has another hash."""
    left = erased(salted(LOG[0], 7))
    digest = bytes.fromhex(left.digest)
    for payload in (digest, b"salted" + digest, left.digest.encode()):
        assert verify([replace(left, digest="", payload=payload)]) is not None


def test_a_byte_cannot_move_from_one_field_to_the_next() -> None:
    original = LOG[0]
    moved = replace(original, type="Note", payload=b"d" + original.payload)
    assert verify([moved]) is not None
    one = entry(None, "case/a", "Noted", 1, b"1{}")
    assert verify([replace(one, version=11, payload=b"{}")]) is not None


def test_a_rewritten_tail_is_whole_in_itself_but_not_under_its_seal() -> None:
    forged = entry(Head(stream="case/a", seq=2, hash=LOG[2].hash), "case/a", "Noted", 1, b"{}")
    rewritten = [*LOG[:3], forged, LOG[4]]
    assert verify(rewritten) is None
    breach = verify_export(rewritten, SEALS, KEY)
    assert breach is not None
    assert (breach.stream, breach.seq, breach.reason) == ("case/a", 3, "is not what was sealed")


@pytest.mark.parametrize("gone", [[3], [4], [2, 3]])
def test_what_is_cut_off_the_end_is_missed(gone: list[int]) -> None:
    cut = [exported for k, exported in enumerate(LOG) if k not in gone]
    breach = verify_export(cut, SEALS, KEY)
    assert breach is not None
    assert breach.reason == "was sealed and is missing"


def test_an_entry_left_out_of_the_middle_is_named() -> None:
    breach = verify([*LOG[:2], *LOG[3:]])
    assert breach is not None
    assert (breach.stream, breach.seq) == ("case/a", 3)


@pytest.mark.parametrize(
    "changed",
    [
        replace(FIRST, root="0" * 64),
        replace(FIRST, signature=FIRST.signature[::-1]),
        replace(FIRST, previous="1" * 64),
        replace(FIRST, number=2),
        replace(FIRST, heads=FIRST.heads[:1]),
        replace(FIRST, tenant="other"),
    ],
)
def test_a_seal_that_was_touched_is_named(changed: Seal) -> None:
    breach = verify_export(LOG, [changed, SEALS[1]], KEY)
    assert breach is not None
    assert breach.stream.startswith("seal/")


def test_a_seal_needs_its_key_and_its_predecessor() -> None:
    assert is_signed(FIRST, KEY)
    assert not is_signed(FIRST, SecretKey(secret=b"another"))
    assert verify_export(LOG, SEALS[1:], KEY) is not None
    assert verify_export(LOG, [seal("t", heads(A, B), after=FIRST, key=SecretKey(secret=b"forger"))], KEY) is not None


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.data())
def test_a_proof_holds_for_its_leaf_and_place_only(count: int, data: st.DataObject) -> None:
    leaves = [leaf(Head(stream=f"case/{k}", seq=1, hash=GENESIS)) for k in range(count)]
    root, index = merkle_root(leaves), data.draw(st.integers(0, count - 1))
    path = proof(leaves, index)
    assert included(leaves[index], index, count, path, root)
    assert not included(leaf(Head(stream="other", seq=1, hash=GENESIS)), index, count, path, root)
    assert not included(leaves[index], index + 1, count, path, root) or count == 1
    assert not included(leaves[index], index, count, (*path, GENESIS), root)
    if path:
        assert not included(leaves[index], index, count, path[:-1], root)


def test_no_leaf_counts_twice() -> None:
    leaves = [leaf(Head(stream=str(k), seq=1, hash=GENESIS)) for k in range(3)]
    assert merkle_root(leaves) != merkle_root([*leaves, leaves[-1]])
    assert merkle_root([]) == GENESIS
    both = bytes.fromhex(leaves[0]) + bytes.fromhex(leaves[1])
    assert merkle_root(leaves[:2]) == sha256(b"\x01" + both).hexdigest(), "a node is never a leaf"
