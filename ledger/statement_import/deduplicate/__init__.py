"""What the ledger has already: rows, days, events told by another format, corrected downloads."""
