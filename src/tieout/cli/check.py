"""Match a supplier or customer invoice against its order, receipts and other documents. Needs no database and no set-up.

Reads any supported file. Exit: 0 clear, 1 waiting or held, 2 rejected, 3 a file that cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.wording.catalogue import marked, text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tieout.cli.check_documents import Given
    from tieout.cli.check_show import Checked
    from tieout.core.policy.policy import PolicySet
    from tieout.core.tie_out.evidence_index import EvidenceIndex
    from tieout.core.tie_out.pack import Pack

_EXITS: Final = {"clear": 0, "waiting": 1, "held": 1, "rejected": 2}
_UNREADABLE: Final = 3
PAYABLES: Final = "payables"
"""The process whose claims are checked for the record of their supplier."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The invoice, its evidence by kind, and how to judge and answer."""
    parser.add_argument(
        "invoice",
        metavar="INVOICE",
        type=Path,
        help="the claim: an invoice, a credit note or another document to be checked",
    )
    for flag, what in (
        ("order", marked("orders")),
        ("receipt", marked("goods receipts, inspection results, returns")),
        ("despatch", marked("despatch advices")),
        ("contract", marked("contracts")),
        ("supplier", marked("supplier records")),
        ("product", marked("product records with unit conversions")),
        ("evidence", marked("any other documents: sales orders, shipments, customers, prices, subscriptions, usage …")),
        ("earlier", marked("invoices received earlier, oldest first")),
    ):
        parser.add_argument(f"--{flag}", metavar="FILE", type=Path, nargs="+", action="extend", default=[], help=what)
    parser.add_argument(
        "--beside",
        dest="evidence",
        metavar="FILE",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="the former name of --evidence",
    )
    parser.add_argument(
        "--system",
        metavar="WORD",
        nargs="+",
        action="append",
        default=[],
        help="a source system's name, and those of these files that come from it: --system sap1 order.json receipt.json",
    )
    parser.add_argument("--policy", metavar="FILE", type=Path, help="your policy (YAML); default: the standard policy")
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        type=_instant,
        help="the moment as of which to check, such as 2026-05-03T10:00Z (default: now)",
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _instant(given: str) -> datetime:
    try:
        instant = datetime.fromisoformat(given)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            text("{given} is not a date and time: write it as 2026-05-03T10:00Z", given=repr(given))
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def run(arguments: argparse.Namespace) -> int:
    """Check every claim in the invoice file; the most serious verdict is the exit code."""
    from tieout.core.values.errors import Malformed

    at = arguments.at or datetime.now(UTC)
    try:
        checked = _check(arguments, at)
    except Malformed as error:
        from tieout.wording.sentences import place, sentence

        where = f" ({place(error.where)})" if error.where else ""
        remedy = f"; {sentence(error.remedy)}" if error.remedy else ""
        print(f"tieout check: {sentence(error.message)}{where}{remedy}", file=sys.stderr)
        return _UNREADABLE
    except OSError as error:
        trouble = text("{file} cannot be opened: {reason}", file=error.filename, reason=error.strerror or error)
        print(f"tieout check: {trouble}", file=sys.stderr)
        return _UNREADABLE
    _answer(checked, as_json=arguments.json)
    return max(_exit(result) for result in checked)


def _check(arguments: argparse.Namespace, at: datetime) -> list[Checked]:
    from tieout.app import kinds, packs
    from tieout.cli.check_documents import EVIDENCE, claims_in, evidence_in
    from tieout.core.tie_out.evidence_index import EvidenceIndex
    from tieout.core.values.ids import FILE

    by_kind = {kind: pack for pack in packs() for kind in pack.claims}
    policies, about_suppliers = _policies(arguments)
    files = {flag: getattr(arguments, flag) for flag in EVIDENCE}
    systems = _systems(arguments.system, {arguments.invoice, *(path for paths in files.values() for path in paths)})
    evidence = evidence_in(files, at, systems=systems)
    claims = claims_in(arguments.invoice, at, kinds=by_kind, system=systems.get(arguments.invoice, FILE))
    index = EvidenceIndex(kinds(), (given.recorded for given in evidence))
    notes: tuple[str, ...] = ()
    for path in arguments.earlier:
        for given in claims_in(path, at - timedelta(seconds=1), kinds=by_kind, system="earlier"):
            before = _tie_out(given, index, by_kind, policies, at, notes=())
            status = before.result.verdict.status
            if status != "clear":
                notes = (
                    *notes,
                    text("{file} is {status} on its own, so it counts as not billed", file=path.name, status=status),
                )
    return [
        _tie_out(
            given, index, by_kind, policies, at, given_evidence=evidence,
            notes=(*about_suppliers, *notes) if by_kind[given.recorded.document.kind].name == PAYABLES else notes,
        )
        for given in claims
    ]  # fmt: skip


