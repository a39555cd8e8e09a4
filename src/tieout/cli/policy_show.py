"""What a policy would change, for people: missing rules first, then the differences, then what becomes of open claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tieout.wording.catalogue import plural, text

if TYPE_CHECKING:
    from tieout.core.policy.policy import Policy
    from tieout.core.values.scope import Scope
    from tieout.engine.look_ahead import LookAhead, Turn
    from tieout.engine.plugged import Engine
    from tieout.store.policies import PolicyRow

_NAMED_MAX: Final = 5


def preview(
    engine: Engine, scope: Scope, new: Sequence[tuple[Policy, bytes]], rows: Sequence[PolicyRow], *, at: datetime
) -> None:
    """Print what these policies would change. Reads only."""
    from tieout import app
    from tieout.core.policy.policy import PolicySet
    from tieout.engine.look_ahead import look_ahead, unset

    stored = tuple(app.stored_policy_from(row.text.encode()) for row in rows)
    # As it will be: a version that begins later is looked at as if its day had come.
    added = tuple(policy for policy, _ in new)
    begun = tuple(_begun(policy, at) for policy in added)
    before, after = PolicySet(policies=stored), PolicySet(policies=(*stored, *begun))
    missing = {name: rules for policy in added for name, rules in unset(policy, after, engine, on=at.date()).items()}
    seen = look_ahead(engine, scope, before, after, at=at)
    for process, rules in missing.items():
        print(text("MISSING for {process}: no policy would set {rules}.", process=process, rules=", ".join(rules)))
    _unruled(seen)
    for policy, content in new:
        _differences(policy, content, stored, rows)
    _claims(seen)


def _begun(policy: Policy, at: datetime) -> Policy:
    from dataclasses import replace

    return replace(policy, effective_from=min(policy.effective_from, at.date()))


def _unruled(seen: LookAhead) -> None:
    if not seen.unruled:
        return
    opened = [turn for turn in seen.unruled if not turn.posted]
    posted = len(seen.unruled) - len(opened)
    print(
        text(
            "{open} open and {posted} posted claims would have no rule for {rules}: open ones would be held with GOV-NOPOLICY ({names}).",
            open=len(opened),
            posted=posted,
            rules=", ".join(seen.lacking),
            names=_named(opened or seen.unruled),
        )
    )


def _differences(policy: Policy, content: bytes, stored: Sequence[Policy], rows: Sequence[PolicyRow]) -> None:
    from tieout.core.policy.policy import latest_first
    from tieout.formats.policy_versions import differences

    former = latest_first([one for one in stored if one.name == policy.name])
    print()
    if not former:
        print(text("{policy}: a new policy, from {date}", policy=policy.label, date=policy.effective_from))
        return
    print(
        text(
            "{policy}, from {date}, against {former}:",
            policy=policy.label,
            date=policy.effective_from,
            former=former[0].label,
        )
    )
    before = next(row.text for row in rows if (row.name, row.version) == (policy.name, former[0].version))
    changed = differences(before.encode(), content)
    for one in changed:
        print(f"  {one.path}: {one.before or '–'} → {one.after or '–'}")
    if not changed:
        print(text("  no value differs"))


def _claims(seen: LookAhead) -> None:
    print()
    print(plural("{count} claim looked at:", "{count} claims looked at:", seen.looked))
    for words, turns in (
        (text("would become clear"), seen.into("clear")),
        (text("would wait for evidence"), seen.into("waiting")),
        (text("would be held"), seen.into("held")),
        (text("would be rejected"), seen.into("rejected")),
    ):
        if turns:
            print(f"  {len(turns):>6} {words}: {_named(turns)}")
    for code, count in seen.codes:
        print(f"  {count:>6} {text('new, with {code}', code=code)}")
    if not any((seen.into("clear", "waiting", "held", "rejected"), seen.codes)):
        print(text("  no open claim would change"))
    if seen.left:
        print(text("  {count} are not covered: not checked yet, or more than a preview covers", count=seen.left))


def _named(turns: Sequence[Turn]) -> str:
    names = ", ".join(turn.claim.number for turn in turns[:_NAMED_MAX])
    return f"{names} …" if len(turns) > _NAMED_MAX else names
