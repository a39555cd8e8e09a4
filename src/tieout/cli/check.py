"""Lay an invoice, a supplier's or our own, beside its papers, and say what ties out. Needs no database and no set-up.

Reads any supported file. Exit: 0 clear, 1 waiting or held, 2 rejected, 3 a file that cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tieout.cli.check_papers import Given
    from tieout.cli.check_show import Checked
    from tieout.core.policy.policy import PolicySet
    from tieout.core.tie_out.evidence_index import Shelf
    from tieout.core.tie_out.pack import Pack

_EXITS: Final = {"clear": 0, "waiting": 1, "held": 1, "rejected": 2}
_UNREADABLE: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The invoice, its evidence by kind, and how to judge and answer."""
    parser.add_argument("invoice", metavar="INVOICE", type=Path, help="invoice or credit note")
    for flag, what in (
        ("order", "orders"),
        ("receipt", "goods receipts, inspection results, returns"),
        ("despatch", "despatch advices"),
        ("contract", "contracts"),
        ("supplier", "supplier records"),
        ("product", "product records with unit conversions"),
        ("beside", "any other papers: sales orders, shipments, customers, prices, subscriptions, usage …"),
        ("earlier", "invoices that came before, oldest first"),
    ):
        parser.add_argument(f"--{flag}", metavar="FILE", type=Path, nargs="+", action="extend", default=[], help=what)
    parser.add_argument("--policy", metavar="FILE", type=Path, help="your policy (YAML); default: the shipped one")
    parser.add_argument(
        "--at", metavar="INSTANT", type=_instant, help="judge as of then, as 2026-05-03T10:00Z (default: now)"
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant: write it as 2026-05-03T10:00Z") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def run(arguments: argparse.Namespace) -> int:
    """Judge every claim in the invoice file; the gravest answer is the exit code."""
    from tieout.core.values.errors import Malformed

    at = arguments.at or datetime.now(UTC)
    try:
        checked = _check(arguments, at)
    except Malformed as error:
        where = f" ({error.where})" if error.where else ""
        print(f"tieout check: {error.message}{where}{f'; {error.remedy}' if error.remedy else ''}", file=sys.stderr)
        return _UNREADABLE
    except OSError as error:
        print(f"tieout check: {error.filename} cannot be opened: {error.strerror or error}", file=sys.stderr)
        return _UNREADABLE
    _answer(checked, as_json=arguments.json)
    return max(_exit(each) for each in checked)


def _check(arguments: argparse.Namespace, at: datetime) -> list[Checked]:
    from tieout.app import kinds, packs
    from tieout.cli.check_papers import EVIDENCE, claims_in, evidence_in
    from tieout.core.tie_out.evidence_index import Shelf

    by_kind = {kind: pack for pack in packs() for kind in pack.claims}
    policies, notes = _policies(arguments)
    evidence = evidence_in({flag: getattr(arguments, flag) for flag in EVIDENCE}, at)
    claims = claims_in(arguments.invoice, at, kinds=by_kind)
    shelf = Shelf(kinds(), (known.paper for known in evidence))
    for path in arguments.earlier:
        for known in claims_in(path, at - timedelta(seconds=1), kinds=by_kind, system="earlier"):
            before = _tie_out(known, shelf, by_kind, policies, at, notes=())
            status = before.result.verdict.status
            if status != "clear":
                notes = (*notes, f"{path.name} is {status} by itself, so it counts as not billed")
    return [_tie_out(known, shelf, by_kind, policies, at, notes=notes, given=evidence) for known in claims]


def _policies(arguments: argparse.Namespace) -> tuple[PolicySet, tuple[str, ...]]:
    """The policy to judge by. Who gave no supplier record and no policy is not told that the supplier is unknown."""
    from tieout.app import default_policies, default_policy, default_policy_texts, policy_from
    from tieout.core.policy.facts import Facts
    from tieout.core.policy.policy import Layer, PolicySet, Rules

    if arguments.policy is not None:
        return PolicySet(policies=(policy_from(arguments.policy.read_bytes()),)), ()
    if arguments.supplier or arguments.beside or "payables" not in default_policy_texts():
        return PolicySet(policies=default_policies()), ()
    policy = default_policy()
    lenient = Layer(when=Facts(), rules=Rules.of(supplier_required=False))
    note = "no supplier record was given, so supplier and bank account were not checked (--supplier)"
    others = tuple(each for each in default_policies() if each.name != policy.name)
    return PolicySet(policies=(replace(policy, layers=(*policy.layers, lenient)), *others)), (note,)


def _tie_out(
    known: Given, shelf: Shelf, packs: Mapping[str, Pack], policies: PolicySet, at: datetime, *,
    notes: tuple[str, ...], given: list[Given] | None = None,
) -> Checked:  # fmt: skip
    from tieout.cli.check_show import Checked
    from tieout.core.tie_out.evidence_index import Standing

    claim = known.paper
    pack = packs[claim.document.kind]
    dossier = shelf.gather(pack, claim, received_at=at, at=at, remarks=known.remarks)
    result = pack.tie_out(dossier, policies)
    shelf.add(claim)
    shelf.judged(claim.key, Standing(state=result.verdict.status, allocations=result.verdict.allocations))
    used = {paper.key for paper in dossier.evidence}
    unused = tuple(
        f"{each.path.name}: {each.paper.document.kind.replace('_', ' ')} {each.paper.document.number} was not asked for"
        for each in given or ()
        if each.paper.key not in used
    )
    return Checked(file=str(known.path), document=claim.document, result=result, unused=unused, notes=notes)


def _exit(checked: Checked) -> int:
    return _UNREADABLE if checked.document.kind == "unreadable" else _EXITS[checked.result.verdict.status]


def _answer(checked: list[Checked], *, as_json: bool) -> None:
    if as_json:
        from tieout.formats.canonical_json import encode

        for each in checked:
            shown = {"file": each.file, "kind": each.document.kind, "number": each.document.number, "exit": _exit(each)}
            answer = shown | {
                "verdict": each.result.verdict,
                "rows": each.result.rows,
                "notes": (*each.notes, *each.unused),
            }
            sys.stdout.buffer.write(encode(answer) + b"\n")
        sys.stdout.buffer.flush()
        return
    from tieout.cli.check_show import console, show

    out = console()
    for k, each in enumerate(checked):
        if k:
            out.print()
        show(each, out)
