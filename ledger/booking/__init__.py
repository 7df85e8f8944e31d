"""Booking: what each event debits and credits, and whether basis travels with the value."""

from ledger.booking.amounts import destinations, gross_amount, lacks_basis
from ledger.booking.entries import book, book_all
from ledger.booking.printed import Printed, Told, with_printed
from ledger.booking.receivers import Accounts

__all__ = [
    "Accounts",
    "Printed",
    "Told",
    "book",
    "book_all",
    "destinations",
    "gross_amount",
    "lacks_basis",
    "with_printed",
]
