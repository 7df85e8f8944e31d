"""Imports the files of a household as its owner would, through the public commands alone."""

from __future__ import annotations

import json
import random
import re
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.main import main
from tests.simulated.households import Household, Stated
from tests.simulated.printers.page import Printed
from tests.simulated.truth import TAXED, Pool, dollars
from tests.simulated.user import Asked, Later, Stuck, User

# the command by which an open point of the ledger says that it is settled
_BALANCE = re.compile(
    r"basis add balance --account (?P<account>\S+)(?: --source (?P<source>\S+))?"
    r" --date (?P<day>[0-9-]{10}) --value VALUE"
)
_ROUNDS = 25  # of answering one import


class DeadEnd(Exception):
    """The owner answers truly and cannot get on."""


class Waits(DeadEnd):
    """What is asked waits for files that the owner does not have."""


class Traceback(Exception):
    """The product broke."""


@dataclass
class Session:
    """One ledger in a folder, and what was said on the way."""

    home: Household
    folder: Path
    ledger: Path = Path()  # one that there is already; else it is made in the folder
    questions: list[tuple[str, str]] = field(default_factory=list)  # code, problem
    said: list[str] = field(default_factory=list)  # commands with their exit codes, to show
    seen: set[str] = field(default_factory=set)  # outdated downloads that were imported
    numbers: dict[str, int] = field(default_factory=dict)  # file -> its import
    kept: dict[str, Printed] = field(default_factory=dict)  # files that are in the ledger

    def __post_init__(self) -> None:
        self.user = User(self.home)
        if self.ledger == Path():
            self.ledger = self.folder / "ledger.db"

    def run(self, *words: str, fails: bool = False) -> Result:
        """Run a command; raise Traceback when it breaks, DeadEnd when it refuses unasked."""
        done = CliRunner().invoke(main, ["--ledger", str(self.ledger), *words])
        self.said.append(f"basis {' '.join(words)}  -> {done.exit_code}")
        broke = done.exception is not None and not isinstance(done.exception, SystemExit)
        if broke or done.exit_code == 70:
            raise Traceback(_trace(done))
        if done.exit_code and not fails:
            raise DeadEnd(f"basis {' '.join(words)}: {_complaint(done)}")
        return done

    def begin(self) -> None:
        """Make the ledger with the household's accounts."""
        owner = self.home.owner
        if not self.ledger.exists():
            self.run("init")
        self.run("taxpayer", "add", owner, "--name", owner.title(), "--born", "1980-05-01")
        for one in self.home.accounts:
            more = ["--number", one.number] if one.number else []
            more += ["--employer", one.employer] if one.employer else []
            more += ["--first-roth-year", "2015"] if one.kind == "401k" else []
            self.run("account", "add", one.id, "--owner", owner, "--kind", one.kind, *more)

        # line 14 of the last Form 8606 before: nothing, where the owner began with nothing
        before = self.home.first_year - 1
        years = self.home.truth.years()
        basis = dollars(years[before].basis_after if before in years else 0)
        form = ("record", "8606", "--taxpayer", owner, "--year", str(before), "--line14", basis)
        self.run(*form)
        self.open()

    def open(self) -> None:
        """Type what was there before the first file, from the statement of that day."""
        for one in self.home.openings:
            words = ["add", "opening", "--account", one.pool.account]
            words += ["--date", one.day.isoformat(), "--value", dollars(one.cents)]
            if one.pool.source:
                basis = dollars(self.home.truth.basis_on(one.pool, one.day))
                words += ["--source", one.pool.source]
                words += ["--basis", basis] if one.pool.source in TAXED else []
            self.run(*words)

    def bring(self, files: Sequence[Printed]) -> None:
        """Import files in one command, answering what is asked.

        Raises Later when what is asked waits for earlier files, DeadEnd when nothing helps.
        """
        olds = [self.home.outdated.get(file.name) for file in files]
        new = [old for old in olds if old is not None and old.name not in self.seen]
        if new:  # the outdated download comes before its correction, after it, or with it
            self.seen |= {old.name for old in new}
            way = (len(self.numbers) + len(files)) % 3
            for batch in ((new, files), (files, new), ([*files, *new],))[way]:
                self.bring(batch)
            return
        words = ["import", *(str(self._file(file)) for file in files)]
        account = next((file.account for file in files if file.account), "")
        words += ["--account", account] if account else []
        if files[0].reader:
            (self.folder / "keeper.toml").write_text(files[0].reader, "utf-8")
            words += ["--as", str(self.folder / "keeper.toml")]
        answers: list[dict[str, Any]] = []
        settled: dict[tuple[str, str, int, str], int] = {}
        for _ in range(_ROUNDS):
            given = ["--answers", str(self._answers(answers))] if answers else []
            stored = self.run(*words, *given, "--json", fails=True)
            if not stored.exit_code:
                self._store(stored, files)
                return
            asked = self._asked(self.run(*words, *given, "--dry-run", "--json", fails=True))
            if not asked:
                raise DeadEnd(_complaint(stored))
            for one in asked:
                if settled.get(one.key):
                    raise DeadEnd(f"asked again after a true answer: {one.code}: {one.problem}")
                self.questions.append((one.code, one.problem))
                try:
                    told = self.user.answer(one, files)
                except Stuck as why:
                    raise DeadEnd(f"{why} [{one.problem}]") from why
                settled[one.key] = 1
                answers += [entry for entry in told if entry not in answers]
        raise DeadEnd(f"still asked after {_ROUNDS} rounds")

    def state(self, balances: Iterable[Stated]) -> None:
        """Type true balances, each as its statement shows it, or import them as rows."""
        listed = list(balances)
        if self.home.balances_in_file and listed:
            self.bring([_as_file(listed, len(self.said))])
            return
        for one in listed:
            source = ["--source", one.pool.source] if one.pool.source else []
            words = ["add", "balance", "--account", one.pool.account, *source]
            words += ["--date", one.day.isoformat(), "--value", dollars(one.cents)]
            done = self.run(*words, fails=True)
            if done.exit_code == 1:  # it is doubted: the statement says so all the same
                self.run(*words, "--accept-difference")
            elif done.exit_code:
                raise DeadEnd(f"basis {' '.join(words)}: {_complaint(done)}")

    def settle(self) -> None:
        """Say the values that the ledger still asks for, each by the command that it names."""
        said: set[str] = set()
        for _ in range(_ROUNDS):
            refused = _json(self.run("check", "--json", fails=True)).get("refused", ())
            wanted = [m for one in refused for m in _BALANCE.finditer(one["remedy"])]
            new = {m[0]: m for m in wanted if m[0] not in said}
            if not new:
                return
            said |= new.keys()
            for found in new.values():
                pool = Pool(found["account"], found["source"] or "")
                day = date.fromisoformat(found["day"])
                self.questions.append(("value_needed", found[0]))
                self.state([Stated(pool, day, self.home.truth.value_on(pool, day))])

    def undo(self, file: Printed) -> None:
        """Take the import of a file back."""
        if file.name in self.numbers:
            self.run("undo", str(self.numbers.pop(file.name)), "--why", "to be imported again")
            del self.kept[file.name]
            self.user.known = {n for one in self.kept.values() for n in one.movements}

    def _file(self, one: Printed) -> Path:
        path = self.folder / one.name
        path.write_text(one.text, "utf-8")
        return path

    def _answers(self, answers: Sequence[dict[str, Any]]) -> Path:
        path = self.folder / "answers.json"
        path.write_text(json.dumps(list(answers), indent=1), "utf-8")
        return path

    def _asked(self, done: Result) -> list[Asked]:
        """Return the open questions of a dry run; refusals end here."""
        told = _json(done)
        if told.get("errors") or told.get("unread") or done.exit_code:
            raise DeadEnd(_complaint(done))
        return [
            Asked.of(file["file"], question)
            for file in told["files"]
            for question in file["questions"]
        ]

    def _store(self, done: Result, files: Sequence[Printed]) -> None:
        for file in _json(done).get("files", ()):
            if file.get("import"):
                self.numbers[file["file"]] = file["import"]
        for one in files:
            self.kept[one.name] = one
            self.user.known |= one.movements


