"""The three variants of the UN/CEFACT supply chain message, and paths that are written once, with the names of CII D16B."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

Node = etree._Element
Text = Callable[[Node], str]
First = Callable[[Node], Node | None]
Nodes = Callable[[Node], list[Node]]

_WORD: Final = re.compile(r"\b(rsm|ram|udt|qdt):(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dialect:
    """One message: its root, its namespaces, and the names that differ from D16B (by the element's D16B name)."""

    name: str
    root: str
    namespaces: Mapping[str, str]
    renamed: Mapping[str, str]

    def path(self, path: str) -> str:
        """A D16B path in this message's own names."""
        return _WORD.sub(lambda word: f"{word[1]}:{self.renamed.get(word[2], word[2])}", path)

    def text(self, path: str) -> Text:
        """A function from a node to the trimmed text of the first match, "" for none."""
        find = self._compiled(f"string({self.path(path)})")
        return lambda node: cast("str", find(node)).strip()

    def first(self, path: str) -> First:
        """A function from a node to the first match in document order, None for none."""
        find = self._compiled(f"({self.path(path)})[1]")

        def first(node: Node) -> Node | None:
            matches = cast("list[Node]", find(node))
            return matches[0] if matches else None

        return first

    def nodes(self, path: str) -> Nodes:
        """A function from a node to all matches in document order."""
        return cast("Nodes", self._compiled(self.path(path)))

    def _compiled(self, path: str) -> etree.XPath:
        return etree.XPath(path, namespaces=dict(self.namespaces), smart_strings=False)


def _namespaces(rsm: str, number: int, types: int) -> dict[str, str]:
    base = "urn:un:unece:uncefact:data:standard"
    return {
        "rsm": rsm,
        "ram": f"{base}:ReusableAggregateBusinessInformationEntity:{number}",
        "udt": f"{base}:UnqualifiedDataType:{types}",
        "qdt": f"{base}:QualifiedDataType:{number}",
    }


CII: Final = Dialect(
    name="cii-d16b",
    root="{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice",
    namespaces=_namespaces("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", 100, 100),
    renamed={},
)

ORDER_X: Final = Dialect(
    name="order-x",
    root="{urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100}SCRDMCCBDACIOMessageStructure",
    namespaces=_namespaces("urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100", 128, 128),
    renamed={},
)

ZUGFERD_1: Final = Dialect(
    name="zugferd-1",
    root="{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument",
    namespaces=_namespaces("urn:ferd:CrossIndustryDocument:invoice:1p0", 12, 15),
    renamed={
        "ExchangedDocumentContext": "SpecifiedExchangedDocumentContext",
        "ExchangedDocument": "HeaderExchangedDocument",
        "SupplyChainTradeTransaction": "SpecifiedSupplyChainTradeTransaction",
        "ApplicableHeaderTradeAgreement": "ApplicableSupplyChainTradeAgreement",
        "ApplicableHeaderTradeDelivery": "ApplicableSupplyChainTradeDelivery",
        "ApplicableHeaderTradeSettlement": "ApplicableSupplyChainTradeSettlement",
        "SpecifiedLineTradeAgreement": "SpecifiedSupplyChainTradeAgreement",
        "SpecifiedLineTradeDelivery": "SpecifiedSupplyChainTradeDelivery",
        "SpecifiedLineTradeSettlement": "SpecifiedSupplyChainTradeSettlement",
        "SpecifiedTradeSettlementHeaderMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
        "SpecifiedTradeSettlementLineMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
        "RateApplicablePercent": "ApplicablePercent",
        "IssuerAssignedID": "ID",
    },
)

DIALECTS: Final[Mapping[str, Dialect]] = {dialect.root: dialect for dialect in (CII, ZUGFERD_1, ORDER_X)}


def dialect_of(root: Node) -> Dialect | None:
    """The dialect of a root element, or None."""
    return DIALECTS.get(str(root.tag))
