"""What a stored event says in words about people and goods is taken out; what the state of claims and cases follows from stays.

It works on the JSON and not on the event, so that an event of an earlier version keeps its version and is read as before. Whatever the
table `FIELDS` does not name is erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, get_args

from tieout.core.case.upcast import FORMER, upcast
from tieout.core.claim.state import ClaimStatus
from tieout.core.documents.versions import UNREADABLE
from tieout.core.values.errors import Malformed

ERASED: Final = "—"
"""What stands in place of a text; a text that was empty stays empty, so that whether there was one is still seen."""

KEPT: Final = "kept"
"""As it is: ids, source keys, document numbers, instants, amounts, quantities, codes, statuses, queues, actors, hashes."""
TEXT: Final = "text"
"""Erased, whatever it is."""
VALUE: Final = "value"
"""Kept where it is a figure, a quantity, an amount, a day, a limit, a status or a code by its form."""
REFERENCE: Final = "reference"
"""Kept where it is the number of a document by its form (letters and digits without a blank), or several of them."""
PLACE: Final = "place"
"""Kept where it is the id of a line by its form, or a part of the document."""
CODE: Final = "code"
"""Another system's code: kept where it is in capitals and has no blank."""
KEY: Final = "key"
"""A key, without the name of a party in it, and with a number that is one by its form."""
CHANNEL: Final = "channel"
"""Channel and address: the channel is kept."""
PAIRS: Final = "pairs"
"""Names with their values: of some names numbers of documents are kept, of all others `VALUE`."""
EMPTIED: Final = "emptied"
"""Nothing stands in its place: what translations of erased sentences are made from, and whose number is looked up where it is empty."""


def _fields(**names: str) -> Mapping[str, str]:
    """The treatment of each field, from the fields of each treatment; any other keyword is a field with records of a type in it."""
    treatments = {
        field: treatment for treatment, fields in names.items() if treatment in _TREATMENTS for field in fields.split()
    }
    return MappingProxyType(treatments | {field: type_ for field, type_ in names.items() if field not in _TREATMENTS})


_TREATMENTS: Final = (KEPT, TEXT, VALUE, REFERENCE, PLACE, CODE, KEY, CHANNEL, PAIRS, EMPTIED)
_EVENT: Final = _fields(kept="at actor")
_NESTED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "FindingBrief": _fields(
            kept="code stage queue evidence_hash at_stake releasable resolutions peppol",
            place="where",
            value="expected actual variance limit",
            pairs="numbers",
            text="message",
            emptied="words",
        ),
        "Message": _fields(kept="id status reason action language on_record", text="text lines subject to"),
        "PostingLine": _fields(
            kept="kind net tax quantity unit order", place="claim_line line", text="description", settles="Settled"
        ),
        "Release": _fields(
            kept="number claim code resolution actor evidence_hash limit granted_at expires_at kind",
            place="where",
            value="variance",
            reference="value instead",
            text="reason",
        ),
        "Settled": _fields(kept="claim number amount tax"),
        "Urgency": _fields(kept="ours weight amount discount last_day"),
    }
)
_EVENTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "ClaimReceived": _fields(kept="claim_id tenant key kind number entity", emptied="counterparty"),
        "ClaimTiedOut": _fields(
            kept="verdict_sha status codes at_stake due_at settled followed", channel="delivery", urgency="Urgency"
        ),
        "PostingRequested": _fields(
            kept="action_id part net tax final verdict_sha", channel="delivery", lines="PostingLine"
        ),
        "PostingWithdrawn": _fields(kept="action_id", text="reason"),
        "Posted": _fields(kept="action_id ref"),
        "PostingRefused": _fields(kept="action_id", code="code", text="reason", emptied="words"),
        "PostingUnknown": _fields(kept="action_id ambiguous", text="hint", emptied="words"),
        "DeliveryRequested": _fields(kept="action_id posting part attempt customer_order", channel="to"),
        "Delivered": _fields(kept="ref action_id paper"),
        "DeliveryRefused": _fields(
            kept="action_id paper", code="code", reference="correlation", text="reason", emptied="words"
        ),
        "DeliveryUnknown": _fields(kept="action_id ambiguous", text="hint", emptied="words"),
        "ClaimRejected": _fields(text="reason"),
        "ClaimReopened": _fields(text="reason"),
        "RetieRequested": _fields(kept="due_at", text="reason"),
        "Superseded": _fields(kept="successor"),
        "CaseOpened": _fields(kept="case_id tenant claim cause"),
        "FindingsChanged": _fields(kept="at_stake", findings="FindingBrief"),
        "CaseRouted": _fields(kept="code queue home sla due_at ladder watchers"),
        "WaitStarted": _fields(kept="code until silent label", key="keys"),
        "WaitEnded": _fields(kept="reason"),
        "HandedOff": _fields(kept="from_code to_code from_queue queue", text="reason"),
        "HandOffWithdrawn": _fields(kept="code queue"),
        "Assigned": _fields(kept="assignee"),
        "Noted": _fields(text="text"),
        "MessageDrafted": _fields(kept="action_id", message="Message"),
        "CounterpartyAsked": _fields(kept="action_id until", message="Message"),
        "CounterpartyInformed": _fields(kept="action_id", message="Message"),
        "CounterpartyAnswered": _fields(kept="message_ids due_at ladder paused_minutes", text="answer"),
        "CounterpartySilent": _fields(kept="message_ids due_at ladder paused_minutes"),
        "FindingReleased": _fields(release="Release"),
        "ReleaseRevoked": _fields(kept="number", text="reason"),
        "ResolutionChosen": _fields(kept="resolution final", text="note", pairs="fields"),
        "DebitNoteRequested": _fields(kept="action_id amount", text="reason"),
        "ActDone": _fields(kept="action_id ref"),
        "Escalated": _fields(kept="level", text="reason"),
        "CaseResolved": _fields(kept="by resolution touches"),
        "CaseRejected": _fields(kept="touches", text="reason"),
        "CaseReopened": _fields(text="reason"),
    }
)
FIELDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {name: MappingProxyType({**_EVENT, **fields}) for name, fields in _EVENTS.items()} | dict(_NESTED)
)
"""By type: what becomes of each field: a treatment, or the type of the records in it."""


