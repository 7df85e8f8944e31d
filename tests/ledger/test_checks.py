"""The checks of a person's year: none is forgotten, none runs twice, and none reads another."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from ledger.tax_year import checks
from ledger.tax_year.checks.context import Check
from ledger.tax_year.checks.every import CHECKS


def written() -> Iterator[Check]:
    """Go through the public functions of the package that look at a context for findings."""
    for found in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"{checks.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            said = inspect.get_annotations(function)
            yields = (said.get("context"), said.get("return")) == (
                "CheckContext",
                "Iterator[Finding]",
            )
            if yields and not name.startswith("_") and function.__module__ == module.__name__:
                yield function


def test_every_check_that_is_written_runs_once() -> None:
    names = [f"{check.__module__}.{check.__name__}" for check in written()]
    run = [f"{check.__module__}.{check.__name__}" for check in CHECKS]
    assert sorted(run) == sorted(names)
    assert len(run) > 50
