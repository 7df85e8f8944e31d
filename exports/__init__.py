"""Exports lay finished figures out and write them; they compute nothing."""
