"""The policies of each tenant as values: read from their texts once, for as long as no version is added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from tieout.core.policy.conflicts import contradiction
from tieout.core.policy.policy import Policy, PolicySet
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.store import claims, policies
from tieout.store.link import transaction

ReadPolicy = Callable[[bytes], Policy]


class Rules:
    """Policy sets by the hashes of their texts. Safe to share between threads."""

    def __init__(self) -> None:
        self._cached: dict[str, tuple[tuple[str, ...], PolicySet]] = {}
        self._lock = Lock()

    def of(self, scope: Scope, read: ReadPolicy) -> tuple[PolicySet, tuple[str, ...]]:
        """The tenant's policies, and the hashes of their texts, in order: what a verdict is derived under."""
        hashes = policies.hashes(scope)
        with self._lock:
            cached = self._cached.get(scope.tenant)
        if cached is None or cached[0] != hashes:
            rows = policies.every(scope)
            hashes = tuple(row.sha256 for row in rows)
            cached = (hashes, PolicySet(policies=tuple(read(row.text.encode()) for row in rows)))
            with self._lock:
                self._cached[scope.tenant] = cached
        return cached[1], cached[0]


def add_policy(
    scope: Scope, content: bytes, *, read: ReadPolicy, at: datetime, read_new: ReadPolicy | None = None
) -> tuple[Policy, int]:
    """Add a policy version; every claim that is not final is tied out again under it.

    `read` reads policies that are in force, `read_new` the one that is added where more is asked of that.

    Returns the policy and the number of these claims. Raises `Malformed` for a text that is no policy, `Refused`
    POLICY-VERSION where the version exists with another text, POLICY-CONFLICT where another policy in force has another
    value for the same facts. The same text again changes nothing.
    """
    policy = (read_new or read)(content)
    with transaction(scope):
        rows = policies.every(scope)
        same = next((row for row in rows if (row.name, row.version) == (policy.name, policy.version)), None)
        if same is not None:
            if same.text.encode() != content:
                raise Refused(
                    "POLICY-VERSION",
                    "{policy} exists already with other content; raise its version",
                    policy=policy.label,
                )
            return policy, 0
        _require_agreement(policy, [read(row.text.encode()) for row in rows])
        policies.add(
            scope,
            policies.PolicyRow(
                tenant=scope.tenant,
                name=policy.name,
                version=policy.version,
                effective_from=policy.effective_from,
                effective_to=policy.effective_to,
                sha256=policy.source_sha256,
                text=content.decode(),
                added_at=at,
                added_by=scope.actor,
            ),
        )
    with transaction(scope):
        return policy, claims.mark_open_dirty(scope)


def _require_agreement(policy: Policy, others: list[Policy]) -> None:
    """Raises `Refused` where the policy contradicts another one that is in force with it."""
    against = contradiction(policy, others)
    if against is not None:
        added, existing = against.policies
        raise Refused(
            "POLICY-CONFLICT",
            "{added} and {existing} are both in force from {since} and set different values for {rule} for {facts}: name more facts "
            "under when, or make it a new version of {name}",
            added=added,
            existing=existing,
            since=against.since,
            rule=against.rule,
            facts=against.facts or Sentence("everything"),
            name=existing.partition("@")[0],
        )