def without_content(type_: str, version: int, payload: bytes) -> bytes:
    """The canonical JSON of a stored event (its type and version as stored) without what it says in words; the same for what is erased
    already.

    Empty texts, and the number and order of everything, stay as they are. Raises `Malformed` for what no version of this program has
    written.
    """
    try:
        fields = json.loads(payload)
    except ValueError as error:
        raise Malformed("not the canonical JSON of an event") from error
    if not isinstance(fields, dict):
        raise Malformed("not the canonical JSON of an event")
    upcast(type_, version, fields)  # refuses what was never written
    left = _record(FORMER.get(type_, type_), fields)
    if left.get("number") and fields.get("kind") == UNREADABLE:
        left["number"] = ERASED  # it is the file's name
    return json.dumps(left, ensure_ascii=False, separators=(",", ":")).encode()


def _record(type_: str, fields: Mapping[str, object]) -> dict[str, object]:
    treatments = FIELDS[type_]
    return {name: _treated(treatments.get(name, TEXT), value) for name, value in fields.items()}


def _treated(treatment: str, value: object) -> object:
    """The value under a treatment. What has another shape than its field should have is erased."""
    if isinstance(value, list):
        if treatment == PAIRS:
            return [_pair(part) for part in value]
        return [] if treatment == EMPTIED else [_treated(treatment, part) for part in value]
    if isinstance(value, dict):
        return _record(treatment, value) if treatment in FIELDS else _unknown(value)
    if not isinstance(value, str) or not value:
        return value
    return _WRITTEN.get(treatment, _nothing)(value)


def _unknown(fields: Mapping[str, object]) -> dict[str, object]:
    """A record where none is expected: its texts are erased, also those by which its fields go."""
    return {_name(name): _treated(TEXT, value) for name, value in fields.items()}


def _pair(pair: object) -> object:
    match pair:
        case [str(name), str(value)]:
            treatment = KEY if name in _KEYS else _NUMBER if name in _NUMBERS else VALUE
            return [_name(name), _treated(treatment, value)]
        case _:
            return _treated(TEXT, pair)


def _name(name: str) -> str:
    return name if _NAME.fullmatch(name) else ERASED


def _nothing(_: str) -> str:
    return ERASED


def _where(form: re.Pattern[str]) -> Callable[[str], str]:
    """What is in this form stays, and else nothing of it."""
    return lambda text: text if form.fullmatch(text) else ERASED


