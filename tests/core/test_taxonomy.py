"""The taxonomy as data: complete, consistent, and readable."""

from __future__ import annotations

import re

import pytest

from tieout.app import catalogue, taxonomy
from tieout.core.findings.precedence import names
from tieout.core.findings.response import response_of
from tieout.core.findings.wording import names_in, say

NUMBERS = frozenset(
    "expected actual variance limit percent at_stake where line until site reason place remedy rule rules policies "
    "ordered received accepted in_inspection rejected confirmed in_transit billed_before billed missing lot unit "
    "price price_expected price_source ratio order order_line contract contract_price proposal description charge clause "
    "rates date number other other_key other_date other_state account supplier customer shipped picked delivered returned "
    "billable shipment carrier since "
    "parts least most tax third_parties rounding prepaid apart proposed money unread "
    "request response correlation trace papers disputed follows revenue share total "
    "open unbilled used posted amount".split()
)
"""The names that templates may use. All values are text in the unit they are in ("1150 EA", "10.80 EUR")."""

IDS = set(
    """
    DOC-UNREAD DOC-NOTINV DOC-SENDER DOC-INJECT DOC-EINV DOC-LEGAL AP-DUP-CERT AP-DUP-SUSP AP-PO-MISSING AP-PO-INVALID
    AP-PO-UNREL AP-PO-LIMIT AP-LINE-XTRA AP-PRC-OVER AP-PRC-UNDER AP-PRC-STALEPO AP-PRC-PROMO AP-PRC-UNITBASIS
    AP-AMT-TOTAL AP-QTY-ORD AP-QTY-NOREC AP-GR-EARLY AP-QTY-REC AP-QTY-INSP AP-QUAL-REJ AP-QTY-SHORT AP-QTY-UNDER
    AP-RET-CREDIT AP-UOM AP-CUR AP-FX-RATE AP-FRT-UNPL AP-FRT-VAR AP-TAX-VAR AP-TAX-CODE AP-TAX-STALE AP-WHT AP-TERMS
    AP-DATE AP-CODING AP-OWNER AP-SVC-ACC AP-CRM-INC AP-PREPAY AP-ERS-GAP AP-DISC-RISK AP-AUDIT-RND AP-BUDGET
    MD-VEND-BLOCK MD-VEND-DUP MD-BANK-CHG MD-BANK-CONFLICT MD-VATID MD-SANC MD-ONB MD-UOM AR-SHP-NOEVENT AR-SHP-QTY
    AR-POD-MISS AR-POD-DIFF AR-PRC-OVR AR-PRC-POST AR-REBATE AR-FRT AR-CUST-MD AR-CUST-RULE AR-TAX-UNAVAIL AR-TAX-DIFF
    AR-DLV-REJ AR-DISPUTE AR-UNPOSTED CRD-LIMIT CRD-OVERDUE CRD-REVIEW COL-ESC COL-PTP BIL-USG-LATE BIL-USG-MAP
    BIL-USG-DISP BIL-PRC-CRM BIL-AMEND BIL-MILE BIL-ENTITY BIL-CM-APPR BIL-SANE BIL-LEAK BIL-REV ERP-POST-FAIL
    ERP-POST-UNKNOWN INT-API INT-EDI-LATE INT-GR-LAG INT-SEQ INT-SCHEMA INT-WEBHOOK INT-MAP WF-APR-NOROUTE WF-APR-LATE
    WF-SOD GOV-BYPASS GOV-NOPOLICY GOV-OVERRIDE GOV-SOURCE CSH-UNID CSH-NOREM CSH-SHORT CSH-OVER CSH-DISC TRE-PAY-REJ TRE-STMT
    TRE-LIQ IC-MIRROR IC-AMT IC-TIMING R2R-TASK R2R-JE-APPR R2R-JE-REJ R2R-REC R2R-ACCR R2R-GRIR
    """.split()
)
DEDUCTIONS = {f"DED-{reason}" for reason in ("PRICE", "SHORT", "DAMAGE", "PROMO", "FREIGHT", "TAX")}
READINESS = {f"BIL-READY-{part}" for part in ("CUST", "ENT", "ACCT", "TAX", "PER", "SELL", "ADDR", "REF")}
CONTROLS = {
    "WF-SOD", "GOV-BYPASS", "GOV-NOPOLICY", "GOV-OVERRIDE", "GOV-SOURCE",
    "MD-SANC", "MD-BANK-CHG", "MD-BANK-CONFLICT", "DOC-INJECT", "AP-DUP-CERT",
}  # fmt: skip
CODES = tuple(taxonomy().values())
for_every_code = pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)


def test_the_taxonomy_has_all_agreed_codes():
    assert (IDS | DEDUCTIONS | READINESS) - set(taxonomy()) == set()


def test_the_control_codes_are_those_of_the_precedence_rules():
    assert {code.id for code in CODES if code.control} == CONTROLS


@for_every_code
def test_a_code_says_all_that_people_need(code):
    row = f"in the row of {code.id} in the taxonomy of its pack"
    blank = [name for name in ("name", "detects", "clears", "evidence", "cause", "message") if not getattr(code, name)]
    assert not blank, f"fill {', '.join(blank)} {row}"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code.queue), f"queue {code.queue!r} is to be words with hyphens, {row}"
    assert code.resolutions, f"name at least one resolution {row}: without one no person can end it"
    unknown = sorted(set(code.resolutions) - set(catalogue().resolutions))
    assert not unknown, f"no pack defines {unknown}: name others, or add them to `resolutions` of the pack ({row})"
    assert code.sla.amount > 0 or code.queue == "system-wait", f"give sla=Clock(amount=…) {row}"


@for_every_code
def test_its_message_uses_only_listed_numbers_and_reads_whole_without_any(code):
    unlisted = sorted(names_in(code.message) - NUMBERS)
    assert not unlisted, (
        f"the message of {code.id} uses {unlisted}: add them to NUMBERS in this file, or use listed names"
    )
    bare = say(code.message, {})
    assert not re.search(r"[{}\[\]]", bare), f"a bracket of the message of {code.id} is not closed: {bare}"


@for_every_code
def test_what_it_silences_exists_and_is_no_control(code):
    for pattern in (*code.replaces, *code.suppresses):
        meant = [other for other in CODES if names((pattern,), other.id)]
        assert meant, f"{code.id} replaces or suppresses {pattern}, which no pack defines: correct it in its row"


@for_every_code
def test_its_word_to_the_partner_is_one_of_the_code_list(code):
    response_of(code.peppol)


def test_no_codes_silence_one_another_in_a_circle():
    below = {
        code.id: {
            other.id
            for other in CODES
            if other.id != code.id and not other.control and names((*code.replaces, *code.suppresses), other.id)
        }
        for code in CODES
    }
    while below:
        bottom = {code for code, others in below.items() if not others & set(below)}
        assert bottom, sorted(below)
        below = {code: others for code, others in below.items() if code not in bottom}


def test_every_resolution_ends_something():
    used = {name for code in CODES for name in code.resolutions}
    assert set(catalogue().resolutions) == used
    assert all(resolution.words and resolution.name for resolution in catalogue().resolutions.values())


def test_a_sentence_leaves_out_missing_numbers_and_never_shows_a_gap():
    template = "Billed {billed}[, received {received}][, {missing} short]."
    assert say(template, {"billed": "5 EA", "received": "3 EA"}) == "Billed 5 EA, received 3 EA."
    assert say(template, [("received", "")]) == "Billed unknown."
    assert say("{a} [{b}]", {"a": "{b}", "b": "[x]"}) == "{b} [x]"
