"""The words of the house: no private word stands in a name, nor in a sentence for people.

The table of what grew and what stands in its place is in docs/glossary.md, under "is". What is stored, hashed or sent under an old
word keeps it, and stands in `KEPT` with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.rules import modules

OF_SENTENCES = {
    "paper": "document, invoice, order",
    "papers": "documents",
    "shelf": "evidence index",
    "shelves": "evidence index",
    "desk": "the application, or who works there",
    "rung": "escalation level",
    "rungs": "escalation levels",
    "errand": "job",
    "errands": "jobs",
    "chore": "job",
    "chores": "jobs",
    "stray": "unmapped, unplaced",
    "strays": "unmapped usage",
    "amiss": "invalid",
    "lane": "queue (of a connection), view (of a list)",
    "lanes": "queues, views",
    "dearest": "largest first",
}
PHRASES = {
    "way out": "resolution",
    "ways out": "resolutions",
    "outer system": "external system",
    "outer systems": "external systems",
    "outer world": "external system",
    "laid beside": "compared with",
    "lay beside": "compare with",
    "lies beside": "is compared with",
    "the world": "external system, evidence",
    "money alone": "value-only credit",
    "our books": "our general ledger, our master data",
    "the books": "the general ledger, the master data, by its name",
    "whom to ask": "the contact point",
    "told of": "informed of, notified of",
    "is told": "is informed, is notified",
    "are told": "are informed, are notified",
    "nothing of these findings is told": "no text is proposed",
    "sent back to its sender": "rejected",
    "the raw": "the source file",
    "a raw": "a source file",
    "raws": "source files",
    "silent wait": "wait without an owner",
    "silent waits": "waits without an owner",
    "policy waits": "waiting time required by policy",
    "speaks for": "may send for",
    "word of a policy": "policy keyword",
    "words with values": "keywords with values",
    "had its time": "the time for it is over",
    "leaves billing its time": "the time for it is over",
}
OF_NAMES = OF_SENTENCES | {
    "raw": "source file, content",
    "raws": "source files",
    "world": "simulation, external system",
    "worlds": "simulations",
    "known": "the thing's own noun",
    "each": "the thing's own noun",
    "found": "the thing's own noun",
    "said": "the thing's own noun",
    "there": "the thing's own noun",
    "settle": "apply verdict",
    "hear": "record",
    "tell": "notify",
}
_PHRASE = re.compile(
    r"\b(" + "|".join(re.escape(phrase) for phrase in (*OF_SENTENCES, *PHRASES)) + r")\b", re.IGNORECASE
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BUILT_IN = {"FileNotFoundError", "ModuleNotFoundError"}

KEPT: dict[str, str] = {
    "core/claim/events.py Delivered.paper": "a field of stored events",
    "core/claim/events.py DeliveryRefused.paper": "a field of stored events",
    "scenario/text_billing.py BillingDocuments.stray_usage": "the key of a scenario, and the kind that is stored",
}
"""Names that keep a word: "module name", and why."""
KEPT_SENTENCES: dict[str, str] = {
    "dispute-desk": "the name of a queue, under which cases are stored",
    "travel-desk": "the name of a queue",
    "service desk": "the field's term",
    "on paper": "printed and sent by post",
    "{papers}": "a number of findings, over which their hash is taken",
    "action_id paper": "fields of stored events, in the table of what is erased of them",
    "another paper of": "a number of findings, over which their hash is taken",
    "stray usage": "the name of a kind as it is stored; people read `wording.reworded`",
    "the books of {setup}": "a number of findings; people read `wording.reworded`",
    "in the books of {entity}": "a number of findings; people read `wording.reworded`",
    "record in our books": "an expected value of findings; people read `wording.reworded`",
    "a record in the books": "an expected value of findings; people read `wording.reworded`",
    "whom to ask (BT-41)": "an expected value of findings; people read `wording.reworded`",
    "sent back to its sender": "stored by a former release; people read `wording.reworded`",
    "that source speaks for": "a reason of stored documents; people read `wording.reworded`",
}
"""Parts of sentences that keep a word, and why."""


def private_names(package: Path) -> list[str]:
    """No name of a variable, parameter, function, class, field or module has a private word in it."""
    complaints = []
    for path, tree in modules(package):
        name = path.relative_to(package).as_posix()
        complaints += [
            f"{name}: the module's name says {word!r}: say {OF_NAMES[word]}" for word in _words_of(path.stem)
        ]
        for line, written in names(tree):
            if f"{name} {written}" not in KEPT and written not in _BUILT_IN:
                complaints += [
                    f"{name}:{line}: {written} says {word!r}: say {OF_NAMES[word]}" for word in _words_of(written)
                ]
    return complaints


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that a module binds, with its line; fields with their class: "Delivered.paper"."""
    fields = {
        id(statement.target): f"{node.name}.{statement.target.id}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, fields.get(id(node), node.id)
            case ast.Attribute(ctx=ast.Store(), value=ast.Name(id="self")):
                yield node.lineno, node.attr
            case ast.arg():
                yield node.lineno, node.arg
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case (
                ast.MatchAs(name=str() as name)
                | ast.MatchStar(name=str() as name)
                | ast.ExceptHandler(name=str() as name)
            ):
                yield node.lineno, name
            case ast.alias(asname=str() as name):
                yield node.lineno, name


def _words_of(name: str) -> list[str]:
    return [part for written in _PARTS.findall(name.rpartition(".")[2]) if (part := written.lower()) in OF_NAMES]


def private_sentences(package: Path) -> list[str]:
    """No text of the program with a blank in it says a private word: messages, labels, helps, and docstrings, which are reference."""
    complaints = []
    for path, tree in modules(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                complaints += [
                    f"{path.relative_to(package).as_posix()}:{node.lineno}: {wrong}" for wrong in in_text(node.value)
                ]
    for path in sorted(package.rglob("templates/**/*.html")):
        complaints += [
            f"{path.relative_to(package).as_posix()}: {wrong}" for wrong in in_text(path.read_text(encoding="utf-8"))
        ]
    return complaints


def in_text(text: str) -> list[str]:
    """What is private in a text. Names in back-ticks are what they are, and judged where they are made."""
    plain = re.sub(r"`[^`]*`|```.*?```", " ", text, flags=re.DOTALL)
    for kept in KEPT_SENTENCES:
        plain = re.sub(re.escape(kept), " ", plain, flags=re.IGNORECASE)
    private = {match[1].lower() for match in _PHRASE.finditer(plain)}
    return [f"says {word!r}: say {(OF_SENTENCES | PHRASES)[word]}" for word in sorted(private)]
