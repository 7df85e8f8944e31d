"""Which source of a plan a row belongs to, where the file does not say it."""
