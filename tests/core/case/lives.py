"""Hand-made invoices and verdicts, and one claim's life to run them through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.support.access import granted
from tieout.app import catalogue
from tieout.core.case.apply_verdict import ClaimChange, apply_verdict, due, obey, outcome
from tieout.core.case.claim_change import is_looked_after
from tieout.core.case.commands import Circumstances, Command
from tieout.core.case.events import CaseEvent
from tieout.core.case.evolve import fold
from tieout.core.case.legal import first_unlawful
from tieout.core.case.state import Case
from tieout.core.claim import evolve as claims
from tieout.core.claim.events import ClaimEvent, ClaimReceived
from tieout.core.claim.state import ClaimState
from tieout.core.documents.acceptance import Release
from tieout.core.findings.code import Stage
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.outbox.action import Action, Done, Outcome
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.tie_out.follows import Follows
from tieout.core.tie_out.verdict import PostingLine, Status, Verdict, status_of
from tieout.core.values import ids
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.trade.actions import ACTIONS
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals
from tieout.trade.keys import movement_key
from tieout.trade.ranking import priority_of

CATALOGUE = catalogue()

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACME = Correspondence(
    side="supplier",
    name="Acme",
    number="S1",
    addresses=(
        Address(value="ap@acme.example"),
        Address(value="0088:4012345000009", kind="electronic"),
        Address(value="0088:5790000436057", kind="electronic", on_record=False),
    ),
    lacking=Sentence("nothing is lacking."),
    ours="Us",
    about=(
        (Sentence("Invoice"), "R-1"),
        (Sentence("Date"), date(2026, 2, 23)),
        (Sentence("Amount"), Money.of("12000.00", "EUR")),
    ),
)
"""A supplier whose record has two addresses, and whose document states a third."""
GIVEN = Circumstances(
    other_side=ACME,
    queues=frozenset({"receiving", "quality", "elsewhere"}),
    people={"ann": "ann", "bob": "bob", "bob@example.com": "bob"},
)
ANALYST = Scope(tenant="t", actor="ann", grants=granted("ap_analyst"))
APPROVER = Scope(tenant="t", actor="olga", grants=granted("approver"))
CONTROLLER = Scope(tenant="t", actor="carl", grants=granted("controller"))
ENGINEER = Scope(tenant="t", actor="emil", grants=granted("engineer"))


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def invoice(*, amount: str = "12000.00", terms: str = "", number: str = "R-1") -> Invoice:
    net = euros(amount)
    line = InvoiceLine(id="1", net=net, quantity=Quantity.of(1200, "EA"), price=Decimal(10), description="Widget")
    return Invoice(
        kind="invoice",
        number=number,
        issue_date=date(2026, 2, 23),
        currency="EUR",
        supplier=Party(name="Acme"),
        buyer=Party(name="Us"),
        lines=(line,),
        totals=InvoiceTotals(net=net, payable=net),
        terms=terms,
        entity="E1",
    )


def goods(net: str, quantity: str = "") -> PostingLine:
    return PostingLine(
        claim_line="1",
        kind="goods",
        net=euros(net),
        tax=euros(0),
        quantity=Decimal(quantity or net) / (1 if quantity else 10),
        unit="EA",
        order="4500",
        line="10",
    )


WHOLE = (goods("12000.00"),)


def finding(
    code: str,
    *,
    stage: Stage = "hold",
    queue: str = "buyer",
    cause: str = "price",
    where: str = "1",
    until: datetime | None = None,
    status: str = "",
    stake: str = "500.00",
    peppol: str = "",
    hashed: str = "",
    resolutions: tuple[str, ...] = ("accept_variance", "short_pay", "request_credit_note", "amend_order"),
    releasable: bool = True,
    sla: Clock = Clock(amount=1),
) -> Finding:
    return Finding(
        code=code,
        where=where,
        stage=stage,
        queue=queue,
        cause=cause,
        expected="1150 EA",
        actual="1200 EA",
        variance="0.50 EUR per EA",
        numbers=(
            ("accepted", "1150 EA"),
            ("billed", "1200 EA"),
            ("billed_before", "0 EA"),
            ("missing", "50 EA"),
            ("other", "R-0"),
            ("price", "10.50 EUR per EA"),
            ("price_expected", "10.00 EUR per EA"),
            ("price_source", "order 4500"),
            ("until", "2026-03-09 12:00 UTC"),
        ),
        at_stake=euros(stake),
        awaited=(Awaited(key=movement_key("4500"), until=until, label=status),) if until else (),
        status=status,
        sla=sla,
        resolutions=resolutions,
        releasable=releasable,
        peppol=peppol,
        evidence_hash=hashed or f"hash of {code} {where} {stake}",
    )


def verdict(*findings: Finding, postable: tuple[PostingLine, ...] | None = None) -> Verdict:
    status: Status = status_of(findings)
    return Verdict(
        status=status,
        findings=findings,
        allocations=(),
        postable=(WHOLE if status == "clear" else ()) if postable is None else postable,
        awaited=(),
        policies=(),
        inputs=(),
        code_version="test",
        hours=Hours(),
    )


WINDOW_ENDS = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
CLEAR = verdict()
IN_INSPECTION = verdict(
    finding(
        "AP-QTY-INSP",
        stage="wait",
        queue="receiving/WMS-4",
        cause="quantity@WMS-4",
        until=WINDOW_ENDS,
        status="WAIT-INSPECTION",
        sla=Clock(amount=48, unit="bh"),
        resolutions=("record_inspection", "accept_variance", "short_pay"),
    )
)
SHORT = verdict(
    finding("AP-QTY-SHORT", queue="procurement", cause="quantity@WMS-4", peppol="UQ/QTY/CNP", sla=Clock(amount=3))
)
REJECTED = verdict(
    finding("AP-QUAL-REJ", queue="procurement", cause="quantity@WMS-4", peppol="UQ/QUA/CNP", sla=Clock(amount=2))
)
TOO_DEAR = verdict(finding("AP-PRC-OVER", peppol="UQ/PRI/CNP"))
UNSYNCHRONISED = verdict(
    finding(
        "INT-GR-LAG",
        stage="wait",
        queue="integration",
        cause="quantity@WMS-4",
        until=MONDAY + timedelta(hours=8),
        status="WAIT-SYNC",
    )
)
LAGGING = verdict(finding("INT-GR-LAG", queue="integration", cause="quantity@WMS-4", resolutions=("replay_feed",)))
DUPLICATE = verdict(
    finding(
        "AP-DUP-CERT",
        stage="reject",
        queue="ap-control",
        cause="duplicate",
        where="document",
        releasable=False,
        resolutions=("confirm_duplicate",),
        peppol="RE/OTH/NOA",
    )
)


class Life:
    """A claim, its cases and its whole log; after every step it checks what always has to hold."""

    def __init__(
        self, document: Invoice | None = None, *, at: datetime = MONDAY, other_side: Correspondence = ACME
    ) -> None:
        self.document = document or invoice()
        self.other_side = other_side
        self.catalogue = CATALOGUE
        key = f"erp/invoice/{self.document.number}@1"
        received = ClaimReceived(
            at=at,
            claim_id=ids.derive("claim", key),
            tenant="t",
            key=key,
            kind=self.document.kind,
            number=self.document.number,
            entity="E1",
            counterparty="S1",
        )
        self.claim: ClaimState = claims.receive(received)
        self.at = at
        self.cases: dict[str, Case] = {}
        self.claim_log: list[ClaimEvent] = [received]
        self.case_logs: dict[str, list[CaseEvent]] = {}
        self.actions: dict[UUID, Action] = {}
        self.asked: list[UUID] = []
        self.withdrawn: set[UUID] = set()
        self.releases: dict[str, Release] = {}

    def judged(
        self, verdict: Verdict, *, at: datetime | None = None, begun: Iterable[UUID] = (), follows: Follows = Follows()
    ) -> ClaimChange:
        at = at or self.at
        follows = replace(follows, priority=priority_of(self.document))
        settled = apply_verdict(
            self.claim,
            self.cases,
            self.document,
            verdict,
            sha_of(verdict),
            at=at,
            actions=ACTIONS,
            begun=begun,
            follows=follows,
            catalogue=self.catalogue,
            other_side=lambda: self.other_side,
        )
        return self._take(settled, at)

    def commanded(
        self,
        command: Command,
        by: Scope = ANALYST,
        *,
        cause: str = "",
        at: datetime | None = None,
        given: Circumstances = GIVEN,
        begun: Iterable[UUID] = (),
    ) -> ClaimChange:
        at = at or self.at
        case = self.case(cause)
        return self._take(
            obey(
                self.claim,
                self.cases,
                case.id,
                command,
                at=at,
                by=by,
                document=self.document,
                actions=ACTIONS,
                given=given,
                begun=begun,
                catalogue=self.catalogue,
            ),
            at,
        )

    def answered(self, result: Outcome, *, action: Action | None = None, at: datetime | None = None) -> ClaimChange:
        at = at or self.at
        action = action or self.posting()
        return self._take(
            outcome(
                self.claim,
                self.cases,
                action,
                result,
                at=at,
                actions=ACTIONS,
                catalogue=self.catalogue,
                other_side=lambda: self.other_side,
            ),
            at,
        )

    def struck(self, at: datetime) -> ClaimChange:
        return self._take(due(self.claim, self.cases, at=at), at)

    def posting(self) -> Action:
        assert self.claim.pending is not None
        return self.actions[self.claim.pending.action_id]

    def posted(self, ref: str = "V-1") -> ClaimChange:
        return self.answered(Done(ref=ref))

    def case(self, cause: str = "") -> Case:
        matching = [case for case in self.cases.values() if cause in {"", case.cause}]
        assert len(matching) == 1, matching
        return matching[0]

    def kinds(self, cause: str = "") -> list[str]:
        return [type(event).__name__ for event in self.case_logs[str(self.case(cause).id)]]

    def _take(self, done: ClaimChange, at: datetime) -> ClaimChange:
        self.at = max(self.at, at)
        self.claim = done.claim
        self.claim_log += done.claim_events
        for change in done.cases:
            name = str(change.case.id)
            self.cases[name] = change.case
            self.case_logs.setdefault(name, []).extend(change.events)
        for action in done.actions:
            self.asked.append(action.id)
            self.actions[action.id] = action
            self.withdrawn.discard(action.id)
        self.withdrawn |= set(done.withdrawn)
        self.releases |= {release.number: release for release in done.documents}
        self._check()
        return done

    def _check(self) -> None:
        state: ClaimState | None = None
        for event in self.claim_log:
            state = claims.evolve(state, event)
        assert state == self.claim, "the claim is the fold of its events"
        for name, log in self.case_logs.items():
            assert fold(log) == self.cases[name], "the case is the fold of its events"
            assert first_unlawful(log) is None, first_unlawful(log)
            assert is_looked_after(self.cases[name])


def sha_of(verdict: Verdict) -> str:
    return str(ids.derive(repr(verdict)))


def later(at: datetime, **span: float) -> datetime:
    return at + timedelta(**span)


def without_hash(verdict: Verdict) -> Verdict:
    return replace(verdict, findings=tuple(replace(finding, evidence_hash="") for finding in verdict.findings))
