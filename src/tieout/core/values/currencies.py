"""Currencies by ISO 4217: decimals, and from when until when each is money. Those that ended stay readable on documents of their years.

`until` is the last day on which a document can be in it: the day before a country went over to another one, also where notes
of both were taken in shops for some weeks more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency's code and decimals; its first and last day where it has one since 2002, and the currency that followed."""

    code: str
    decimals: int = 2
    since: date | None = None
    until: date | None = None
    successor: str = ""

    def is_money_on(self, day: date) -> bool:
        """Whether a document of this day can be in it."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


_DECIMALS: Final[dict[str, int]] = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
    | dict.fromkeys("BEF BYR ESP GRD ITL LUF PTE TRL".split(), 0)  # ended
)
_ALWAYS: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU "
    "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD "
    "JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MXV MYR NAD NGN "
    "NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RUB RWF SAR SBD SCR SEK SGD SHP SOS SVC SYP SZL THB TJS TND TOP TTD TWD TZS "
    "UAH UGX USD USN UYI UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR"
)
_SINCE: Final = """
    SRD 2004-01-01   TRY 2005-01-01   RON 2005-07-01   AZN 2006-01-01   MZN 2006-07-01   RSD 2006-10-25   SDG 2007-01-10
    GHS 2007-07-03   TMT 2009-01-01   SSP 2011-07-18   ZMW 2013-01-01   BYN 2016-07-01   MRU 2018-01-01   STN 2018-01-01
    VES 2018-08-20   UYW 2018-08-29   VED 2021-10-01   SLE 2022-07-01   ZWG 2024-06-25   XCG 2025-03-31   XAD 2025-05-12
"""
_UNTIL: Final = """
    ATS 2001-12-31 EUR   BEF 2001-12-31 EUR   DEM 2001-12-31 EUR   ESP 2001-12-31 EUR   FIM 2001-12-31 EUR   FRF 2001-12-31 EUR
    GRD 2001-12-31 EUR   IEP 2001-12-31 EUR   ITL 2001-12-31 EUR   LUF 2001-12-31 EUR   NLG 2001-12-31 EUR   PTE 2001-12-31 EUR
    SRG 2003-12-31 SRD   TRL 2004-12-31 TRY   ROL 2006-12-31 RON   AZM 2006-12-31 AZN   MZM 2006-12-31 MZN   CSD 2006-10-25 RSD
    SIT 2006-12-31 EUR   SDD 2007-06-30 SDG   GHC 2007-12-31 GHS   CYP 2007-12-31 EUR   MTL 2007-12-31 EUR   VEB 2008-06-30 VEF
    ZWD 2008-08-01 ZWR   SKK 2008-12-31 EUR   TMM 2008-12-31 TMT   ZWR 2009-02-02 ZWL   EEK 2010-12-31 EUR   ZMK 2012-12-31 ZMW
    LVL 2013-12-31 EUR   LTL 2014-12-31 EUR   BYR 2016-12-31 BYN   STD 2017-12-31 STN   MRO 2018-06-30 MRU   VEF 2018-08-20 VES
    CUC 2021-06-01 CUP   HRK 2022-12-31 EUR   SLL 2023-12-31 SLE   ZWL 2024-08-31 ZWG   ANG 2025-06-30 XCG   BGN 2025-12-31 EUR
"""


def _table() -> dict[str, Currency]:
    since, until = iter(_SINCE.split()), iter(_UNTIL.split())
    table = {code: Currency(code=code, decimals=_DECIMALS.get(code, 2)) for code in _ALWAYS.split()}
    for code, day in zip(since, since, strict=True):
        table[code] = Currency(code=code, decimals=_DECIMALS.get(code, 2), since=date.fromisoformat(day))
    for code, day, successor in zip(until, until, until, strict=True):
        table[code] = Currency(
            code=code, decimals=_DECIMALS.get(code, 2), until=date.fromisoformat(day), successor=successor
        )
    return table


CURRENCIES: Final[Mapping[str, Currency]] = _table()
"""Every currency by its code."""
