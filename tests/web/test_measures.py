"""The measures page: figures that lead to what they count, policy apart from errors, and customers that are called so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tieout.core.values.scope import Scope

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.examples import RecordingApplication
    from tests.web.selling import Selling


@pytest.fixture
def selling(tenant: str, analyst: object, recording: RecordingApplication) -> Selling:
    """The filled books of the selling side."""
    from tests.web.selling import fill

    return fill(tenant)


def page(browser: Client, url: str, status: int = 200) -> str:
    answer = browser.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


@pytest.mark.mission("EXC-14", "S-17", "S-23", "WF-10")
def test_the_spike_and_the_source_of_delay_are_named_s_17_s_23(browser: Client, selling: Selling) -> None:
    """S-17, S-23, EXC-14, WF-10: the carrier feed of W3 is named, with what waits for it."""
    text = page(browser, "/measures/")
    assert "W3 × carrier feed" in text
    assert "13 new cases" in text
    assert "Carrier feed: 13 wait" in text
    for source in ("warehouse", "tax engine", "carrier feed", "customer rule"):
        assert f">{source}</text>" in text


@pytest.mark.mission("S-18")
def test_policy_has_bars_of_its_own_and_is_not_among_errors_exc_10_s_18(browser: Client, selling: Selling) -> None:
    from tieout.engine.application import application, codes, processes
    from tieout.store.screens.measured import measured

    text = page(browser, "/measures/")
    assert '<rect class="policy"' in text
    assert '<rect class="error"' in text
    report = measured(
        Scope(tenant=selling.books.tenant),
        since=selling.books.at.replace(year=2020),
        kinds=application().kinds,
        processes=processes(),
        codes=codes(),
    )
    drivers = {case.code: case.driver for claim in report.claims for case in claim.cases}
    assert drivers["AR-CUST-RULE"] == "policy"
    assert drivers["AR-SHP-NOEVENT"] == "error"


@pytest.mark.mission("KPI-09")
def test_every_figure_leads_to_what_it_counts_kpi_09(browser: Client, selling: Selling) -> None:
    import html
    import re

    links = {
        html.unescape(figure)
        for figure in re.findall(r'href="(/measures/behind/\?[^"]+)"', page(browser, "/measures/"))
    }
    assert len(links) > 20
    for link in links:
        shown = page(browser, link)
        assert "/cases/" in shown or "/claims/" in shown, link


def test_facts_come_from_events_and_documents(browser: Client, selling: Selling) -> None:
    from tieout.engine.application import application, codes, processes
    from tieout.store.screens.measured import measured

    scope = Scope(tenant=selling.books.tenant)
    since = selling.books.at.replace(year=2020)
    claims = measured(scope, since=since, kinds=application().kinds, processes=processes(), codes=codes())
    assert sum(claim.about.process == "order_to_cash" for claim in claims.claims) == 45 + 14
    assert not any(claim.about.process == "payables" for claim in claims.claims)
    one = next(claim for claim in claims.claims if claim.about.number == "R-300")
    assert (one.about.site, one.about.segment, one.about.feed, one.about.party) == (
        "W1",
        "retail",
        "Speedwell",
        "Bergmann Handel AG",
    )
    assert one.about.shipped_at is not None
    assert one.released_at is not None
    assert one.released_at > one.received_at > one.about.shipped_at
    elsewhere = Scope(tenant=selling.books.tenant, entities=frozenset({"FR01"}))
    assert not measured(elsewhere, since=since, kinds=application().kinds, processes=processes(), codes=codes()).claims


def test_a_process_and_a_time_can_be_chosen(browser: Client, selling: Selling) -> None:
    assert "60 claims" in page(browser, "/measures/")
    assert "59 claims" in page(browser, "/measures/?process=order_to_cash")
    assert "Nothing to measure yet" in page(browser, "/measures/?process=payables&days=30")
    assert "60 claims" in page(browser, "/measures/?process=nonsense&days=1000")


def test_with_nothing_to_measure_the_page_explains_what_to_do(browser: Client, recording: RecordingApplication) -> None:
    text = page(browser, "/measures/")
    assert "Nothing to measure yet" in text
    assert "tieout ingest" in text


@pytest.mark.parametrize(
    "query", ["", "figure=nonsense", "source=nonsense", "place=x", "alert=x", "age=x", "week=2026-01-01"]
)
def test_what_nobody_counted_is_answered_with_404(browser: Client, selling: Selling, query: str) -> None:
    page(browser, f"/measures/behind/?{query}", 404)


def test_a_customer_is_called_a_customer(browser: Client, selling: Selling) -> None:
    case = page(browser, f"/cases/{selling.late}/")
    assert "Customer</span> Bergmann Handel AG" in case
    assert "upplier" not in case.replace("reject_to_supplier", "")
    assert "equired by policy" not in case
    assert 'class="mark by-policy"' in page(browser, f"/cases/{selling.ruled}/")


@pytest.mark.mission("EXC-10", "WF-24")
def test_the_list_is_narrowed_by_process_and_by_why_exc_10(browser: Client, selling: Selling) -> None:
    """WF-24: errors and what policy wants are two lists."""
    ruled = page(browser, "/queue/?why=policy")
    assert "AR-CUST-RULE" in ruled
    assert str(selling.late) not in ruled
    errors = page(browser, "/queue/?why=error&process=order_to_cash")
    assert str(selling.late) in errors
    assert str(selling.ruled) not in errors
    assert "No case matches" in page(browser, "/queue/?process=payables")
    assert str(selling.late) in page(browser, "/queue/?process=nonsense&why=nonsense")


def test_neighbours_stay_within_the_chosen_reason(browser: Client, selling: Selling) -> None:
    text = page(browser, f"/cases/{selling.ruled}/?view=open&why=policy")
    assert "why=policy" in text
    assert "Next case" not in text


def test_no_case_of_another_tenant_is_counted(browser: Client, selling: Selling) -> None:
    from tests.web.selling import fill

    fill(f"t-{uuid4().hex[:12]}")
    assert "60 claims" in page(browser, "/measures/")


def test_documents_of_an_order_are_shown_together(browser: Client, selling: Selling) -> None:
    shown = page(browser, f"/documents/{selling.documents['shipment']}/")
    for kind in ("delivery_proof", "sales_order"):
        assert str(selling.documents[kind]) in shown, kind
    order = page(browser, f"/documents/{selling.documents['sales_order']}/")
    assert str(selling.documents["shipment"]) in order
    run = page(browser, f"/documents/{selling.documents['billing_invoice']}/")
    assert str(selling.documents["subscription"]) in run


def test_hours_without_proof_are_drawn(browser: Client, selling: Selling) -> None:
    shown = page(browser, f"/documents/{selling.documents['usage_statement']}/")
    assert 'aria-label="usage is complete for 697 of 744 hours"' in shown
    assert shown.count('<rect class="missing"') == 3


@pytest.mark.mission("EXC-10")
def test_the_first_page_keeps_policy_apart_too_exc_10(browser: Client, selling: Selling) -> None:
    import re

    looks = dict(re.findall(r'">([A-Z-]+)</text>\s*<rect class="(\w+)"', page(browser, "/")))
    assert looks == {"AR-SHP-NOEVENT": "error", "AR-CUST-RULE": "policy"}


def test_a_report_of_many_claims_is_made_beside_the_requests(
    browser: Client, selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page says so and asks again; later ones show the report as it was last made, until the next is there."""
    from tests.support.peek import peek
    from tieout.store.models import Case
    from tieout.web import measured, measures

    at = selling.books.at
    monkeypatch.setattr(measures, "now", lambda: at)  # some figures go on with the clock
    at_once = figures_of(page(browser, "/measures/?days=30"))
    monkeypatch.setattr(measured, "AT_ONCE_MAX", 0)
    monkeypatch.setattr(
        measured, "_SLOW", 60
    )  # what takes longer is not made anew for a while: a busy machine is no reason here
    measured._kept.clear()
    scope = Scope(tenant=selling.books.tenant)
    first = browser.get("/measures/?days=30")
    assert "The figures are being worked out" in first.content.decode()
    assert (first["Refresh"], first["Cache-Control"]) == ("3", "no-store")
    assert measured.made(scope, process="", days=30)
    shown = page(browser, "/measures/?days=30")
    assert figures_of(shown) == at_once, "the same claims, and the same figures"
    selling.books.position = measured.last_position(scope)  # there are real events too, such as who was admitted
    selling.books.happened(selling.late, (selling.books.cleared(),), after=20)
    peek(Case).filter(id=selling.late).update(seq=99)
    assert figures_of(page(browser, "/measures/?days=30")) == figures_of(shown), "as it was last made"
    assert measured.made(scope, process="", days=30)
    later = figures_of(page(browser, "/measures/?days=30"))
    assert later != figures_of(shown), "a case is closed: fewer wait"


