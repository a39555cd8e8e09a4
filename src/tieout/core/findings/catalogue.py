"""The catalogue: every code, resolution and wait without an owner that is known here, handed to whoever decides about cases.

What it does not list is never taken for harmless: an unknown code cannot be accepted, an unknown resolution does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.kernel_codes import INTEGRATION
from tieout.core.findings.kernel_resolutions import KERNEL as KERNEL_RESOLUTIONS
from tieout.core.findings.resolution import Resolution

SILENT_WAITS: Final = frozenset({"WAIT-LOOKUP"})
"""The kernel's own waits in which nobody has to act."""


class Brings(Protocol):
    """What a pack adds to the catalogue."""

    @property
    def codes(self) -> tuple[Code, ...]: ...

    @property
    def resolutions(self) -> tuple[Resolution, ...]: ...

    @property
    def silent_waits(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """`silent_waits` are statuses of findings ("WAIT-SYNC") in which no person is asked until the time limit."""

    codes: Mapping[str, Code]
    resolutions: Mapping[str, Resolution]
    silent_waits: frozenset[str]

    def is_control(self, code: str) -> bool:
        """Whether nobody may accept a finding of this code: its row says that it is a control, or there is no row."""
        row = self.codes.get(code)
        return row is None or row.control

    def to_record(self, code: str) -> bool:
        """Whether questions about it go to an address on record alone; of a code that is not known here they do."""
        row = self.codes.get(code)
        return row is None or row.control or row.to_record

    def resolution(self, name: str) -> Resolution:
        """The resolution of a name. One that no installed pack has is recorded and does nothing."""
        return self.resolutions.get(name) or Resolution(
            id=name, name=name.replace("_", " ").capitalize(), effect="elsewhere", who="system"
        )

    def pays_short(self, name: str) -> bool:
        """Whether the amount accepted under this resolution is claimed with a debit note."""
        return self.resolution(name).effect == "pay_short"


Row = TypeVar("Row", Code, Resolution)


def catalogue_of(packs: Iterable[Brings]) -> Catalogue:
    """The kernel's rows and those of packs. Asserts that rows of one name are the same, and that resolutions exist."""
    packs = tuple(packs)
    for resolution in (resolution for pack in packs for resolution in pack.resolutions):
        own = [field.name for field in resolution.fields if field.name not in {"note", "reference"}]
        assert not own or resolution.effect in {"elsewhere", "ask", "assign", "wait"}, (
            f"{resolution.id} would lose what is given as {own}"
        )
    codes = _one_an_id(*INTEGRATION, *(code for pack in packs for code in pack.codes))
    resolutions = _one_an_id(*KERNEL_RESOLUTIONS, *(row for pack in packs for row in pack.resolutions))
    ids = {row.id for row in resolutions}
    for code in codes:
        unknown = sorted(set(code.resolutions) - ids)
        assert not unknown, f"{code.id} names resolutions that no pack brings: {', '.join(unknown)}"
    return Catalogue(
        codes=Taxonomy(codes),
        resolutions=MappingProxyType({row.id: row for row in resolutions}),
        silent_waits=SILENT_WAITS.union(*(pack.silent_waits for pack in packs)),
    )


def _one_an_id(*rows: Row) -> tuple[Row, ...]:
    by_id: dict[str, Row] = {}
    for row in rows:
        assert by_id.setdefault(row.id, row) == row, f"{row.id} is defined twice with different meanings"
    return tuple(by_id.values())


KERNEL: Final = catalogue_of(())
"""What the kernel has without any pack."""
