"""Migrations of the ledger file: frozen revisions that Alembic applies in order."""