def _key(key: str) -> str:
    """A look-up key ("order@DE01/4500012"), or a source key ("erp/order/4500012@1"). A party's name ("duplicate/name/…") is erased."""
    head, slash, number = key.partition("/")
    if not slash or not _HEAD.fullmatch(head):
        return ERASED
    before, named, _ = f"/{number}".partition("/name/")
    if named and _SORTS.fullmatch(before):
        return f"{head}{before}/name/{ERASED}"
    return key if not named and _KEY_NUMBER.fullmatch(number) else f"{head}/{ERASED}"


def _channel(to: str) -> str:
    """ "peppol 0088:7300010000001" without its address."""
    channel, address, _ = to.partition(" ")
    if channel not in CHANNELS:
        return ERASED
    return f"{channel} {ERASED}" if address else channel


CHANNELS: Final = frozenset({"peppol", "email", "portal", "print", "none"})
"""How documents go to customers; an address without one of these is erased as a whole."""
_KEYS: Final = frozenset({"other_key"})
"""Names of a finding's numbers that hold a source key."""
_NUMBERS: Final = frozenset(
    "claim claim_line contract correlation credit document line lot number order order_line other proposed reference statement "
    "subscription where invoice shipment".split()
)
"""Names of a finding's numbers, and of the fields of a resolution, that hold numbers of documents and of their lines."""
_NUMBER: Final = "number"

_UNIT: Final = r"[A-Z][A-Z0-9]{0,2}"
_FIGURE: Final = r"[+-]?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]+)?"
"""A plain number; one with a zero before it, or with more digits, is rather a telephone or an account."""
_MEASURE: Final = rf"[+-]?[0-9]+(?:\.[0-9]+)? (?:%|days?|{_UNIT}(?: per {_UNIT})?)"
_WHEN: Final = r"(?:19|20)[0-9]{2}-[0-9]{2}(?:-[0-9]{2}(?: [0-9]{2}:[0-9]{2} UTC)?)?"
_NUMBERED: Final = r"[A-Z]{1,4}(?:-[A-Z]{2,4})*-[0-9]{1,6}"
"""A code with a number at its end: of a rule ("BR-CO-13"), a site ("WMS-4"), a document ("PO-1")."""
_STATUSES: Final = "|".join((*get_args(ClaimStatus), "yes", "no", "nothing", "document", "totals"))
_NO_ACCOUNT: Final = r"(?![A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b)"
_REFERENCE: Final = rf"{_NO_ACCOUNT}(?=[^\s,]*[0-9])[\w./:#+~-]{{1,64}}"
"""A number of a document: it has a digit and no blank, and is no IBAN."""
_SOURCE: Final = rf"(?:order|sales order|contract|subscription) {_REFERENCE}(?: with its allowances)?"
_PIECE: Final = rf"(?:{_MEASURE}|{_WHEN}|{_NUMBERED}|{_FIGURE}|{_STATUSES}|{_SOURCE})"
_PIECES: Final = rf"(?:the stricter of )?{_PIECE}(?:(?:, |; | and | or | to ){_PIECE})*"
_VALUE: Final = rf"{_UNIT}|{_PIECES}(?: \(not comparable with [A-Z]{{3}}\))?"
_REFERENCES: Final = rf"{_REFERENCE}(?:, {_REFERENCE})*"
_PLACES: Final = rf"(?:dispute )?{_REFERENCE}|[A-Z]{{1,4}}|document|totals|tax|buyer|currency|payment"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_HEAD: Final = re.compile(r"[a-z0-9_-]+(?:@[^/\s]*)?")
_SORTS: Final = re.compile(r"(?:/[a-z0-9_-]+)*")
_KEY_NUMBER: Final = re.compile(rf"{_REFERENCE}(?:@[0-9]{{1,6}})?|[A-Z]{{1,4}}|\*")
_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        KEPT: str,
        VALUE: _where(re.compile(_VALUE)),
        _NUMBER: _where(re.compile(rf"{_REFERENCES}|{_VALUE}")),
        REFERENCE: _where(re.compile(_REFERENCES)),
        PLACE: _where(re.compile(_PLACES)),
        CODE: _where(re.compile(rf"{_NO_ACCOUNT}[A-Z0-9][A-Z0-9_.:/-]{{0,39}}")),
        KEY: _key,
        CHANNEL: _channel,
        EMPTIED: lambda _: "",
    }
)