def _json(done: Result) -> dict[str, Any]:
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise DeadEnd(_complaint(done)) from None
    return told if isinstance(told, dict) else {"list": told}


def _complaint(done: Result) -> str:
    """Return what a command said of its failure, in one line."""
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return " ".join(done.output.split())[:600]
    faults = [*told.get("errors", ()), *told.get("differences", ())]
    faults += [fault for one in told.get("unread", ()) for fault in one["errors"]]
    return "; ".join(f"{f.get('code', '')}: {f['problem']}" for f in faults)[:900]


def _trace(done: Result) -> str:
    if done.exc_info is None or isinstance(done.exception, SystemExit):
        return _complaint(done)
    return "".join(traceback.format_exception(*done.exc_info)[-6:])


def import_beside(home: Household, session: Session) -> None:
    """Bring the household beside into the same ledger; what it cannot settle is left out."""
    folder = session.folder / home.owner
    folder.mkdir()
    other = Session(home, folder, session.ledger)
    other.begin()
    with suppress(DeadEnd, Later):
        for file in _oldest(home.files):
            other.bring([file])


# ---- orders -----------------------------------------------------------------------------


def _batches(files: Sequence[Printed]) -> list[list[Printed]]:
    """Put files together that one command takes: those of one plan, with all that name theirs."""
    plans = list(dict.fromkeys((one.account, one.reader) for one in files if one.account))
    free = [one for one in files if not one.account]
    groups = [[one for one in files if (one.account, one.reader) == plan] for plan in plans]
    if not groups or groups[0][0].reader:
        return [one for one in (*groups, free) if one]
    groups[0] = groups[0] + free
    return groups


