"""A failing run as a scenario: its documents in their order as text, and what memory makes of them as the expectation.

That is possible where the fault needs no turns: where the same documents, one after the other, end otherwise over the database than in
memory. What needs two workers at once, a lost answer or a person is not said by a scenario, and stays a plan.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tieout.cli.scenario import report_of
from tieout.cli.scenario_database import DatabaseSimulation
from tieout.cli.simulator.company import Letter, made
from tieout.cli.simulator.plan import Plan
from tieout.cli.simulator.processes import START
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.core.values.party import Party
from tieout.scenario.run import MakeSimulation, Report
from tieout.trade.documents import Contract, DespatchAdvice, Invoice, Order, Product, Receipt, Supplier

Text = dict[str, Any]
_WORDS: Final = {"despatch_advice": "despatch"}


@dataclass(slots=True)
class _Writer:
    """Writes documents as a scenario has them; knows the numbers of the suppliers by their VAT id."""

    numbers: dict[str, str] = field(default_factory=dict)

    def text(self, document: Document) -> Text | None:
        """The document as text without what is empty; None for a kind that is not written here."""
        match document:
            case Supplier():
                return self._supplier(document)
            case Product():
                return {
                    "number": document.number,
                    "gtin": document.ids.standard,
                    "conversions": [f"1 {one.unit} = {one.factor} {one.into}" for one in document.conversions],
                }
            case Contract():
                return self._contract(document)
            case Order() if document.kind == "order":
                return self._order(document)
            case Receipt():
                return self._receipt(document)
            case DespatchAdvice():
                return self._despatch(document)
            case Invoice() if document.kind in {"invoice", "credit_note"}:
                return self._invoice(document)
            case _:
                return None

    def _supplier(self, one: Supplier) -> Text:
        vat = _vat(one.identifiers)
        self.numbers[vat] = one.number
        accounts = [account.number for account in one.accounts]
        return {
            "number": one.number,
            "name": one.name,
            "country": one.country,
            "vat": vat,
            "iban": accounts,
            "terms": one.terms,
            "email": one.email,
            "language": one.language,
        }

    def _number(self, party: Party) -> str:
        return self.numbers.get(_vat(party.identifiers), party.name)

    def _contract(self, one: Contract) -> Text:
        prices = [f"{line.product.buyer} {line.price} per {line.unit} from {line.valid_from}" for line in one.lines]
        return {
            "number": one.number,
            "supplier": self._number(one.supplier),
            "prices": prices,
            "currency": one.currency,
            "incoterm": one.incoterm,
            "freight_included": one.freight_included,
            "terms": one.terms,
        }

    def _order(self, one: Order) -> Text:
        lines = [
            f"{line.id}: {line.quantity.value} {line.quantity.unit} {line.product.buyer} @ {line.price}"
            for line in one.lines
        ]
        return {
            "number": one.number,
            "supplier": self._number(one.supplier),
            "lines": lines,
            "date": _day(one.issue_date),
            "currency": one.currency,
            "site": one.site,
            "terms": one.terms,
            "incoterm": one.incoterm,
            "tax": str(one.lines[0].tax_percent) if one.lines else "",
        }

    def _receipt(self, one: Receipt) -> Text:
        lines = []
        for line in one.lines:
            parts = [f"{line.accepted.value} {line.accepted.unit}"]
            for state, quantity in (("in inspection", line.in_inspection), ("rejected", line.rejected)):
                parts += [f"{quantity.value} {quantity.unit} {state}"] if quantity else []
            lot = f", lot {line.lot}" if line.lot else ""
            lines.append(f"{line.order.line}: {', '.join(parts)}{lot}")
        occurred = f"{one.occurred_at:%Y-%m-%d %H:%M}" if one.occurred_at else ""
        return {
            "number": one.number,
            "order": one.order_number,
            "lines": lines,
            "site": one.site,
            "origin": one.origin,
            "occurred": occurred,
        }

    def _despatch(self, one: DespatchAdvice) -> Text:
        lines = [f"{line.order.line}: {line.quantity.value} {line.quantity.unit}" for line in one.lines]
        arrives = f"{one.arrives_at:%Y-%m-%d %H:%M}" if one.arrives_at else ""
        return {"number": one.number, "order": one.order_number, "lines": lines, "arrives": arrives}

    def _invoice(self, one: Invoice) -> Text:
        lines = []
        for line in one.lines:
            assert line.quantity is not None, "these invoices say how much"
            where = f" -> {line.order.line}" if line.order.line else ""
            product = line.product.buyer or line.product.seller
            lines.append(f"{line.id}: {line.quantity.value} {line.quantity.unit} {product} @ {line.price}{where}")
        return {
            "number": one.number,
            "supplier": self._number(one.supplier),
            "order": one.order_number,
            "lines": lines,
            "date": _day(one.issue_date),
            "currency": one.currency,
            "charges": [
                f"{charge.reason} {charge.amount.amount}" for charge in one.allowances_charges if charge.charge
            ],
            "terms": one.terms,
            "iban": [account.number for account in one.accounts],
            "credits": list(one.preceding) if one.kind == "credit_note" else [],
        }


def _vat(identifiers: Sequence[Any]) -> str:
    return next((identifier.value for identifier in identifiers if identifier.scheme == "vat"), "")


def _day(on: Any) -> str:
    return on.isoformat() if on else ""


def scenario_of(plan: Plan) -> str | None:
    """The plan as a scenario that passes in memory and fails over the database; None where there is no such.

    In a database that is set up; companies of their own are made in it.
    """
    steps = _steps(made(plan).letters)
    if steps is None:
        return None
    silent = _yaml(plan, steps, [])
    with TemporaryDirectory(prefix="tieout-scenario-") as folder:
        file = Path(folder) / "scenario.yaml"

        def ran(text: str, make: MakeSimulation | None = None) -> Report | None:
            file.write_text(text, encoding="utf-8")
            try:
                return report_of(file, make_simulation=make)
            except (AssertionError, Malformed):
                return None

        played = ran(silent)
        if played is None:
            return None
        whole = _yaml(plan, steps, list(_expectations(played)))
        remembered = ran(whole)
        if remembered is None or not remembered.passed:
            return None
        stored = ran(whole, lambda packs, policies, at: DatabaseSimulation(packs, policies, at=at))
        return whole if stored is None or not stored.passed else None


def _steps(letters: Sequence[Letter]) -> list[tuple[str, str, Text]] | None:
    """When, which kind and what: of every letter, suppliers first. None where a document is of a kind that is not written here."""
    writer, steps = _Writer(), []
    ordered = sorted(letters, key=lambda letter: (letter.at, not isinstance(letter.document, Supplier)))
    for letter in ordered:
        if letter.document is None:
            if letter.usage:
                return None
            continue
        text = writer.text(letter.document)
        if text is None:
            return None
        kind = letter.document.kind
        kept = {word: value for word, value in text.items() if value not in ("", None, [])}
        steps.append((f"{letter.at:%Y-%m-%d %H:%M}", _WORDS.get(kind, kind), kept))
    return steps


def _yaml(plan: Plan, steps: Sequence[tuple[str, str, Text]], expectations: Sequence[Text]) -> str:
    lines = [f"scenario: Seed {plan.seed} of the simulation", f"start: {START:%Y-%m-%d %H:%M}"]
    given = [step for step in steps if step[1] == "supplier"]
    if given:
        lines += ["given:", "  supplier:", *(f"    - {_flow(text)}" for _, _, text in given)]
    lines.append("steps:")
    for at, kind, text in steps:
        if kind != "supplier":
            lines += [f"  - at: {at}", f"    {kind}: {_flow(text)}"]
    last = START + timedelta(days=24)
    lines += [f"  - at: {last:%Y-%m-%d %H:%M}", "    say: everything has come to rest"]
    if expectations:
        lines += ["    expect:", *(f"      - {_flow(one)}" for one in expectations)]
    return "\n".join(lines) + "\n"


def _flow(text: Text) -> str:
    return json.dumps(text, ensure_ascii=False)


def _expectations(report: Report) -> Iterator[Text]:
    """What became of every claim that has a number of its own."""
    claims = report.simulation.claims.values()
    numbers = Counter(filed.state.number for filed in claims)
    for filed in claims:
        if numbers[filed.state.number] > 1 or filed.last is None:
            continue
        expected: Text = {"claim": filed.state.number, "status": filed.state.status}
        if filed.state.status != "posted":
            expected["findings"] = [one.code for one in filed.last.verdict.findings if one.stage != "note"]
        yield expected
