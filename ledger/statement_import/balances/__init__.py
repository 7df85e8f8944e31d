"""What a statement states: balances, openings and values of year end."""
