"""One person's tax year: what the forms ask, worked out from the story the fold tells."""
