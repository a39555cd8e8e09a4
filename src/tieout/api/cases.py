"""Cases: the worklist, one case, and commands on it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tieout.api.access import now, scope
from tieout.api.forms import REFUSALS, Addressee, Ask, CaseBrief, CasePage, CaseWhole, LetterDraft, Problem, amount
from tieout.api.language import asked_in
from tieout.api.missing import Missing
from tieout.core.case.commands import NAMES, Command
from tieout.core.findings.finding import Finding
from tieout.core.findings.measured import unit
from tieout.core.findings.wording import clears, sentence
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.engine.application import application, catalogue, codes
from tieout.formats import canonical_json
from tieout.store.screens import case as screens
from tieout.store.screens.worklist import CaseLine, Filter, Sorted, View, worklist
from tieout.trade.keys import BY_NUMBER
from tieout.wording import findings as wording
from tieout.wording.chosen import written_in
from tieout.wording.language import ENGLISH, Language
from tieout.wording.sentences import sentence as sentence_shown

router = Router(tags=["cases"])
Size = Annotated[int, Query(ge=1, le=500)]
Text = Annotated[str, Query(pattern=r"^[^\x00]*$")]  # no column holds a NUL
_TYPES: dict[str, type[Command]] = {name: type_ for type_, name in NAMES.items()}


@router.get("", response={**REFUSALS, 200: CasePage})
def cases(
    request: HttpRequest,
    *,
    view: View = "open",
    queue: Text = "",
    code: Text = "",
    text: Text = "",
    by: Sorted | Literal["urgency"] = "priority",
    after: str = "",
    size: Size = 50,
) -> CasePage:
    """Cases that need a person, wait for evidence, or are closed; the highest priority first, or what is due first.

    `by=urgency`, as it was called in release 0.1, is `by=priority`.
    """
    wanted = Filter(
        view=view, queue=queue, code=code, text=text, by="due" if by == "due" else "priority", sorts=BY_NUMBER
    )
    listed = worklist(scope(request), wanted, on=now().date(), after=after, size=size)
    return CasePage(total=listed.total, following=listed.following, cases=[brief(line) for line in listed.lines])


@router.get("/{case_id}", response={**REFUSALS, 200: CaseWhole, 404: Problem})
def case(request: HttpRequest, case_id: UUID) -> CaseWhole:
    """A case with its findings, and the commands that the caller may give."""
    asker = scope(request)
    return _whole(asker, _readable_case(asker, case_id), asked_in(request))


@router.get("/{case_id}/letter", response={**REFUSALS, 200: LetterDraft, 404: Problem})
def letter(request: HttpRequest, case_id: UUID, *, resolution: Text = "", reason: Text = "") -> LetterDraft:
    """The letter to the counterparty before it is sent: by a resolution that asks or rejects, without one for `ask_counterparty`.

    Send it with the command's argument `text`, changed or not; `reason` is why a document is rejected. Without addresses nobody can be
    written to, `nobody_to_ask` says why, and the command is refused.
    """
    asker = scope(request)
    _readable_case(asker, case_id)
    letters = application().letters(
        asker, case_id, at=now(), reason=reason, resolutions=[resolution] if resolution else ()
    )
    draft = letters.draft(resolution)
    if draft is None:
        raise Malformed(
            "{resolution!r} sends no message",
            where="resolution",
            remedy="leave it out for an inquiry, or name a resolution that asks or rejects",
            resolution=resolution,
        )
    asks = application().catalogue.resolution(resolution).effect != "reject" if resolution else True
    return LetterDraft(
        name=letters.other.name,
        number=letters.other.number,
        language=letters.other.language,
        addresses=[Addressee(address=one.value, kind=one.kind, on_record=one.on_record) for one in letters.addresses],
        subject=draft.subject,
        text=draft.text,
        complete=draft.whole,
        answer_by=letters.answer_by if asks else None,
        nobody_to_ask="" if letters.addresses else sentence_shown(letters.lacking),
    )


@router.post("/{case_id}/commands", response={**REFUSALS, 200: CaseWhole, 404: Problem, 409: Problem})
def command(request: HttpRequest, case_id: UUID, ask: Ask) -> CaseWhole:
    """Gives a command. 409: refused, with the code and the reason; nothing was changed."""
    asker = scope(request)
    _readable_case(asker, case_id)
    application().submit(asker, case_id, _command(ask), at=now(), seen=ask.seen)
    return _whole(asker, _readable_case(asker, case_id), asked_in(request))


def _command(ask: Ask) -> Command:
    type_ = _TYPES.get(ask.name)
    if type_ is None:
        raise Malformed(
            "there is no command {command!r}",
            where="name",
            remedy="use one of {commands}",
            command=ask.name,
            commands=", ".join(_TYPES),
        )
    unknown = sorted(set(ask.arguments) - set(type_.__dataclass_fields__))
    if unknown:
        fields = ", ".join(type_.__dataclass_fields__)
        raise Malformed(
            "{command} has no field {field!r}",
            where="arguments",
            remedy="its fields are {fields}",
            command=ask.name,
            field=unknown[0],
            fields=fields,
        )
    return cast("Command", canonical_json.decode_as(cast("type[Any]", type_), json.dumps(ask.arguments).encode()))


def _readable_case(asker: Scope, case_id: UUID) -> screens.CasePage:
    page = screens.case(asker, case_id)
    if page is None:
        raise Missing("case", case_id)
    return page


def _whole(asker: Scope, page: screens.CasePage, language: Language) -> CaseWhole:
    offered = application().offers(asker, page.line.id, at=now())
    return CaseWhole(
        **brief(page.line).dict(),
        version=page.state.version,
        findings=findings_of(page.findings, language),
        commands=list(offered.commands),
        resolutions=list(offered.resolutions),
        instructions=list(offered.instructions),
        nobody_to_ask=sentence_shown(offered.lacking),
    )


def findings_of(findings: Iterable[Finding], language: Language) -> list[dict[str, Any]]:
    """Findings with the unit of their figures, the sentence about each and what would clear it: in English with values in their
    canonical spelling."""
    with written_in(language):
        return [json.loads(canonical_json.encode(finding)) | _sentences(finding, language) for finding in findings]


def _sentences(finding: Finding, language: Language) -> dict[str, str]:
    rows = codes()
    if language == ENGLISH:
        return {
            "unit": unit(finding),
            "message": sentence(finding, rows, finding.cause),
            "clears": clears(finding.code, rows),
        }
    return {
        "unit": unit(finding),
        "message": wording.message(finding, rows, finding.cause, resolutions=catalogue().resolutions),
        "clears": wording.clears(finding.code, rows),
    }


def brief(line: CaseLine) -> CaseBrief:
    """A case in short."""
    return CaseBrief(
        id=line.id,
        claim=line.claim,
        number=line.number,
        counterparty=line.counterparty,
        code=line.code,
        status=line.status,
        queue=line.queue,
        assignee=line.assignee,
        at_stake=amount(line.at_stake),
        opened_at=line.opened_at,
        due_at=line.due_at,
        wait_until=line.wait_until,
        closed_at=line.closed_at,
        headline=sentence(line.lead, codes(), line.cause) if line.lead else "",
    )
