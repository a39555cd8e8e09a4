"""The words in which payment terms are written, in English, German, French, Dutch, Italian, Spanish and the Nordic languages."""

from __future__ import annotations

import re
from typing import Final


def _any(words: str, *, loose: bool = False) -> re.Pattern[str]:
    """A pattern for any of these words, separated by " | "; whole words, unless `loose`."""
    parts = "|".join(part.strip() for part in words.split(" | "))
    return re.compile(rf"(?:{parts})" if loose else rf"(?<![^\W\d_])(?:{parts})(?![^\W\d_])")


PERCENT: Final = (
    r"(?:%|per ?cent\w*|prozent|pct\.?|v\.? ?h\.?|pour ?cent|p\. ?c\.|procent|por ciento|per cento|prosent|prosenttia)"
)
DAY: Final = (
    r"(?:calendar days?|kalendertage?n?|days?|dy?s\.?|d\.?|tagen?|tage?s?|tg\.?|t\.?|jours?|jrs?\.?|j\.?|giorni|giorno|gg\.?|"
    r"dagen|dagar|dager|dage|dag|dgn\.?|d[ií]as?|p[äa]iv[äa]{1,2}|pv|dn[ií]|dni)"
)
WORKING_DAY: Final = (
    r"(?:working days?|business days?|bank(?:ing)? days?|werktagen?|werktage|arbeitstagen?|arbeitstage|bankarbeitstagen?|"
    r"jours ouvr[ée]s|jours ouvrables|giorni lavorativi|werkdagen|d[ií]as h[áa]biles|d[ií]as laborables|arbetsdagar|arbejdsdage)"
)
WEEK: Final = r"(?:weeks?|wochen?|semaines?|settiman[ae]|weken|semanas?|veckor|uger|uker|wk)"
MONTH: Final = r"(?:months?|monaten?|monate?|mois|mes[ei]|maand(?:en)?|meses|m[åa]nader|m[åa]neder|mth?s?)"
MONTHS: Final = (
    *("jan|gen|ene", "feb|f[ée]v", "m[aä]r|mrz|maa", "apr|avr|abr", "ma[iyjg]|mei", "jun|juin|giu"),
    *("jul|juil|lug", "aug|ao[uû]|ago", "sep|set", "o[ck]t|ott", "nov", "de[czs]|d[ée]c|dic"),
)
"""How the names of the months begin, from January on."""

END_OF_MONTH: Final = _any(
    "end of (?:the )?(?:invoice |current )?month | month[- ]?end | eom | e\\.o\\.m\\.? | fin de mois | fdm | monatsende | monatsultimo | "
    "ende des monats | ultimo | fine mese | f\\.?m\\.? | d\\.?f\\.?f\\.?m\\.? | einde(?: van de)? maand | "
    "fin de mes | l[øo]bende m[åa]ned | "
    "slutet av m[åa]naden"
)
"""The month of the invoice, or that in which the days end, is waited for."""
AFTER_MONTH: Final = re.compile(
    r"(?:after|from|nach|ab|apr[èe]s|dopo|na|desde|despu[ée]s de)\s+(?:the\s+|dem\s+|la\s+|de\s+|el\s+)?(?:end|"
    r"month|monats|ultimo|fin|fine|einde)"
    r"|(?:eom|month end|fin de mois|fine mese|monatsende)\s*\+"
)
FOLLOWING: Final = _any(
    "(?:of|in) (?:the )?(?:following|next) month | following month | next month | prox(?:imo)?\\.? | "
    "des (?:folgemonats|n[äa]chsten monats|folgenden monats) | "
    "im folgemonat | (?:du|le) mois (?:suivant|prochain) | "
    "(?:del |il )?mese (?:successivo|seguente|prossimo) | (?:van de )?volgende maand | "
    "del mes (?:siguiente|pr[óo]ximo) | del pr[óo]ximo mes | kommande m[åa]nad | n[æa]ste m[åa]ned | mfi"
)
NET: Final = _any(
    "net(?:t)? | n | netto | nett | neto | ohne (?:jeden |jeglichen )?abzug | rein netto | without (?:any )?(?:deduction|discount) | "
    "sans escompte | senza sconto | zonder korting | sin descuento | in full | full amount"
)
IMMEDIATELY: Final = _any(
    "immediate(?:ly)?(?: payment)? | (?:due |payable )?(?:up)?on receipt(?: of (?:the )?invoice)? | "
    "sofort(?:ige)?(?: f[äa]llig| zahlbar| netto)? | "
    "nach erhalt(?: der rechnung)? | bei erhalt(?: der rechnung)? | [àa] r[ée]ception(?: de (?:la )?facture)? | (?:au )?comptant | "
    "a vista | al ricevimento(?: della)?(?: fattura)? | (?:al )?contado | per direct | direct betaalbaar | bij ontvangst | omg[åa]ende | "
    "due now | cash on delivery | cod"
)
ADVANCE: Final = _any(
    "prepay(?:ment|aid)? | prepaid | (?:payment )?in advance | advance payment | vorkasse | vorauskasse | vorauszahlung | "
    "paiement d.avance | d.avance | anticipato | pagamento anticipato | pago anticipado | vooruitbetaling | vooraf | f[öo]rskott | "
    "cash before delivery | cbd"
)
FROM: Final = (
    (
        "delivery",
        _any(
            "(?:from|after|on|ab|nach|bei|depuis|apr[èe]s|dalla|na|desde) (?:the |date of |der |dem |la |de )?"
            "(?:delivery|lieferung|livraison|consegna|levering|entrega|shipment|versand|receipt of (?:the )?goods|goods receipt|"
            "wareneingang|erhalt der ware|r[ée]ception des marchandises|leverans|levering)"
        ),
    ),
    (
        "acceptance",
        _any("(?:from|after|on|nach|ab|bei|apr[èe]s) (?:the |der )?(?:acceptance|abnahme|freigabe|approval|recette)"),
    ),
    (
        "receipt",
        _any(
            "(?:from|after|of|ab|nach|depuis|apr[èe]s|dal|na) (?:the |date of |de |der |la )?(?:receipt|receiving|rechnungserhalt|"
            "rechnungseingang|erhalt|r[ée]ception|ricevimento|ontvangst|recepci[óo]n)(?: of (?:the )?invoice|"
            " der rechnung| de (?:la )?facture| "
            "della fattura)?"
        ),
    ),
)
"""What the days are counted from, where it is not the invoice's date."""
LATE: Final = _any(
    "late | overdue | interest | penalt | verzug | mahn | zins | p[ée]nalit | retard | indemnit | "
    "int[ée]r[êe]t | mora | interess | rente | "
    "boete | recargo | viivästys | dr[öo]jsm | recouvrement | default | if not paid",
    loose=True,
)
"""What happens to those who pay late is no term of payment."""
EXCEPT: Final = _any(
    "except | excluding | unless | au[ßs]er | ausgenommen | sauf | eccetto | behalve | salvo | partial | "
    "teil | instal | rate[nr]? | deposit | anzahlung | acompte | acconto | anticipo | rest | balance | "
    "remain | solde | saldo | with (?:the )?order | bei bestellung | bei auftrag | [àa] la commande",
    loose=True,
)
"""Words after which a text says more than what is read here."""
ELSE: Final = re.compile(
    r"[;\n]|(?<!\d)\.(?=\s|$)|,(?!\d)|\s[-–—|]\s|\b(?:otherwise|else|or|sonst|danach|oder|darüber hinaus|sinon|"
    r"ou bien|ou|oppure|altrimenti|anders|otherwise)\b"
)
