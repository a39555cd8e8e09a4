"""Whether a notification is authentic and recent: the signature over its bytes and its timestamp.

The header is "t=SECONDS,v1=HEX[,v1=HEX]": HMAC-SHA256 over "SECONDS.BODY" with a secret that only both sides know. An old
notification that is replayed has a valid signature and an old timestamp; one that is replayed within the tolerance is the
same message again and is received only once.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from tieout.core.values.errors import Refused

TOLERANCE: Final = timedelta(minutes=5)
_SCHEME: Final = "v1"
_HEADER_MAX: Final = 4096


def signed_at(content: bytes, header: str, secret: str, *, at: datetime, tolerance: timedelta = TOLERANCE) -> datetime:
    """When the notification was signed. `at` is now.

    Raises `Refused`: WEBHOOK-UNSIGNED without a header that can be read, WEBHOOK-SIGNATURE where no signature in it matches
    the bytes, WEBHOOK-STALE where it was signed longer ago than `tolerance`, or that far in the future.
    """
    assert secret, "an empty secret would let anyone sign"
    stamp, signatures = _parts(header)
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    # All are compared, so that the time taken does not reveal which one is valid.
    fits = [hmac.compare_digest(expected, signature) for signature in signatures]
    if not any(fits):
        raise Refused("WEBHOOK-SIGNATURE", "no signature of the notification matches its content")
    moment = datetime.fromtimestamp(int(stamp), UTC)
    if abs(at - moment) > tolerance:
        seconds = int((at - moment).total_seconds())
        limit = int(tolerance.total_seconds())
        raise Refused(
            "WEBHOOK-STALE",
            "the notification was signed {seconds} s ago, and {limit} s are allowed",
            seconds=seconds,
            limit=limit,
        )
    return moment


def sign(content: bytes, secret: str, *, at: datetime) -> str:
    """The header for a notification of ours, or of a test."""
    stamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    return f"t={stamp},{_SCHEME}={signature}"


def _parts(header: str) -> tuple[str, list[str]]:
    pairs = [part.strip().partition("=") for part in header[:_HEADER_MAX].split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == _SCHEME and value.isascii()]
    # eleven digits reach beyond the year 5000; more is no valid time
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) <= 11) or not signatures:
        raise Refused("WEBHOOK-UNSIGNED", "the notification has no signature that can be read")
    return stamps[0], signatures
