"""Run with an installed Tieout without packs of its own: the example's scenarios over PostgreSQL, then its pages, as JSON.

A program of its own, so that nothing of this repository is in the process: `python over_postgresql.py FOLDER`.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tieout import app
from tieout.cli.scenario import report_of
from tieout.cli.scenario_postgres import runs_on_a_database
from tieout.config.boot import current

PAGES = ("/", "/queue/", "/claims/", "/measures/", "/people/", "/api/openapi.json")


def main(folder: Path) -> dict[str, Any]:
    """The failures of every scenario, the status of every page, and the text of the pages about the process's documents."""
    with runs_on_a_database(lambda line: print(line, file=sys.stderr)) as make_simulation:
        reports = {
            path.stem: report_of(path, make_simulation=make_simulation) for path in sorted(folder.glob("*.yaml"))
        }
        failed = {name: [failure.message for failure in report.failures] for name, report in reports.items()}
        return {"failed": failed, "installed": [pack.name for pack in app.packs()], **pages(reports)}


def pages(reports: dict[str, Any]) -> dict[str, Any]:
    """The pages of two of the organisations, as a user with grants sees them."""
    from django.test import Client

    from tieout.identity.people import admit
    from tieout.store.link import transaction
    from tieout.store.models import Case, Document

    app.open_application(current())
    shown: dict[str, Any] = {}
    status: dict[str, int] = {}
    for name in ("at_the_limit_clears", "a_night_too_dear"):
        scope = reports[name].simulation.scope
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(admit(f"clerk of {name}", tenant=scope.tenant, roles=["ap_analyst", "controller"]))
        status |= {f"{name} {page}": browser.get(page).status_code for page in PAGES}
        with transaction(scope):
            documents = [(row.kind, row.id) for row in Document.objects.filter(tenant=scope.tenant, superseded_at=None)]
            cases = list(Case.objects.filter(tenant=scope.tenant).values_list("id", flat=True))
        for kind, document in documents:
            shown[f"{name} {kind}"] = text(browser, f"/documents/{document}/")
        for case in cases:
            shown[f"{name} case"] = text(browser, f"/cases/{case}/")
    return {"status": status, "shown": shown, "at": datetime.now(UTC).isoformat()}


def text(browser: Any, address: str) -> str:
    """A page's text, or its status if it failed."""
    answer = browser.get(address)
    return answer.content.decode() if answer.status_code == 200 else f"status {answer.status_code}"


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
