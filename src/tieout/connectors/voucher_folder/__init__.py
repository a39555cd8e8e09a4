"""A voucher folder: posting by file exchange, as mid-size ERPs import vouchers. See README.md for the contract."""

from __future__ import annotations

from tieout.connectors.voucher_folder.target import VoucherFolder

__all__ = ["VoucherFolder"]
