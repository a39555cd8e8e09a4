"""What a document calls itself in so many words: a title, or a note of nothing else, in the languages of senders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tieout.trade.document_types.document_type import DocumentType, Nature

_PROFORMA: Final = """
    proforma | proforma invoice | proforma rechnung | proforma factuur | proforma faktura | proforma faktúra | proforma lasku
    | invoice proforma | rechnung proforma | facture proforma | fattura proforma | factura proforma | fatura proforma
    | faktura proforma | nota proforma | preavviso di fattura | avviso di parcella
    """
_REMINDER: Final = """
    reminder | payment reminder | dunning letter | overdue notice | request for payment | payment request
    | mahnung | mahnschreiben | zahlungserinnerung | zahlungsaufforderung | rappel | rappel de paiement | lettre de rappel
    | relance | lettre de relance | mise en demeure | sollecito | sollecito di pagamento | recordatorio de pago
    | reclamación de pago | aviso de cobrança | aviso de pagamento em atraso | herinnering | betalingsherinnering | aanmaning
    | purring | inkassovarsel | inkassokrav | betalingspåminnelse | påminnelse | betalningspåminnelse | rykker | rykkerbrev
    | rykkerskrivelse | betalingspåmindelse | maksumuistutus | maksukehotus | upomínka | upomienka | wezwanie do zapłaty
    | przypomnienie o płatności | fizetési felszólítás | fizetési emlékeztető | somație de plată | opomena | opomin
    """
_STATEMENT: Final = """
    statement of account | account statement | kontoauszug | saldenbestätigung | saldenliste | offene posten
    | relevé de compte | estratto conto | extracto de cuenta | estado de cuenta | extrato de conta | rekeningoverzicht
    | kontoudtog | kontoutdrag | kontoutskrift | tiliote | výpis z účtu | zestawienie sald
    """
_OTHERS: Final[tuple[tuple[str, str], ...]] = (
    (
        "order confirmation",
        (
            "order confirmation | order acknowledgement | auftragsbestätigung | confirmation de commande | conferma d'ordine"
            " | confirmación de pedido | orderbevestiging | ordrebekræftelse | ordrebekreftelse | orderbekräftelse | orderbekreftelse"
            " | tilausvahvistus | potwierdzenie zamówienia | potvrzení objednávky"
        ),
    ),
    (
        "quotation",
        (
            "quotation | quote | offer | angebot | kostenvoranschlag | offerte | prijsofferte | devis | preventivo | offerta"
            " | presupuesto | cotización | orçamento | tilbud | offert | tarjous | oferta | nabídka"
        ),
    ),
    (
        "delivery note",
        (
            "delivery note | packing list | packing slip | lieferschein | bon de livraison | bordereau de livraison"
            " | documento di trasporto | albarán | guia de remessa | pakbon | leveringsbon | følgeseddel | følgesedel | lähetysluettelo"
        ),
    ),
)
_CREDITS: Final = """
    credit note | credit memo | cancellation invoice | gutschrift | rechnungsgutschrift | storno
    | stornorechnung | stornierung | avoir | facture d'avoir | note de crédit | nota di credito | nota de crédito | nota de abono
    | creditnota | creditfactuur | kreditnota | kreditfaktura | hyvityslasku | nota kredytowa | dobropis | stornó számla
    """
_COUNTED: Final = r"(?:(?:first|second|third|last|final|1st|2nd|3rd|erste|zweite|letzte|[1-4]\.|[1-4](?:e|er|ère|ème|º|ª|a|de|ste)) ?)?"
_NUMBERED: Final = re.compile(r"(?i)pro-?forma(?![a-z])")


def _pattern(words: str, *, counted: bool = False) -> re.Pattern[str]:
    listed = (re.escape(" ".join(word.split())) for word in words.split("|"))
    spelled = [word.replace("proforma", r"pro[- ]?forma").replace(r"\ ", "[ -]") for word in listed]
    return re.compile(f"(?i){_COUNTED if counted else ''}(?:{'|'.join(spelled)})")


def _row(name: str, nature: Nature) -> DocumentType:
    return DocumentType(code=name.replace(" ", "-"), code_list="title", name=name, nature=nature)


TITLES: Final[tuple[tuple[DocumentType, re.Pattern[str]], ...]] = (
    (DocumentType(code="proforma", code_list="title", name="proforma invoice", nature="proforma"), _pattern(_PROFORMA)),
    (
        DocumentType(code="reminder", code_list="title", name="reminder", nature="request"),
        _pattern(_REMINDER, counted=True),
    ),
    (_row("statement of account", "request"), _pattern(_STATEMENT)),
    *((_row(name, "other_document"), _pattern(words)) for name, words in _OTHERS),
)
"""What is no invoice, by its title."""
_CREDIT_TITLE: Final = _pattern(_CREDITS)


def titled(number: str, titles: Iterable[str]) -> DocumentType | None:
    """What a document calls itself in so many words: its title or a note of nothing else, or the beginning of its number.

    Words in a longer text decide nothing: "replaces our proforma invoice 7".
    """
    if _NUMBERED.match(number.strip()):
        return TITLES[0][0]
    for title in titles:
        words = _bare(title)
        for row, pattern in TITLES:
            if pattern.fullmatch(words):
                return row
    return None


def credit_title(titles: Iterable[str]) -> str:
    """The title, or note of nothing else, by which a document calls itself a credit note; "" where it does not."""
    return next((words for title in titles if _CREDIT_TITLE.fullmatch(words := _bare(title))), "")


def _bare(title: str) -> str:
    return " ".join(title.split()).strip(" .!*-:#")
