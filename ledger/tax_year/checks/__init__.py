"""What a careful adviser asks before signing a year's forms, and what is refused before it."""
