"""YAML as a tree of texts that keeps the place of each value. Nothing is guessed from a value's form.

Every scalar stays text ("2", "yes", "2026-01-01"): the reader interprets it, and no amount becomes a float.
Aliases, tags, repeated keys and second documents are refused: policies and scenarios need none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.composer import ComposerError

from tieout.core.values.errors import Malformed

BYTES_MAX: Final = 300_000
DEPTH_MAX: Final = 20
_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in "str int float bool null timestamp map seq value merge".split()
)
_SEVERAL: Final = "expected a single document in the stream"
"""How the YAML library says that a file has a second document (after `---`)."""
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Line and column, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """`value` is built of dict, list, str and None; `places` holds where the value of each path begins."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of a path's value, or of the nearest enclosing one."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(line=1, column=1))


def parse(content: bytes) -> Tree:
    """Reads one YAML document. Raises `Malformed` with line and column."""
    if len(content) > BYTES_MAX:
        raise Malformed("the text is larger than {limit} bytes", remedy="split it", limit=BYTES_MAX)
    try:
        node = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise Malformed("the text is not UTF-8 (byte {byte})", remedy="save it as UTF-8", byte=error.start) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(line=mark.line + 1, column=mark.column + 1) if mark else Place(line=1, column=1)
        if isinstance(error, ComposerError) and error.context == _SEVERAL:
            raise Malformed(
                "a second document begins here", where=str(place), remedy="give each a file of its own"
            ) from error
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise Malformed(
            "not YAML: {problem}",
            where=str(place),
            remedy="check the indentation, the quotes and the brackets",
            problem=problem,
        ) from error
    except RecursionError as error:
        raise Malformed("nested deeper than {limit} levels", remedy="nest less", limit=DEPTH_MAX) from error
    except yaml.YAMLError as error:
        raise Malformed("not YAML: {error}", where="line 1, column 1", error=error) from error
    places: dict[Path, Place] = {}
    value = None if node is None else _value(node, (), places, set())
    return Tree(value=value, places=places)


def _value(node: yaml.Node, path: Path, places: dict[Path, Place], seen: set[int]) -> Any:
    place = places[path] = Place(line=node.start_mark.line + 1, column=node.start_mark.column + 1)
    if id(node) in seen:
        raise Malformed("aliases (*) are not read", where=str(place), remedy="write the value out again")
    seen.add(id(node))
    if node.tag not in _PLAIN_TAGS:
        raise Malformed("the tag {tag} is not read", where=str(place), remedy="remove the tag", tag=node.tag)
    if len(path) > DEPTH_MAX:
        raise Malformed("nested deeper than {limit} levels", where=str(place), remedy="nest less", limit=DEPTH_MAX)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, places, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, k), places, seen) for k, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode), "a node is a mapping, a sequence or a scalar"
    return None if node.style is None and node.value in _NULL else str(node.value)


def _mapping(node: yaml.MappingNode, path: Path, places: dict[Path, Place], seen: set[int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = Place(line=key_node.start_mark.line + 1, column=key_node.start_mark.column + 1)
        key = key_node.value
        if not isinstance(key, str):
            raise Malformed("a key must be a plain word", where=str(place), remedy="write it without brackets")
        if key in values:
            raise Malformed("{key!r} appears twice", where=str(place), remedy="keep one of the two", key=key)
        values[key] = _value(value_node, (*path, key), places, seen)
        if value_node.start_mark.line == key_node.start_mark.line or values[key] is None:
            continue
        places[*path, key] = place  # a block below its key is reported at the key
    return values
