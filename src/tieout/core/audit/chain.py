"""The tamper-evident log: a hash chain per stream, a Merkle root per tenant and interval, and a verifier that needs only an export.

Every entry's hash covers the hash before it and all of its own fields. A seal names, at the end of an interval, the last
entry of every stream that grew; its Merkle root is signed (`core.audit.signing`), so that entries cut off the end are missed too.

Of a payload with a salt the hash covers the digest of both, so that the content can be erased later: without payload and salt the digest
proves the chain, and says nothing of what was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from tieout.core.audit.records import RECORDS, streams_erased
from tieout.core.audit.signing import PUBLIC, SealKey

GENESIS: Final = "0" * 64
_LEAF, _NODE = b"\x00", b"\x01"
_SALTED: Final = b"salted"
_DIGEST: Final = 64
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One exported row. `seq` counts from 1 within its stream; hashes and digests are 64 hexadecimal digits.

    `salt` is b"" where the hash covers the payload itself. `digest` is "" but where the content was erased: then it is that of the
    payload that there was, and `payload` is what is left of it, which the hash does not cover.
    """

    stream: str
    seq: int
    type: str
    version: int
    payload: bytes
    prev_hash: str
    hash: str
    salt: bytes = b""
    digest: str = ""

    @property
    def is_erased(self) -> bool:
        """Whether its content was erased."""
        return bool(self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a stream stood when it was sealed."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One interval of one tenant. `number` counts from 1; `previous` is the hash of the seal before; `heads` are sorted."""

    tenant: str
    number: int
    heads: tuple[Head, ...]
    root: str
    previous: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """The first thing that is wrong: where (stream and seq, or "seal" and its number) and what."""

    stream: str
    seq: int
    reason: str


def _frame(*parts: bytes) -> bytes:
    # Every part with its length before it, so that no byte can move from one field to the next unseen.
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def canonical_bytes(stream: str, seq: int, type_: str, version: int, payload: bytes) -> bytes:
    """All fields of an entry as one unambiguous byte string: what its hash covers besides the hash before it."""
    return _frame(stream.encode(), str(seq).encode(), type_.encode(), str(version).encode(), payload)


def digest_bytes(stream: str, seq: int, type_: str, version: int, digest: str) -> bytes:
    """As `canonical_bytes`, of an entry whose hash covers a digest in place of its payload: six parts, which no five are."""
    return _frame(
        stream.encode(), str(seq).encode(), type_.encode(), str(version).encode(), _SALTED, bytes.fromhex(digest)
    )


def digest_of(payload: bytes, salt: bytes) -> str:
    """The digest of a payload with its salt, which nobody can guess."""
    return sha256(_frame(salt, payload)).hexdigest()


def hash_of(entry: Entry) -> str:
    """What the hash of an entry has to be. Raises `ValueError` for a digest that is none."""
    digest = entry.digest or (digest_of(entry.payload, entry.salt) if entry.salt else "")
    if digest:
        fields = digest_bytes(entry.stream, entry.seq, entry.type, entry.version, digest)
    else:
        fields = canonical_bytes(entry.stream, entry.seq, entry.type, entry.version, entry.payload)
    return link(entry.prev_hash, fields)


def link(previous_hash: str, canonical: bytes) -> str:
    """The hash of an entry, given the hash of the one before it in its stream (GENESIS for the first)."""
    return sha256(_frame(previous_hash.encode(), canonical)).hexdigest()


def entry(head: Head | None, stream: str, type_: str, version: int, payload: bytes) -> Entry:
    """The next entry of a stream after its head (None: the first)."""
    seq, previous = (head.seq + 1, head.hash) if head else (1, GENESIS)
    made = Entry(stream=stream, seq=seq, type=type_, version=version, payload=payload, prev_hash=previous, hash="")
    return replace(made, hash=hash_of(made))


def verify(entries: Iterable[Entry]) -> Breach | None:
    """The first broken entry of an export, None if all is well. Streams may be interleaved; each in order of `seq`."""
    heads: dict[str, Head] = {}
    return next(_breaches(entries, heads), None)


def verify_export(entries: Iterable[Entry], seals: Sequence[Seal], key: SealKey) -> Breach | None:
    """As `verify`, and that every seal is signed with `key`, follows the one before, and that what it sealed is unchanged.

    Once a seal has a signature that the public key proves, all later ones must: whoever has the secret of a former release makes none.
    An entry without its content is of a stream that an entry about rows names as erased.
    """
    sealed = {(head.stream, head.seq): head.hash for seal in seals for head in seal.heads}
    hashes: dict[tuple[str, int], str] = {}
    erased: dict[str, int] = {}
    named: set[str] = set()

    def watched() -> Iterator[Entry]:
        for entry in entries:
            if (entry.stream, entry.seq) in sealed:
                hashes[entry.stream, entry.seq] = entry.hash
            if entry.is_erased:
                erased.setdefault(entry.stream, entry.seq)
            elif entry.type == RECORDS:
                named.update(streams_erased(entry.payload))
            yield entry

    broken = verify(watched()) or next(_seal_breaches(seals, key), None)
    if broken is not None:
        return broken
    for stream in sorted(erased.keys() - named):
        return Breach(stream=stream, seq=erased[stream], reason="has no content, and no entry says that it was erased")
    for (stream, seq), expected in sorted(sealed.items()):
        if hashes.get((stream, seq)) != expected:
            reason = "was sealed and is missing" if (stream, seq) not in hashes else "is not what was sealed"
            return Breach(stream=stream, seq=seq, reason=reason)
    return None


def _breaches(entries: Iterable[Entry], heads: dict[str, Head]) -> Iterator[Breach]:
    for entry in entries:
        head = heads.get(entry.stream)
        reason = _wrong(entry, head)
        if reason:
            yield Breach(stream=entry.stream, seq=entry.seq, reason=reason)
        heads[entry.stream] = Head(stream=entry.stream, seq=entry.seq, hash=entry.hash)


def _wrong(entry: Entry, head: Head | None) -> str:
    seq, previous = (head.seq + 1, head.hash) if head else (1, GENESIS)
    if entry.seq != seq:
        return f"has number {entry.seq} where {seq} is due"
    if entry.prev_hash != previous:
        return "does not follow the entry before it"
    if entry.digest and (len(entry.digest) != _DIGEST or not set(entry.digest) <= _HEXADECIMAL):
        return "has a digest that is none"
    return "" if entry.hash == hash_of(entry) else "is not what its hash says"


def _seal_breaches(seals: Sequence[Seal], key: SealKey) -> Iterator[Breach]:
    previous: dict[str, tuple[int, str]] = {}
    public: set[str] = set()
    for seal in seals:
        number, before = previous.get(seal.tenant, (0, GENESIS))
        reason = ""
        if seal.number != number + 1 or seal.previous != before:
            reason = "does not follow the seal before it"
        elif seal.root != merkle_root([leaf(head) for head in seal.heads]):
            reason = "has another root than its heads"
        elif not is_signed(seal, key):
            reason = "is not signed with this key"
        elif seal.tenant in public and not seal.signature.startswith(PUBLIC):
            reason = "is signed with a secret, and the one before it with the key of the log"
        if seal.signature.startswith(PUBLIC):
            public.add(seal.tenant)
        if reason:
            yield Breach(stream=f"seal/{seal.tenant}", seq=seal.number, reason=reason)
        previous[seal.tenant] = (seal.number, seal_hash(seal))


def leaf(head: Head) -> str:
    """The leaf of a stream's head in the tree of its interval."""
    return sha256(_LEAF + _frame(head.stream.encode(), str(head.seq).encode(), head.hash.encode())).hexdigest()


def _node(left: str, right: str) -> str:
    return sha256(_NODE + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _half(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over leaves in their order, as in RFC 6962: no leaf is counted twice. The root of nothing is GENESIS."""
    if not leaves:
        return GENESIS
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return _node(merkle_root(leaves[:half]), merkle_root(leaves[half:]))


def proof(leaves: Sequence[str], index: int) -> tuple[str, ...]:
    """The neighbours on the way from a leaf to the root, nearest first: that the leaf is in the tree, without the rest."""
    if len(leaves) == 1:
        return ()
    half = _half(len(leaves))
    if index < half:
        return (*proof(leaves[:half], index), merkle_root(leaves[half:]))
    return (*proof(leaves[half:], index - half), merkle_root(leaves[:half]))


def included(leaf_hash: str, index: int, count: int, path: Sequence[str], root: str) -> bool:
    """Whether a proof leads from the leaf at `index` of `count` to the root."""
    return 0 <= index < count and _climb(leaf_hash, index, count, list(path)) == root


def _climb(leaf_hash: str, index: int, count: int, path: list[str]) -> str:
    if count == 1:
        return leaf_hash if not path else ""
    if not path:
        return ""
    half, neighbour = _half(count), path.pop()
    if index < half:
        below = _climb(leaf_hash, index, half, path)
        return _node(below, neighbour) if below else ""
    below = _climb(leaf_hash, index - half, count - half, path)
    return _node(neighbour, below) if below else ""


def seal_bytes(tenant: str, number: int, root: str, previous: str, count: int) -> bytes:
    """What is signed of a seal: all of it but the heads, which the root covers."""
    return _frame(tenant.encode(), str(number).encode(), root.encode(), previous.encode(), str(count).encode())


def seal(tenant: str, heads: Iterable[Head], *, after: Seal | None, key: SealKey) -> Seal:
    """The seal of an interval: the heads of the streams that grew in it, signed, after the seal before (None: first)."""
    ordered = tuple(sorted(heads, key=lambda head: (head.stream, head.seq)))
    number, previous = (after.number + 1, seal_hash(after)) if after else (1, GENESIS)
    root = merkle_root([leaf(head) for head in ordered])
    signature = key.sign(seal_bytes(tenant, number, root, previous, len(ordered)))
    return Seal(tenant=tenant, number=number, heads=ordered, root=root, previous=previous, signature=signature)


def seal_hash(seal: Seal) -> str:
    """The hash by which the next seal names this one."""
    return sha256(seal_bytes(seal.tenant, seal.number, seal.root, seal.previous, len(seal.heads))).hexdigest()


def is_signed(seal: Seal, key: SealKey) -> bool:
    """Whether this seal bears a signature of `key`."""
    signed = seal_bytes(seal.tenant, seal.number, seal.root, seal.previous, len(seal.heads))
    return key.is_signature(signed, seal.signature)
