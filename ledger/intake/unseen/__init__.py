"""What no row shows: gains in price, and money from before the first row."""
