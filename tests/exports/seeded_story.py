"""One household from its statements to its papers with the clock standing still, run as a program.

``python -m tests.exports.seeded_story FOLDER`` writes there all that is held equal under several
seeds of Python's hashes. Nothing is masked: the only clock is the fixed one, so that even the
head of the ledger's chain is the same in each run.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import shlex
import sys
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
HOUSEHOLD = FIXTURES / "household"
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
EVERY = 10  # of the fixtures' scenarios: all of them would take too long


class _AlsoReal(type):
    """Lets a day or moment of the real classes be one of the fixed ones, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])


class FixedDay(date, metaclass=_AlsoReal):
    """A date that knows one today."""

    @classmethod
    def today(cls) -> Any:
        return NOON.date()


class FixedMoment(datetime, metaclass=_AlsoReal):
    """A datetime that knows one now."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return NOON.astimezone(tz)


def stop_the_clock() -> None:
    """Put the fixed classes in the place of the real ones in every module of ours."""
    for top in ("ledger", "cli", "exports"):
        package = importlib.import_module(top)
        for found in pkgutil.walk_packages(package.__path__, f"{top}."):
            module = importlib.import_module(found.name)
            for name, real, fixed in (
                ("date", date, FixedDay),
                ("datetime", datetime, FixedMoment),
            ):
                if getattr(module, name, None) is real:
                    setattr(module, name, fixed)


def basis(line: str) -> str:
    """Run one command line and return what it printed, refusals included."""
    from cli.main import main  # noqa: PLC0415 - after the clock stands still

    words = [str(HOUSEHOLD / word) if "/" in word else word for word in shlex.split(line)]
    words = [str(HOUSEHOLD / word) if word.startswith("answers_") else word for word in words]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            main.main(["--ledger", "household.db", *words])
        except SystemExit as end:
            said.write(f"exit {end.code}\n")
    return said.getvalue()


def main(folder: Path) -> None:
    """Play the household of the demonstration in the working folder and write what comes of it."""
    stop_the_clock()
    steps = tomllib.loads((HOUSEHOLD / "demo.toml").read_text("utf-8"))["steps"]
    said = [basis("init")]
    for step in steps:
        bare, _, answers = step.partition(" --answers ")
        if answers:  # what is asked of a file before it is brought in
            said.append(basis(f"{bare} --dry-run --json"))
        said.append(basis(step))
    (folder / "said.txt").write_text("\n".join(said), "utf-8")
    for name in ("year-end 2025", "balances", "check 2025", "verify"):
        (folder / f"{name}.json").write_text(basis(f"{name} --json"), "utf-8")
    basis("packet 2025 --taxpayer ellis --to . --html")
    for story in sorted((FIXTURES / "scenarios").glob("*.toml"))[::EVERY]:
        told = basis(f"scenario run {shlex.quote(str(story))} --json")
        (folder / f"{story.stem}.json").write_text(told, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
