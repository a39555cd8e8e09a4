"""Queues: those that codes, packs and policies name; a queue may belong to one site ("receiving/0001")."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tieout.core.findings.code import Code
from tieout.core.policy.policy import PolicySet


def queues_of(codes: Iterable[Code], policies: PolicySet) -> frozenset[str]:
    """The queues that own one of these codes, and those that policies route to or name as watchers."""
    routed = [queue for policy in policies.policies for layer in policy.layers for _, queue in layer.rules.routing]
    named = {name for queue in routed for name in (queue.queue, *queue.watchers)}
    return frozenset({code.queue for code in codes} | named) - {""}


def without_site(queue: str) -> str:
    """The queue without its site."""
    return queue.partition("/")[0]


def is_queue(queue: str, queues: Collection[str]) -> bool:
    """Whether a queue is one of these, or one of them at a site."""
    return queue in queues or (without_site(queue) in queues and bool(queue.partition("/")[2].strip()))
