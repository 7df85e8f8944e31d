"""Readers of recordkeepers' files: text in, Records out; no law and no guessing."""
