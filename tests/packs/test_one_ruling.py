"""Lines whose facts are those of the invoice share its ruling; a line of another site, category or company has its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tieout.app import default_policies, kinds, pack_named
from tieout.cli.bench_samples import SAMPLES
from tieout.core.policy.facts import Facts, facts_in
from tieout.core.policy.policy import Layer, Policy, PolicySet, Rules
from tieout.core.tie_out.dossier import Dossier, RecordedDocument
from tieout.core.tie_out.evidence_index import EvidenceIndex
from tieout.packs.payables.sheet import lay_out
from tieout.trade.documents import Invoice, Order, Receipt
from tieout.trade.facts import CATEGORY, with_partner

AT = datetime(2026, 11, 30, tzinfo=UTC)


def dossiers(*, category: str = "", entity: str = "", site: str = "") -> list[Dossier]:
    """Dossiers of a sample whose orders' first lines have a category, whose orders have a company or whose receipts have a site."""
    sample, index = SAMPLES["payables"](1, 30, lines=3, at=AT), EvidenceIndex(kinds())
    for n, document in enumerate(sample.evidence):
        changed = document
        if isinstance(document, Order):
            first, *others = document.lines
            lines = (replace(first, category=category or first.category), *others)
            changed = replace(document, lines=lines, entity=entity or document.entity)
        elif isinstance(document, Receipt) and site:
            changed = replace(document, site=site)
        key = f"erp/{document.kind}/{n}@1"
        index.add(RecordedDocument(key=key, sha256="", recorded_at=AT, document=changed))
    pack = pack_named("payables")
    return [
        index.gather(
            pack,
            RecordedDocument(key=f"file/invoice/{n}@1", sha256="", recorded_at=AT, document=claim),
            received_at=AT,
            at=AT,
        )
        for n, claim in enumerate(sample.claims)
    ]


def layered() -> PolicySet:
    """The default policies, and one with a layer for each fact by which lines of one invoice may differ."""
    of_category = Facts(own=facts_in((CATEGORY, "chemicals")))
    layers = [Facts(entity="DE99"), Facts(site="elsewhere"), of_category]
    apart = Policy(
        name="apart",
        version="1",
        effective_from=AT.date(),
        layers=tuple(Layer(when=when, rules=Rules.of(freight_posting="by_value")) for when in layers),
    )
    return PolicySet(policies=(*default_policies(), apart))


CHANGED = [
    {},
    {"category": "chemicals"},
    {"entity": "DE99"},
    {"site": "elsewhere"},
    {"site": "elsewhere", "category": "chemicals"},
]


@pytest.mark.parametrize("changed", CHANGED)
def test_a_line_has_the_ruling_of_its_own_facts(changed: dict[str, str]) -> None:
    policies, lines = layered(), 0
    for dossier in dossiers(**changed):
        invoice = dossier.claim.document
        assert isinstance(invoice, Invoice)
        if "entity" in changed:
            invoice = replace(invoice, entity="")
        sheet = lay_out(dossier, invoice, policies)
        supplier = sheet.supplier
        for line in sheet.lines:
            lines += 1
            facts = with_partner(
                Facts(
                    entity=dossier.entity or invoice.entity or line.order.entity,
                    site=line.ledger.site or line.order.site,
                    process="payables",
                ),
                supplier=supplier.number if supplier else "",
                category=line.order_line.category or (supplier.category if supplier else ""),
            )
            assert line.ruling == policies.ruling(facts, AT.date())
    assert lines > 50
