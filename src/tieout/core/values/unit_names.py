"""Units as people write them, by language: the one table of aliases for CSV, JSON and free text.

In UBL and CII a code means what UN/ECE says; a word of this table in its place is read with a remark (`units.unit_of_code`).
A word that would mean different things to different people (VE, MT, GR, Dose) is not in the table and stays as it is written:
it converts into nothing, so nobody is paid by a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALIASES: Final[Mapping[str, Mapping[str, str]]] = {
    "any": {
        "EA": "PCE PCS PC UNIT UNITS EACH",
        "KGM": "KG KGS", "GRM": "G", "MGM": "MG", "TNE": "T",
        "MTR": "M", "CMT": "CM", "MMT": "MM", "DMT": "DM", "KMT": "KM",
        "LTR": "L LT", "MLT": "ML", "CLT": "CL", "DLT": "DL", "HLT": "HL",
        "MTK": "M2 SQM", "CMK": "CM2", "MMK": "MM2", "KMK": "KM2", "HAR": "HA", "MTQ": "M3 CBM", "CMQ": "CM3 CCM", "DMQ": "DM3",
        "HUR": "H HR HRS", "SEC": "S", "KWT": "KW", "MAW": "MW",
        "2P": "KB", "4L": "MB", "E34": "GB", "E35": "TB",
        "BX": "BOX BOXES", "CT": "CTN CTNS CARTON CARTONS", "PF": "PAL PLT PALLET PALLETS PX", "DZN": "DZ DOZ",
        "PK": "PKG PKGS PACK PACKS PACKAGE PACKAGES", "RO": "ROL RLL ROLL ROLLS", "MON": "MO MTH", "ANN": "YR",
    },
    "English": {
        "EA": "PIECE PIECES", "KGM": "KILO KILOS KILOGRAM KILOGRAMS", "GRM": "GRAM GRAMS", "TNE": "TONNE TONNES",
        "LBR": "LB LBS POUND POUNDS", "ONZ": "OZ OUNCE OUNCES",
        "MTR": "METRE METRES METER METERS", "KMT": "KILOMETRE KILOMETRES KILOMETER KILOMETERS",
        "INH": "INCH INCHES", "FOT": "FT FOOT FEET", "YRD": "YD YDS YARD YARDS", "SMI": "MILE MILES",
        "FTK": "SQFT FT2", "LTR": "LITRE LITRES LITER LITERS",
        "HUR": "HOUR HOURS", "MIN": "MINUTE MINUTES", "DAY": "DAYS", "WEE": "WEEK WEEKS WK", "MON": "MONTH MONTHS",
        "ANN": "YEAR YEARS", "PR": "PAIR PAIRS", "DZN": "DOZEN DOZENS", "GRO": "GROSS",
        "CS": "CASE CASES", "BG": "BAG BAGS", "BO": "BOTTLE BOTTLES BTL", "DR": "DRUM DRUMS", "SET": "SETS",
        "AM": "AMP AMPOULE AMPOULES", "LS": "LUMPSUM", "XST": "SHEET SHEETS",
    },
    "German": {
        "EA": "ST STK STCK STÜCK STUECK STÜCKE STUECKE", "KGM": "KILOGRAMM", "GRM": "GRAMM", "TNE": "TO TONNEN",
        "MTR": "LFM LFDM LM MTRS", "MTK": "QM QUADRATMETER", "MTQ": "KUBIKMETER", "HUR": "STD STUNDE STUNDEN",
        "MIN": "MINUTEN", "DAY": "TAG TAGE", "WEE": "WOCHE WOCHEN", "MON": "MONAT MONATE",
        "ANN": "JAHR JAHRE", "CT": "KAR KRT KARTON KARTONS", "PF": "PALETTE PALETTEN", "PK": "PAK PAKET PAKETE PACKUNG",
        "RO": "ROLLE ROLLEN", "BO": "FL FLA FLASCHE FLASCHEN", "CR": "KI KISTE KISTEN", "BG": "BEUTEL", "SA": "SACK SÄCKE",
        "BJ": "EIMER", "BA": "FASS FÄSSER", "TU": "TUBE TUBEN", "PR": "PAA PAAR", "DZN": "DTZD DUTZEND", "CEN": "HUNDERT",
        "MIL": "TAUSEND TSD", "SET": "SATZ SÄTZE", "LS": "PSCH PAUSCH PAUSCHAL PAUSCHALE", "KWH": "KILOWATTSTUNDE KILOWATTSTUNDEN",
        "AM": "AMPULLE AMPULLEN", "XST": "BLATT", "SMI": "MEILE MEILEN", "INH": "ZOLL",
    },
    "French": {
        "EA": "PIÈCE PIÈCES PIECE UNITÉ UNITÉS UNITE", "KGM": "KILOGRAMME KILOGRAMMES", "MTR": "MÈTRE MÈTRES", "HUR": "HEURE HEURES",
        "DAY": "JOUR JOURS", "WEE": "SEMAINE SEMAINES", "MON": "MOIS", "ANN": "AN ANNÉE ANNÉES", "BO": "BOUTEILLE BOUTEILLES",
        "PR": "PAIRE PAIRES", "DZN": "DOUZAINE DOUZAINES", "LS": "FORFAIT", "RO": "ROULEAU ROULEAUX",
    },
    "Spanish and Portuguese": {
        "EA": "UD UDS UND UNID UNIDAD UNIDADES UNIDADE PZA PZAS PIEZA PIEZAS PEÇA PEÇAS", "LTR": "LITRO LITROS", "MTR": "METRO METROS",
        "HUR": "HORA HORAS", "DAY": "DÍA DÍAS DIA DIAS", "MON": "MES MESES MÊS", "ANN": "AÑO AÑOS ANO ANOS",
        "BO": "BOTELLA BOTELLAS GARRAFA",
        "BX": "CAJA CAJAS CAIXA CAIXAS", "PR": "PAR PARES", "DZN": "DOCENA DOCENAS DÚZIA", "PF": "PALÉ PALÉS",
    },
    "Italian": {
        "EA": "PZ PEZZO PEZZI NR", "HUR": "ORA ORE", "DAY": "GIORNO GIORNI", "MON": "MESE MESI", "ANN": "ANNO ANNI",
        "BO": "BOTTIGLIA BOTTIGLIE", "BX": "SCATOLA SCATOLE", "PR": "PAIO PAIA", "DZN": "DOZZINA DOZZINE", "PF": "BANCALE BANCALI",
    },
    "Dutch": {
        "EA": "STUK STUKS", "HUR": "UUR UREN", "DAY": "DAG DAGEN", "MON": "MAAND MAANDEN", "ANN": "JAAR", "BO": "FLES FLESSEN",
        "BX": "DOOS",
    },
    "other languages": {
        "EA": "SZT KUS DB BUC ADET KPL STYCK STYK ШТ ШТУК БР KOS VNT GAB TK ΤΕΜ",
        "HUR": "TIM TIMER GODZ", "DAY": "DNI", "MON": "MIES", "BO": "BUTELKA",
    },
}  # fmt: skip
"""By language and unit: the words for it, in capitals and without blanks and full stops."""


def _spelled() -> dict[str, str]:
    table: dict[str, str] = {}
    for units in ALIASES.values():
        for unit, words in units.items():
            table |= dict.fromkeys(words.split(), unit)
    return table


BY_WORD: Final[Mapping[str, str]] = _spelled()
"""By word: the unit that people mean."""
