"""Writes vouchers into the outbox: completely or not at all, and durably before they count as sent."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.connectors.durable import write_together
from tieout.connectors.voucher_folder.map import voucher
from tieout.connectors.voucher_folder.places import Places
from tieout.core.outbox.action import Action, Answer, Rejected, Sent, Unknown
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence


def lay_out(places: Places, actions: Sequence[Action]) -> list[Answer]:
    """Writes the voucher of each action, in order: the CSV first, then the JSON, which completes the voucher.

    A voucher that cannot be written is `Unknown`: it may be on the disk nevertheless. A payload that cannot be
    mapped is `Rejected`, and nothing is written.
    """
    answers: dict[int, Answer] = {}
    vouchers: dict[int, tuple[bytes, bytes]] = {}
    for k, action in enumerate(actions):
        try:
            vouchers[k] = voucher(action)
        except (Malformed, ValueError) as problem:
            answers[k] = Rejected(
                reason=Sentence("cannot be turned into a voucher: {problem}", problem=problem), code="MAP"
            )
    references, outbox = {k: str(actions[k].id) for k in vouchers}, places.outbox
    try:
        places.check()
        write_together(
            [
                [(outbox / f"{references[k]}.{suffix}", contents[part]) for k, contents in vouchers.items()]
                for part, suffix in ((1, "csv"), (0, "json"))
            ]
        )
    except OSError as error:
        answers |= {
            k: Unknown(hint=Sentence("the voucher could not be written: {error}", error=error), down=True)
            for k in vouchers
        }
    else:
        answers |= {k: Sent(trace=f"outbox/{references[k]}.json") for k in vouchers}
    return [answers[k] for k in range(len(actions))]
