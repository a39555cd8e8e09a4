"""Write an issued customer invoice as the customer gets it: one file for every part that is posted.

Name it by document number, source key or claim id. Each file is checked against the official rules where they are installed;
ends with 1 if a rule is broken.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.trade.documents import Invoice

_FORMS = {"ubl": "xml", "cii": "xml", "pdf": "pdf"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which invoice, and in which form."""
    parser.add_argument("named", metavar="INVOICE", help="a document's number or source key, or a claim's id")
    parser.add_argument("--as", dest="form", choices=tuple(_FORMS), default="pdf", help="the form (default: pdf)")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path(), help="the folder to write to (default: the current one)"
    )
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the files and list them; 0, or 1 if an official rule is broken."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.issue import issued
        from tieout.trade.documents import Invoice

        documents = issued(app.engine(settings), scope_of(arguments), arguments.named)
        invoices = [document for document in documents if isinstance(document, Invoice)]
    broken = 0
    for invoice in invoices:
        content = _writer(arguments.form)(invoice)
        file = arguments.out / f"{_safe(invoice.number)}.{_FORMS[arguments.form]}"
        file.write_bytes(content)
        violations = _judged(content)
        broken += bool(violations)
        print(
            text(
                "{file}: {count} lines, {amount} to pay",
                file=file,
                count=len(invoice.lines),
                amount=invoice.totals.payable,
            )
            + violations
        )
    return 1 if broken else 0


def _writer(form: str) -> Callable[[Invoice], bytes]:
    from tieout.formats.cii.write import write as write_cii
    from tieout.formats.facturx.write import write as write_pdf
    from tieout.formats.ubl.write import write as write_ubl

    writers: dict[str, Callable[[Invoice], bytes]] = {"ubl": write_ubl, "cii": write_cii, "pdf": write_pdf}
    return writers[form]


def _safe(number: str) -> str:
    """A number as a file name: characters that could form a path become a dash."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in number).lstrip(".") or "invoice"


def _judged(content: bytes) -> str:
    """The official rules that it breaks, one a line; "" if there is none, or if they are not installed."""
    from tieout.formats.validation import available, validate

    if not available():
        return ""
    return "".join(f"\n  {remark.rule}: {remark.message}" for remark in validate(content) if remark.fatal)
