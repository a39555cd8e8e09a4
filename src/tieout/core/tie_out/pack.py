"""A pack: what one finance process adds to the kernel. Built-in packs and those of third parties come in by the same entry point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from tieout.core.access.role import Role
from tieout.core.documents.kind import Document, DocumentKind
from tieout.core.findings.code import Code
from tieout.core.findings.resolution import Resolution
from tieout.core.policy.facts import Dimension
from tieout.core.policy.policy import PolicySet
from tieout.core.policy.rule import RuleSpec
from tieout.core.tie_out.actions import Actions
from tieout.core.tie_out.dossier import Dossier, Need
from tieout.core.tie_out.follows import Follows, Reply, Urgency
from tieout.core.tie_out.scenario_word import ScenarioWord
from tieout.core.tie_out.verdict import Verdict
from tieout.core.tie_out.worksheet import Row
from tieout.core.values.key import Key
from tieout.core.values.made import made_often


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class TieOut:
    """What tying out a claim gives: the verdict and the worksheet that shows it.

    `proposed` are documents of ours that follow from it: one billed for what was delivered, a credit note for a wrong price. Each
    becomes a document, and a claim where its kind is one; the same one proposed again changes nothing, and one whose
    earlier version is posted already is ignored. `priority` is what makes waiting costly, by which cases are ordered.
    `followed`: once the claim is posted it is tied out again, since the general ledger is expected to show it.
    `reply` is the last answer of the receiving side about what we sent. `unmoved` are keys that were looked up and under which no
    news can change a finding, as things are: news there alone does not have the claim tied out again.
    """

    verdict: Verdict
    rows: tuple[Row, ...]
    proposed: tuple[Document, ...] = ()
    priority: Urgency = Urgency()
    followed: bool = False
    reply: Reply | None = None
    unmoved: frozenset[Key] = frozenset()

    @property
    def follows(self) -> Follows:
        """What the claim's own life takes from this, besides the verdict."""
        return Follows(priority=self.priority, followed=self.followed, reply=self.reply)


class Pack(Protocol):
    """One finance process. All of it is pure."""

    @property
    def name(self) -> str:
        """The pack's name, as in entry points and verdicts."""
        ...

    @property
    def version(self) -> str:
        """The version of its checks ("payables-2"): raised whenever the same dossier and policies can give other bytes."""
        ...

    @property
    def documents(self) -> tuple[DocumentKind, ...]:
        """The kinds of documents that this process reads: its claims, and what they are tied out against."""
        ...

    @property
    def actions(self) -> Actions:
        """What the postings, deliveries and messages of its claims contain."""
        ...

    @property
    def claims(self) -> frozenset[str]:
        """Kinds of document that are claims of this process."""
        ...

    @property
    def watched_kinds(self) -> frozenset[str]:
        """Of these, the kinds that are evidence for other claims too (an order whose billing is watched): nothing is posted
        of them, and a later version takes the earlier one's place, as with any evidence."""
        ...

    @property
    def rules(self) -> tuple[RuleSpec[Any], ...]:
        """The rules that a policy has to set for this process; a missing one holds every claim."""
        ...

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The sorts of fact, besides the kernel's, that a policy's layers may name for this process."""
        ...

    @property
    def codes(self) -> tuple[Code, ...]:
        """Rows of the taxonomy that this process uses and that are not the kernel's: its own and shared ones."""
        ...

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """Resolutions that these codes name and that are not the kernel's."""
        ...

    @property
    def silent_waits(self) -> frozenset[str]:
        """Statuses of findings ("WAIT-TAX") in which nobody has anything to do until the time limit."""
        ...

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles that this process adds to the kernel's: each acts as one of those, in its own queues."""
        ...

    @property
    def queues(self) -> tuple[str, ...]:
        """Routing that this process adds to those that its codes name."""
        ...

    @property
    def scenario_words(self) -> tuple[ScenarioWord, ...]:
        """Words under which scenarios write this process's documents, besides those that the language has."""
        ...

    def needs(self, dossier: Dossier) -> Iterable[Need]:
        """What to look up next, given what is present; nothing more ends the gathering (at most four rounds)."""
        ...

    def locks(self, dossier: Dossier) -> tuple[Key, ...]:
        """Keys whose allocations this claim may use up, sorted: they are locked before they are read."""
        ...

    def ledgers(self, dossier: Dossier) -> tuple[Key, ...]:
        """The ledgers of which the dossier has to know what other claims used up, in any book."""
        ...

    def tie_out(self, dossier: Dossier, policies: PolicySet) -> TieOut:
        """Checks, precedence, allocations and verdict. Same dossier and policies, same answer, bit for bit."""
        ...
