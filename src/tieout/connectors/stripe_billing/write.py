"""Releasing an invoice of the billing system: a draft is finalised exactly once, which its own state ensures.

The invoice is read before and after: one that is already final is not finalised again, whoever did it and whether or not
we got the answer. A draft whose total differs from the one that was tied out is left unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tieout.connectors.stripe_billing.access import Access, NoAnswer, Response, Unreachable
from tieout.connectors.stripe_billing.read import HELD
from tieout.connectors.stripe_billing.shapes import StateShape
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown
from tieout.core.outbox.payload import opened_payload
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.formats.agreed_shape import Drift, agreed

_FINAL: Final = frozenset({"open", "paid", "uncollectible"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What an action asks for: this invoice, final, over this total."""

    invoice: str
    total: Money


def release_of(action: Action, *, system: str = "stripe") -> Release:
    """What is to be released. Raises `Malformed` for what the billing system cannot do: a part, a credit note, a debit note."""
    content = opened_payload(action)
    origin, _, rest = action.claim.partition("/")
    kind, _, name = rest.rpartition("@")[0].partition("/")
    if action.kind != "post_voucher" or (origin, kind) != (system, "invoice"):
        raise Malformed("{kind} of {claim} is no release of an invoice", kind=action.kind, claim=action.claim)
    if content.get("kind") != "billing_invoice" or content.get("part") != 1 or not content.get("final"):
        raise Malformed("only an invoice can be released, and only as a whole")
    total = Money.of(Decimal(content["gross"]), content["currency"])
    return Release(invoice=name.partition("+")[0], total=total)


def looked_up(access: Access, release: Release) -> Answer | None:
    """Its state in the billing system: final (`Done`, with its number), void or missing (`Rejected`), None while it is a draft."""
    response = access.get(f"/v1/invoices/{release.invoice}")
    if not response.ok:
        return Rejected(reason=response.words, code=response.code)
    return _final_answer(response.message, release)


def finalised(access: Access, release: Release) -> Answer:
    """Finalises the draft, if its total is still the one that was tied out."""
    response = access.get(f"/v1/invoices/{release.invoice}")
    if not response.ok:
        return Rejected(reason=response.words, code=response.code)
    current = _final_answer(response.message, release)
    if current is not None:
        return current
    state = agreed(StateShape, response.message)
    if (stated := Money(state.total, state.currency.upper())) != release.total:
        return Rejected(
            reason=Sentence(
                "the draft now totals {stated}, but {total} was tied out: pull it again",
                stated=stated,
                total=release.total,
            ),
            code="CHANGED",
        )
    resumed = {"auto_advance": "true"} if (state.metadata or {}).get(HELD) else {}
    done: Response = access.post(f"/v1/invoices/{release.invoice}/finalize", **resumed)
    if not done.ok:
        # It may have been finalised by someone else in between, which is no refusal.
        after = looked_up(access, release)
        return after if after is not None else Rejected(reason=done.words, code=done.code)
    now = _final_answer(done.message, release)
    return now if now is not None else Unknown(hint="it should be final, but the answer says that it is a draft")


def _final_answer(message: Any, release: Release) -> Answer | None:
    state = agreed(StateShape, message)
    if state.status == "void":
        return Rejected(reason=Sentence("invoice {invoice} is void", invoice=release.invoice), code="VOID")
    if state.status not in _FINAL:
        return None
    stated = Money(state.total, state.currency.upper())
    if stated != release.total:
        reason = Sentence(
            "it is already final, over {stated} and not over the {total} that was tied out",
            stated=stated,
            total=release.total,
        )
        return Rejected(reason=reason, code="FINAL")
    return Done(ref=state.number or state.id)


def answered(step: Callable[[Access, Release], Answer | None], access: Access, release: Release) -> Answer | None:
    """The answer of `looked_up` or `finalised`; failures of the billing system are answers too."""
    try:
        return step(access, release)
    except Unreachable as trouble:
        return Unknown(hint=trouble.message, down=True)
    except NoAnswer as trouble:
        return Unknown(hint=trouble.message)
    except Drift as drift:
        return Unknown(hint=Sentence("its answer is not as agreed: {drift}", drift=drift))
