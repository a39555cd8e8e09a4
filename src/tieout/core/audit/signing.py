"""Who signs the seals of a log, and how a signature is recognised: by a public key, or as in former releases by a secret."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

PUBLIC: Final = "ed25519:"
"""How a signature begins that anybody can check who has the public key; 128 hexadecimal digits follow."""


class SealKey(Protocol):
    """Signs seals and recognises their signatures."""

    def sign(self, content: bytes) -> str:
        """The signature of these bytes. Raises OSError, or `Malformed` with the remedy, where there is no key to sign with."""
        ...

    def is_signature(self, content: bytes, signature: str) -> bool:
        """Whether this is a signature of these bytes by the key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """HMAC-SHA256: it proves a seal to those who hold the secret, and to nobody else."""

    secret: bytes

    def sign(self, content: bytes) -> str:
        """64 hexadecimal digits."""
        return hmac.new(self.secret, content, sha256).hexdigest()

    def is_signature(self, content: bytes, signature: str) -> bool:
        """Compared without telling by its time how much of it is right."""
        return bool(self.secret) and hmac.compare_digest(self.sign(content).encode(), signature.encode())