def _systems(stated: Sequence[Sequence[str]], files: Collection[Path]) -> dict[Path, str]:
    """The source system of each file for which one is named. Raises `Malformed`."""
    from tieout.core.values.errors import Malformed

    systems: dict[Path, str] = {}
    for name, *paths in stated:
        for path in map(Path, paths):
            if path not in files:
                raise Malformed(
                    "{path} is none of the files", where="--system", remedy="give it under its kind as well", path=path
                )
            systems[path] = name
        if not paths or "/" in name:
            raise Malformed(
                "{name}: a system needs a name without a slash, and files",
                where="--system",
                remedy="--system NAME FILE …",
                name=name,
            )
    return systems


def _policies(arguments: argparse.Namespace) -> tuple[PolicySet, tuple[str, ...]]:
    """The policy to judge by. Without a supplier record and a policy of one's own, an unknown supplier is no finding."""
    from tieout.app import default_policies, default_policy, default_policy_texts, policy_from
    from tieout.core.policy.facts import Facts
    from tieout.core.policy.policy import Layer, PolicySet, Rules

    if arguments.policy is not None:
        own = policy_from(arguments.policy.read_bytes())
        asks = any(layer.rules.values.get("supplier_required") for layer in own.layers)
        lacks = text("this policy asks for a supplier's record, and none was given: add --supplier FILE")
        return PolicySet(policies=(own,)), (lacks,) if asks and not (arguments.supplier or arguments.evidence) else ()
    if arguments.supplier or arguments.evidence or PAYABLES not in default_policy_texts():
        return PolicySet(policies=default_policies()), ()
    policy = default_policy()
    lenient = Layer(when=Facts(), rules=Rules.of(supplier_required=False))
    note = text("no supplier record was given, so supplier and bank account were not checked (--supplier)")
    others = tuple(shipped for shipped in default_policies() if shipped.name != policy.name)
    return PolicySet(policies=(replace(policy, layers=(*policy.layers, lenient)), *others)), (note,)


def _tie_out(
    given_claim: Given, index: EvidenceIndex, packs: Mapping[str, Pack], policies: PolicySet, at: datetime, *,
    notes: tuple[str, ...], given_evidence: list[Given] | None = None,
) -> Checked:  # fmt: skip
    from tieout.cli.check_show import Checked
    from tieout.core.tie_out.evidence_index import Standing

    claim = given_claim.recorded
    pack = packs[claim.document.kind]
    dossier = index.gather(pack, claim, received_at=at, at=at, remarks=given_claim.remarks)
    result = pack.tie_out(dossier, policies)
    index.add(claim)
    verdict = result.verdict
    rejected = verdict.status == "rejected"
    index.judged(
        claim.key,
        Standing(state=verdict.status, allocations=verdict.allocations, by_verdict=rejected, as_posted=True),
    )
    used = {recorded.key for recorded in dossier.evidence}
    from tieout.cli import terminal

    unused = tuple(
        text(
            "{file}: {kind} {number} was not used",
            file=evidence.path.name,
            kind=terminal.kind(evidence.recorded.document.kind),
            number=evidence.recorded.document.number,
        )
        for evidence in given_evidence or ()
        if evidence.recorded.key not in used
    )
    return Checked(file=str(given_claim.path), document=claim.document, result=result, unused=unused, notes=notes)


def _exit(checked: Checked) -> int:
    return _UNREADABLE if checked.document.kind == "unreadable" else _EXITS[checked.result.verdict.status]


def _answer(checked: list[Checked], *, as_json: bool) -> None:
    if as_json:
        from tieout.formats.canonical_json import encode

        for result in checked:
            shown = {
                "file": result.file,
                "kind": result.document.kind,
                "number": result.document.number,
                "exit": _exit(result),
            }
            answer = shown | {
                "verdict": result.result.verdict,
                "rows": result.result.rows,
                "notes": (*result.notes, *result.unused),
            }
            sys.stdout.buffer.write(encode(answer) + b"\n")
        sys.stdout.buffer.flush()
        return
    from tieout.cli.check_show import console, show

    out = console()
    for k, result in enumerate(checked):
        if k:
            out.print()
        show(result, out)
