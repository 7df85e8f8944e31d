"""The day-by-day fold: balances and basis of every pool, moved when the event happens."""
