"""One worker's life: it receives what is sent, answers cases as a clerk would, does every job that waits; or is killed.

A process of its own that forks a child for each life, so that a hundred lives cost a hundred forks and not a hundred
imports. Its orders are lines of JSON on standard input; how each child ended is a line on standard output.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

TENANT = "nordwind"


class Killed:
    """Steps that kill this process, with no chance to tidy up, when one is reached for the n-th time."""

    def __init__(self, step: str, time: int, seen: Path) -> None:
        self._step, self._left, self._seen = step, time, seen
        self._steps: set[str] = set()

    def __call__(self, step: str, /) -> None:
        if step not in self._steps:
            self._steps.add(step)
            with self._seen.open("a") as file:
                file.write(f"{step}\n")
        if step == self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def live(order: dict[str, Any]) -> None:
    """Everything that the order says, in this process."""
    from tests.support.access import SETUP, Open
    from tieout import app
    from tieout.app import packs, policy_from
    from tieout.connectors.voucher_folder import VoucherFolder
    from tieout.core.audit.signing import SecretKey
    from tieout.core.outbox.action import Action, Answer
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine, packs_by_kind
    from tieout.engine.prepare import reader_here
    from tieout.engine.receive import Incoming, receive
    from tieout.worker.jobs import Work, do_batch, waiting_now

    steps = Killed(order["step"], order["time"], Path(order["seen"]))

    class Halfway(VoucherFolder):
        """A folder between whose vouchers one may die."""

        def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
            middle = len(actions) // 2
            first = super().perform(actions[:middle])
            steps("perform.half")
            return [*first, *super().perform(actions[middle:])]

    at = datetime.fromisoformat(order["at"])
    engine = Engine(
        kinds=app.kinds(),
        packs=packs_by_kind(packs()),
        read=reader_here(app.kinds()),
        read_policy=policy_from,
        signing_key=SecretKey(secret=b"tests"),
        steps=steps,
        sources=Open(),
    )
    folder = {"erp": Halfway(Path(order["exchange"]))}
    work = Work(engine=engine, targets=lambda _: folder, owner=order["owner"])
    for batch in order["batches"]:
        files = [Incoming(content=base64.b64decode(content), name=name) for name, content in batch]
        answers = receive(engine, Scope(tenant=TENANT, actor="mailroom"), files, source=SETUP, at=at)
        assert len(answers) == len(files)
        with Path(order["accepted"]).open("a") as file:  # the sender has our word from here on
            file.writelines(f"{name}\n" for name, _ in batch)
            file.flush()
            os.fsync(file.fileno())
    for _ in range(order["rounds"]):
        jobs = waiting_now(work, at=at)
        for job, tenant, queue in jobs:
            do_batch(work, job, Scope(tenant=tenant), queue, clock=lambda: at)
        answered = _answer_cases(engine, at)
        if not jobs and not answered:
            break


def _answer_cases(engine: Any, at: datetime) -> int:
    """A clerk takes every open case without an owner, and accepts prices that are too high, unless she has done so already."""
    from tests.support.access import granted
    from tieout.core.case.commands import AcceptVariance, Assign, Command
    from tieout.core.case.state import Case
    from tieout.core.values.errors import Refused
    from tieout.core.values.scope import Scope
    from tieout.engine.submit import submit
    from tieout.formats import canonical_json
    from tieout.store.link import transaction
    from tieout.store.models import Case as Row

    scope = Scope(tenant=TENANT, actor="ann", grants=granted("buyer", "controller", "approver"))
    count = 0
    with transaction(scope):
        rows = list(Row.objects.filter(status__in=["open", "assigned"]).order_by("id"))
    for row in rows:
        case = canonical_json.decode_as(Case, bytes(row.state))
        commands: list[Command] = [] if row.actor else [Assign(assignee="ann")]
        accepted = {(acceptance.code, acceptance.where) for acceptance in case.releases}
        commands += [
            AcceptVariance(code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="agreed")
            for finding in case.findings
            if finding.code == "AP-PRC-OVER" and finding.releasable and (finding.code, finding.where) not in accepted
        ]
        for command in commands:
            try:
                submit(engine, scope, case.id, command, at=at)
                count += 1
            except Refused as refusal:
                with Path("/dev/stderr").open("w") as file:
                    file.write(f"{type(command).__name__} {refusal}\n")
    return count


def _serve() -> None:
    import django

    django.setup()
    import tieout.engine.submit
    import tieout.worker.jobs  # noqa: F401
    from tieout.app import packs, taxonomy

    packs(), taxonomy()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ["DATABASE_URL"] = order["dsn"]
            from django.db import connections

            from tieout.config.settings import database_settings

            connections["default"].settings_dict.update(database_settings(order["dsn"]))
            try:
                live(order)
            except BaseException:  # noqa: BLE001  whatever it was, the parent must see that it was not a kill
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
