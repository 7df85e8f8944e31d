"""Printed forms beside the ledger: box by box, what differs, why, and what to do about it."""

from ledger.tie_out.tied import tied_out

__all__ = ["tied_out"]