def _as_file(balances: Sequence[Stated], number: int) -> Printed:
    """Return balances as a plain CSV, as an owner types them from year-end statements."""
    rows = [
        f"{one.day:%m/%d/%Y},{one.pool.account},balance,{one.pool.source},{dollars(one.cents)}"
        for one in balances
    ]
    text = "\n".join(["Date,Account,Type,Source,Amount", *rows]) + "\n"
    days = [one.day for one in balances]
    return Printed(f"balances_{number}.csv", text, "balances", "", {}, min(days), max(days))


def _oldest(files: Iterable[Printed]) -> list[Printed]:
    return sorted(files, key=lambda one: (one.first, one.last, one.account))


def together(session: Session, draw: random.Random) -> None:
    """All files of a plan and of the IRAs in one command, the balances after it."""
    del draw
    for batch in _batches(_oldest(session.home.files)):
        session.bring(batch)
    session.state(session.home.balances)


def oldest_first(session: Session, draw: random.Random) -> None:
    """One file after another, and the balances of a year after its files."""
    del draw
    balances = sorted(session.home.balances, key=lambda one: one.day)
    for file in _oldest(session.home.files):
        while balances and balances[0].day < file.first:
            session.state([balances.pop(0)])
        session.bring([file])
    session.state(balances)


def newest_first(session: Session, draw: random.Random) -> None:
    """One file after another, the newest first, the balances last."""
    del draw
    _one_by_one(session, list(reversed(_oldest(session.home.files))))
    session.state(session.home.balances)


def shuffled(session: Session, draw: random.Random) -> None:
    """Files in any order, the balances last."""
    files = list(session.home.files)
    draw.shuffle(files)
    _one_by_one(session, files)
    balances = list(session.home.balances)
    draw.shuffle(balances)
    session.state(balances)


def twice(session: Session, draw: random.Random) -> None:
    """Oldest first, one file taken back and imported again, and another imported twice, renamed."""
    files = _oldest(session.home.files)
    for file in files:
        session.bring([file])
    again = draw.choice(files)
    session.undo(again)
    session.bring([again])
    other = draw.choice(files)
    session.bring([_renamed(other)])
    session.state(session.home.balances)


def balances_early(session: Session, draw: random.Random) -> None:
    """The balances as soon as the first files are in, before the others."""
    del draw
    files = _oldest(session.home.files)
    first = {one.account or "iras": one for one in reversed(files)}
    for file in first.values():
        session.bring([file])
    session.state(session.home.balances)
    _one_by_one(session, [one for one in files if one not in first.values()])


ORDERS = {
    "together": together,
    "oldest": oldest_first,
    "newest": newest_first,
    "shuffled": shuffled,
    "twice": twice,
    "balances": balances_early,
}


def _one_by_one(session: Session, files: Sequence[Printed]) -> None:
    """Import one after another; what waits for earlier files comes after them."""
    waiting = list(files)
    while waiting:
        left, why = [], ""
        for file in waiting:
            try:
                session.bring([file])
            except Later as reason:
                left.append(file)
                why = str(reason)
        if len(left) == len(waiting):
            raise Waits(f"it waits for earlier files that there are not: {why}")
        waiting = left


def _renamed(file: Printed) -> Printed:
    stem, _, ending = file.name.rpartition(".")
    return replace(file, name=f"{stem} (1).{ending}")
