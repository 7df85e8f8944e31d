"""Scenario files: a whole story in one TOML text, read into books and written from books."""

from ledger.scenario.reader import parse, read
from ledger.scenario.story import Expectation, Scenario
from ledger.scenario.writer import write

__all__ = ["Expectation", "Scenario", "parse", "read", "write"]
