"""The key that signs the seals of the log: Ed25519, in a file of its own, apart from the secret of sessions and from the database.

Beside the private key, in FILE.pub, stand the public keys, one a line: whoever has them can check every seal and make none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tieout.config.secret import read_secret
from tieout.config.table import Settings
from tieout.core.audit.signing import PUBLIC, SecretKey
from tieout.core.values.errors import Malformed

_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class SealKeys:
    """The private key in `path`, made with the first seal, and the public ones. `former` recognises the seals of former releases."""

    path: Path
    former: SecretKey = field(default_factory=lambda: SecretKey(secret=b""))
    trusted: tuple[str, ...] | None = None

    def sign(self, content: bytes) -> str:
        """ "ed25519:" and 128 hexadecimal digits. Raises OSError, and `Malformed` where the private key is gone but not the public one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not self.path.exists():
            if public_of(self.path).exists():
                raise Malformed(
                    "the key that signs seals is missing",
                    where=str(self.path),
                    remedy="put it back from where it is kept, or begin with a new one: tieout audit new-key",
                )
            self.renew()
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._private()))
        return PUBLIC + key.sign(content).hex()

    def is_signature(self, content: bytes, signature: str) -> bool:
        """Whether one of the public keys proves it, or it is a former release's."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if not signature.startswith(PUBLIC):
            return self.former.is_signature(content, signature)
        for public in self.public():
            try:
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
                    bytes.fromhex(signature.removeprefix(PUBLIC)), content
                )
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    def public(self) -> tuple[str, ...]:
        """The public keys that are trusted, the oldest first; those of the file where no others are given."""
        if self.trusted is not None:
            return self.trusted
        try:
            return keys_in(public_of(self.path).read_text().split("\n"), where=str(public_of(self.path)))
        except FileNotFoundError:
            return ()

    def renew(self) -> str:
        """A new private key in place of the present one; its public key is added to the others and returned. Raises OSError."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw().hex()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # The public key first: a seal that nobody can check is never made.
        with public_of(self.path).open("a") as file:
            file.write(f"{public}\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(f"{private.private_bytes_raw().hex()}\n")
        unfinished.replace(self.path)
        return public

    def _private(self) -> str:
        (key,) = keys_in([self.path.read_text()], where=str(self.path)) or ("",)
        if not key:
            raise Malformed("this is no key", where=str(self.path), remedy="put the file back from where it is kept")
        return key


def seal_keys(settings: Settings) -> SealKeys:
    """The keys of an installation; seals of former releases were signed with the secret of its sessions."""
    return SealKeys(settings.seal_key, SecretKey(secret=(settings.secret_key or read_secret(settings.home)).encode()))


def public_of(path: Path) -> Path:
    """Where the public keys of a private one stand."""
    return path.with_name(f"{path.name}.pub")


def keys_in(lines: Iterable[str], *, where: str) -> tuple[str, ...]:
    """The keys of a file, one a line of 64 hexadecimal digits. Raises `Malformed` for any other line."""
    keys = []
    for number, line in enumerate(lines, 1):
        key = line.strip().lower()
        if not key:
            continue
        if len(key) != _DIGITS or not set(key) <= set("0123456789abcdef"):
            raise Malformed(
                "this line is no key of 64 hexadecimal digits",
                where=f"{where}, line {number}",
                remedy="take the file as it was written, from a copy of it",
            )
        keys.append(key)
    return tuple(keys)
