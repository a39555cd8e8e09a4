"""What is known of seals outside the database: each seal's number and hash, noted once, and what contradicts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.core.audit.chain import Breach, Seal, seal_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """That a tenant's seal of this number had this hash (64 hexadecimal digits, `chain.seal_hash`)."""

    tenant: str
    number: int
    hash: str


def note(seal: Seal) -> Note:
    """What is noted of a seal."""
    return Note(tenant=seal.tenant, number=seal.number, hash=seal_hash(seal))


def contradiction(tenant: str, seals: Sequence[Seal], notes: Iterable[Note]) -> Breach | None:
    """The first noted seal of a tenant that is missing or another one; None: every note is met."""
    hashes = {seal.number: seal_hash(seal) for seal in seals if seal.tenant == tenant}
    for noted in sorted((note for note in notes if note.tenant == tenant), key=lambda note: note.number):
        if hashes.get(noted.number) != noted.hash:
            is_missing = noted.number not in hashes
            reason = "was noted by the witness and is missing" if is_missing else "is not what the witness noted"
            return Breach(stream=f"seal/{tenant}", seq=noted.number, reason=reason)
    return None
