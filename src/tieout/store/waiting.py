"""Whether work noted as waiting still waits: checked in the tenant's own rows, under its row-level security."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tieout.core.values.scope import Scope
from tieout.store.actions import STATES
from tieout.store.link import execute, query, scoped

LEFT_OVER: Final = "interval '5 minutes'"
"""How long a reader has before another takes over."""

SEAL_EVERY: Final = timedelta(hours=1)

_ACTIONS: Final = "from store_action where tenant = %(tenant)s and queue = %(queue)s and state in ({states})"
_LAST_SEAL: Final = "(select {what} from store_seal where tenant = %(tenant)s order by number desc limit 1)"
# The last position by the index: asked whether there is one beyond the seal, PostgreSQL would read the table.
_UNSEALED: Final = (
    "(select position from store_event where tenant = %(tenant)s order by position desc limit 1) > "
    f"coalesce({_LAST_SEAL.format(what='upto')}, 0)"
)
_PRIORITISED: Final = "from store_case where tenant = %(tenant)s and closed_at is null"
_TODAY: Final = "((%(at)s at time zone 'UTC')::date - date '0001-01-01' + 1)"  # as Python's ordinal
# Whether a job waits now, and the next instant at which it will, where that is known already.
_JOBS: Final[Mapping[str, tuple[str, str]]] = {
    "read": (
        f"exists (select from store_unread where tenant = %(tenant)s and received_at < %(at)s - {LEFT_OVER})",
        f"(select min(received_at) + {LEFT_OVER} from store_unread where tenant = %(tenant)s)",
    ),
    "usage": (
        f"exists (select from store_usagebatch where tenant = %(tenant)s and received_at < %(at)s - {LEFT_OVER})",
        f"(select min(received_at) + {LEFT_OVER} from store_usagebatch where tenant = %(tenant)s)",
    ),
    # Statements are written when nothing is being counted: who counts writes them at the end.
    "usage_statements": (
        (
            "exists (select from store_usagetouched where tenant = %(tenant)s) "
            "and not exists (select from store_usagebatch where tenant = %(tenant)s)"
        ),
        "null",
    ),
    "announce": ("exists (select from store_signal where tenant = %(tenant)s)", "null"),
    "recheck": ("exists (select from store_recheck where tenant = %(tenant)s)", "null"),
    "tie_out": ("exists (select from store_claim where tenant = %(tenant)s and dirty)", "null"),
    # The order of cases is of a day: on the next, what is lost by waiting is worked out anew.
    "priority": (
        f"exists (select {_PRIORITISED} and priority_on < {_TODAY})",
        (
            "(select (date_trunc('day', %(at)s at time zone 'UTC') + interval '1 day') at time zone 'UTC' "
            f"where exists (select {_PRIORITISED} and priority_on is not null))"
        ),
    ),
    "due": (
        "exists (select from store_claim where tenant = %(tenant)s and due_at <= %(at)s)",
        "(select min(due_at) from store_claim where tenant = %(tenant)s and due_at is not null)",
    ),
    # The log has grown since a seal that is older than the interval, or was never sealed.
    "seal": (
        (
            f"coalesce({_LAST_SEAL.format(what='at')}, '-infinity') < %(at)s - %(seal_every)s "
            f"and coalesce({_UNSEALED}, false)"
        ),
        f"(select {_LAST_SEAL.format(what='at')} + %(seal_every)s where {_UNSEALED})",
    ),
    # Noted by who performs, for places where answers come of their own accord: the folder says whether there are any.
    "answers": ("true", "null"),
    **{
        job: (
            (
                f"exists (select {_ACTIONS.format(states=states)} and due_at <= %(at)s "
                "and (lease_until is null or lease_until <= %(at)s))"
            ),
            (
                f"least((select min(due_at) {_ACTIONS.format(states=states)} and due_at > %(at)s), "
                f"(select min(lease_until) {_ACTIONS.format(states=states)} and due_at <= %(at)s))"
            ),
        )
        for job, states in STATES.items()
    },
}


@scoped
def waits(scope: Scope, job: str, queue: str = "", *, at: datetime, seal_every: timedelta = SEAL_EVERY) -> bool:
    """Whether a job waits now; `seal_every`: the log is sealed at most so often.

    Where it does not, one row with its next instant replaces those that noted it as waiting.

    Both in one statement, so that what is noted meanwhile stays: its row is not among those that this statement sees.
    """
    now, following = _JOBS[job]
    values = {"tenant": scope.tenant, "job": job, "queue": queue, "at": at, "seal_every": seal_every}
    if query(scope, f"select {now}", values)[0][0]:
        return True
    execute(
        scope,
        f"""
            with wrong as (
                delete from store_waiting where id in (
                    select id from store_waiting
                    where tenant = %(tenant)s and job = %(job)s and queue = %(queue)s and at <= %(at)s
                    and not ({now}) for update skip locked
                ) returning id
            )
            insert into store_waiting (tenant, job, queue, at)
            select %(tenant)s, %(job)s, %(queue)s, next.at from (select ({following})::timestamptz as at) as next
            where next.at is not null and exists (select from wrong)
            """,
        values,
    )
    return False


@scoped
def note(scope: Scope, job: str, queue: str, *, at: datetime) -> None:
    """Note that a job waits from `at` on, unless it is noted already. In a transaction."""
    execute(
        scope,
        """
            insert into store_waiting (tenant, job, queue, at)
            select %(tenant)s, %(job)s, %(queue)s, %(at)s where not exists (
                select from store_waiting where tenant = %(tenant)s and job = %(job)s and queue = %(queue)s
            )
            """,
        {"tenant": scope.tenant, "job": job, "queue": queue, "at": at},
    )


@scoped
def note_done(scope: Scope, job: str, queue: str, *, at: datetime) -> None:
    """What was noted of a job for `at` or before is done. In a transaction."""
    sql = "delete from store_waiting where tenant = %s and job = %s and queue = %s and at <= %s"
    execute(scope, sql, (scope.tenant, job, queue, at))
