"""Two sides of one movement of money."""
