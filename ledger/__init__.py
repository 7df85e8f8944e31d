"""What happened to the money, and what the law makes of it: the double-entry ledger."""
