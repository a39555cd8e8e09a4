"""One-time sign-in links: made for a user, valid for a limited time, used up by the first who opens it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.signals import user_login_failed
from django.db import transaction

from tieout.core.values.errors import Refused
from tieout.identity.models import SignInLink, User


def make_link(user: User, *, at: datetime, minutes: int) -> str:
    """A fresh token for the user, to be put into an address. It is returned once and kept as a hash only."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, token_hash=_hash(token), created_at=at, expires_at=at + timedelta(minutes=minutes)
    )
    return token


def use_link(token: str, *, at: datetime) -> User:
    """The user whom the token signs in. Raises Refused: one message for unknown, used and expired, to disclose nothing."""
    user = _used(token, at=at)
    if user is None:
        owner = User.objects.filter(sign_in_links__token_hash=_hash(token)).first()
        user_login_failed.send(sender=SignInLink, credentials={"username": owner.username if owner else ""})
        raise Refused(
            "GOV-SIGN-IN", "This link is not valid: it was used, has expired, or was never issued. Ask for another."
        )
    return user


@transaction.atomic
def _used(token: str, *, at: datetime) -> User | None:
    good = SignInLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=at)
    # One statement over the link's own columns: of two browsers that open it at once, the later one waits and evaluates it again.
    # (A condition on the user would make it a subquery, which is not evaluated again.)
    if good.update(used_at=at) != 1:
        return None
    for link in SignInLink.objects.filter(token_hash=_hash(token)):
        link.save(update_fields=["used_at"])  # the log is notified of rows that are saved, not of updates
    return User.objects.filter(sign_in_links__token_hash=_hash(token), is_active=True).first()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
