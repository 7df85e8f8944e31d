"""What one row says, and what it leaves open."""