def figures_of(shown: str) -> list[tuple[str, str]]:
    import re

    return re.findall(r'<span class="figure">([^<]*)</span>|<td class="number">([^<]*)</td>', shown)


def test_claims_that_are_as_they_were_are_not_read_again(
    browser: Client, selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.peek import peek
    from tieout.engine.application import application, codes, processes
    from tieout.store.models import Case
    from tieout.store.screens import measured

    kept, read = measured.Facts(limit=100), []
    really = measured._read

    def reading(scope: Scope, rows: list[measured._Row], *more: object, **also: object) -> object:
        read.extend(row.id for row in rows)
        return really(scope, rows, *more, **also)  # type: ignore[arg-type]

    monkeypatch.setattr(measured, "_read", reading)

    def facts() -> measured.Measured:
        return measured.measured(
            Scope(tenant=selling.books.tenant), since=selling.books.at.replace(year=2020), kinds=application().kinds,
            processes=processes(), codes=codes(), kept=kept,
        )  # fmt: skip

    first = facts()
    assert len(read) == len(first.claims) == 60
    read.clear()
    assert facts() == first
    assert read == []
    claim = peek(Case).get(id=selling.late).claim
    selling.books.happened(selling.late, (selling.books.taken("anna"),), after=20)
    peek(Case).filter(id=selling.late).update(seq=99)
    assert facts() != first
    assert read == [claim]
