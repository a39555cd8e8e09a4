"""A connection to an invoice folder: the invoices that we issue, as files by channel, for a gateway that delivers them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import is_exchange
from tieout.connectors.invoice_folder.target import InvoiceFolder
from tieout.core.outbox.connection import Connection, Purpose, SettingSpec
from tieout.formats import validation


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFolderConnector:
    """Writes invoices as files; what breaks an official rule is not written, where the rules are installed."""

    system: str = "invoice_folder"
    purpose: Purpose = "delivery"
    keeps_its_own: bool = False
    kinds: frozenset[str] = frozenset()
    settings: tuple[SettingSpec, ...] = (
        SettingSpec(name="folder", doc="the folder invoices of an exchange folder"),
        SettingSpec(name="peppol_rules", doc="path of Peppol's compiled rules for UBL (.xslt)", required=False),
        SettingSpec(name="xrechnung_ubl_rules", doc="path of XRechnung's compiled rules for UBL", required=False),
        SettingSpec(name="xrechnung_cii_rules", doc="path of XRechnung's compiled rules for CII", required=False),
    )

    def target(self, connection: Connection, secret: str) -> InvoiceFolder:  # noqa: ARG002  a folder has none
        """The folder; it is created only inside an existing exchange folder."""
        given = connection.settings.get
        further = validation.FurtherRules(
            peppol=given("peppol_rules", ""),
            xrechnung_ubl=given("xrechnung_ubl_rules", ""),
            xrechnung_cii=given("xrechnung_cii_rules", ""),
        )
        rules = further.validate if validation.available() else None
        folder = InvoiceFolder(Path(connection.settings["folder"]), queue=connection.queue, check=rules)
        if is_exchange(folder.root.parent):
            with suppress(OSError):  # the queue reports it when the folder is next used
                folder.prepare()
        return folder

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing is pulled."""

    def reader(self, connection: Connection) -> None:
        """Nothing is pulled."""


CONNECTOR: Final = InvoiceFolderConnector()
