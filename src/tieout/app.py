"""The wiring: the only module that knows every plug-in. Built-in ones come in by the same entry points as strangers'."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files

from tieout.core.codes import Taxonomy
from tieout.core.errors import Malformed
from tieout.core.pack import Pack
from tieout.core.policy import Policy
from tieout.core.taxonomy import ROWS
from tieout.formats.policy_yaml import read_policy


@cache
def packs() -> tuple[Pack, ...]:
    """Every installed process pack, by name."""
    return tuple(found.load() for found in sorted(entry_points(group="tieout.packs"), key=lambda found: found.name))


def pack_named(name: str) -> Pack:
    """The installed pack of this name. Raises `Malformed`."""
    found = next((pack for pack in packs() if pack.name == name), None)
    if found is None:
        known = ", ".join(pack.name for pack in packs()) or "none is installed"
        raise Malformed(f"there is no pack {name!r}", remedy=f"installed: {known}")
    return found


@cache
def taxonomy() -> Taxonomy:
    """The kernel's codes and every pack's."""
    return Taxonomy((*ROWS, *(code for pack in packs() for code in pack.codes)))


def default_policy_text() -> bytes:
    """The shipped policy as YAML."""
    return files("tieout.packs.payables").joinpath("default_policy.yaml").read_bytes()


@cache
def default_policy() -> Policy:
    """The shipped policy: complete, careful, and meant to be replaced by your own."""
    return read_policy(default_policy_text(), codes=tuple(taxonomy()))
