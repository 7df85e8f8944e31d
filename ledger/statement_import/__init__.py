"""From readings to booked entries: questions, sources, pairs, checks, and the append."""
