"""Questions about a whole file: whose it is, and whether another file has told the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.events import EventKind
from ledger.importers.base import counted
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.questions.question import IGNORE, Question
from ledger.text import safe, typed

ALL = "all of the source"
_SHOWN = 4  # places written out


@dataclass(frozen=True, kw_only=True)
class AccountUnknown(Question):
    """A number or name of a file that no account of the chart has.

    The answer is remembered, but asked at a whole file only for that file and its import: the
    words may be those of another household's account in a later one.
    """

    code = "account_unknown"
    asked_in = ("accounts",)
    asks = "whose account a number is"
    answered = (
        "`basis account add … --number`, an account, or `ignore` for one that is no retirement "
        "account"
    )
    why = (
        "Every row belongs to one account of the ledger. A file says which by a number or a name, "
        "and this one is new here. An account that the ledger lacks is added first (type q): "
        "basis account add ID --owner … --kind … --number …. The answer is remembered."
    )
    means = {"ignore": "it is no retirement account of this ledger: leave its rows out"}
    lasting = True

    fitting: tuple[str, ...]  # accounts of the chart that it can be
    likely: str = ""  # the one of them that institution, employer or earlier files speak for
    title: str = ""  # what the file calls it beside its number
    owner: str = "TAXPAYER"
    of_kind: str = "KIND"  # what its title says it is

    @property
    def general(self) -> bool:
        return super().general and not self.at.is_file

    @property
    def everywhere(self) -> str:
        return self.match

    @property
    def problem(self) -> str:
        named = f" ('{safe(self.title, limit=60)}' in the file)" if self.title else ""
        return f"no account has the number or name '{self._shown}'{named}"

    @property
    def remedy(self) -> str:
        return (
            f"add it with: {self.command}, name one with --account ID, or answer "
            f"{self.written(IGNORE)} when it is no retirement account"
        )

    @property
    def choices(self) -> tuple[str, ...]:
        return (*self.fitting, IGNORE)

    @property
    def proposal(self) -> str:
        return self.likely or (self.fitting[0] if len(self.fitting) == 1 else "")

    @property
    def command(self) -> str:
        return (
            f"basis account add ID --owner {self.owner} --kind {self.of_kind} "
            f"--number {typed(self._shown)}"
        )

    @property
    def _shown(self) -> str:
        return safe(self.match, limit=60)


@dataclass(frozen=True, kw_only=True)
class FileNamesNoAccount(AccountUnknown):
    """A file that does not say at all which account it is of.

    One answer serves all such files of a reader in the import, and none of a later one.
    """

    safe = True
    lasting = False

    reader: str  # of the file

    @property
    def problem(self) -> str:
        return "the file does not say which account it is of"

    @property
    def remedy(self) -> str:
        return f"name it with --account ID, or answer {self.written('ID', for_all=True)}"

    @property
    def everywhere(self) -> str:
        return self.reader

    @property
    def command(self) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class AccountRounded(FileNamesNoAccount):
    """A number that a spreadsheet rounded; the answer holds for this file alone."""

    safe = False
    proposal = ""
    everywhere = ""

    text: str

    @property
    def problem(self) -> str:
        return (
            "a spreadsheet program rounded the account number to "
            f"'{safe(self.text, limit=60)}': the number is lost, and other accounts may be "
            "rounded to the same"
        )

    @property
    def remedy(self) -> str:
        return (
            "download the file again and import it as it comes, without opening it in a "
            "spreadsheet, or name the account with --account ID if all rows are of one"
        )


@dataclass(frozen=True, kw_only=True)
class FileKnown(Question):
    """A file that another account has already, byte for byte."""

    code = "file_known"
    asked_in = ("known files",)
    choices = ("again",)
    asks = "the very file was imported into another account"
    answered = (
        "`again` to book all of it a second time; else name the right account, or `basis undo` "
        "the other import"
    )
    why = (
        "The same file in two accounts would book all of its money twice. If this is the right "
        "account, type q and take the other import back with basis undo."
    )
    means = {"again": "book all of it here as well"}

    name: str  # under which it was imported
    other: str  # the account that it was imported into
    number: int  # of that import, 0 where it is this one

    @property
    def problem(self) -> str:
        name = safe(self.name, limit=80)
        brought = f"was imported into {self.other} as import {self.number}"
        if not self.number:
            brought = f"of this import is of {self.other}"
        return f"{name} {brought}: the same file, byte for byte"

    @property
    def remedy(self) -> str:
        if not self.number:
            return (
                f"import only one of the two; or answer {self.written('again')} to book all of it "
                f"in {self.account} as well"
            )
        return (
            f"name the account it is of with --account {self.other}, take the other import back "
            f"with: {self.command}; or answer {self.written('again')} to book all of it in "
            f"{self.account} as well"
        )

    @property
    def command(self) -> str:
        return f'basis undo {self.number} --why "…"'


@dataclass(frozen=True, kw_only=True)
class ReadingUnconfirmed(Question):
    """Rows of a layout that is known from little evidence."""

    code = "reading_unconfirmed"
    asked_in = ("confirmation",)
    choices = ("confirm",)
    proposal = "confirm"
    rank = 5  # when every row is as it will be booked
    asks = (
        "whether a layout that is known from little evidence was read rightly; once for each "
        "reader and account"
    )
    answered = "`confirm` (or `--yes`), after comparing the rows with the statement"
    why = (
        "Few files of this layout were seen when the reader was written. Compare the rows above "
        "with the statement: days, kinds, amounts and signs. It is asked once for each account."
    )
    means = {"confirm": "the rows agree with the statement"}
    lasting = True
    safe = True

    grade: str  # of the evidence, B or C
    read_as: str  # the rows in a line
    evidence = {"B": "one program that reads real files", "C": "a description only"}

    @property
    def problem(self) -> str:
        return (
            f"this layout of {self.match} is known from {self.evidence[self.grade]} "
            f"(evidence {self.grade}); read as {self.read_as}"
        )

    @property
    def remedy(self) -> str:
        return (
            "compare each row with the statement (--dry-run lists them), then answer "
            f"{self.written(self.proposal)} or add --yes"
        )


@dataclass(frozen=True, kw_only=True)
class TotalsDiffer(Question):
    """Rows of one day and kind whose total is not what another reader brought."""

    SKIP, BOOK, INSTEAD = "skip", "book", "instead"
    code = "totals_differ"
    asked_in = ("covered pages", "other formats")
    choices = (SKIP, BOOK, INSTEAD)
    asks = "two files of one plan show different totals for a day"
    answered = (
        "`skip` to keep what is booked, `instead` where the recordkeeper corrected that since and "
        "these rows are right, or `book` where they are further money"
    )
    why = (
        "Two files of one plan show different totals for a day. Either one of them is incomplete "
        "or older than a correction, or these rows are further money."
    )
    means = {
        "skip": "keep what is booked",
        "book": "these rows are further money: book them",
        "instead": "what is booked was corrected: these rows take its place",
    }

    day: date
    what: RowKind
    here: Money | str  # ALL where an answer said so
    booked: Money | str
    importer: str  # that brought what is booked
    booked_at: tuple[str, ...] = ()  # of what is booked

    @property
    def problem(self) -> str:
        shown = ", ".join(safe(place, limit=60) for place in self.booked_at[:_SHOWN])
        more = f" and {len(self.booked_at) - _SHOWN} more" if len(self.booked_at) > _SHOWN else ""
        return (
            f"{self.day.isoformat()} {self.what.value}: {self.here} here, {self.booked} in the "
            f"ledger by {self.importer}{f' ({shown}{more})' if shown else ''}"
        )

    @property
    def remedy(self) -> str:
        return (
            f"compare both files; answer {self.written(self.SKIP)} to keep what is booked, "
            f'"{self.INSTEAD}" where it was corrected and these rows are right, or "{self.BOOK}" '
            "when these rows are further money"
        )


@dataclass(frozen=True, kw_only=True)
class RowsMissing(Question):
    """Rows that an earlier download, or version, of a file showed and this one does not."""

    ACCEPT, OLDER, KEEP, EACH = "accept", "older", "keep", "each"
    code = "rows_missing"
    asked_in = ("known rows",)
    asks = (
        "rows that an earlier download, or an earlier version of a plain CSV, showed are gone; "
        "each day is told as it was, with its entries, and as it is now. Of two files of one "
        "import that show other rows of the same days it is asked which one is the newer"
    )
    answered = (
        "`accept` when the file is the newer one: books its rows and leaves the entries of the "
        "old ones out; `older` when it is the older one: what is booked, or shown "
        "by the other file of its import, stays, and what it alone shows of those days is left "
        "out; `keep` books its rows beside the others; `each` asks of every other file by itself"
    )
    why = (
        "A download that does not show a row which another one shows means that the recordkeeper "
        "corrected it, and that one of the two files is older. Both stand above, day by day; were "
        "the rows of both booked, their money would count twice. A file that ends earlier is "
        "mostly the older one. basis undo of this import puts all back as it was."
    )
    means = {
        "accept": "this file is the newer: its rows take the place of the others, in one step",
        "older": "this file is the older: leave out what it alone shows of those days",
        "keep": "the rows of both count: book these beside the others",
        "each": "this file is newer than one of the others and older than another: ask of each",
    }

    gone: int  # rows that are not shown any more
    typed: bool  # by hand, so that a person changed it
    by_day: str  # what each day was and is
    entries: str  # made of those rows, "" without any
    others: str = ""  # the files that show other rows
    together: str = ""  # files of the same import that show other rows, "" without any
    goes_to: date | None = None  # last day of what is booked of the days of this file
    ends: date | None = None  # last day of this file
    reversed: str = ""  # entries of equal rows that this file does show, reversed by hand

    @property
    def problem(self) -> str:
        if self.together:
            return (
                f"{self.together} and this file, of one import, show other rows of {self.account} "
                "for the same days, and nothing tells which of them is the newer download: "
                f"{self.by_day}"
            )
        return f"{self._told}: {self.by_day}{self._doubled}"

    @property
    def _doubled(self) -> str:
        if not self.reversed:
            return ""
        return (
            f"; {self.reversed}, of an equal row that this file shows, was reversed by hand: where "
            "the row that is gone is the one that was reversed, both are settled"
        )

    @property
    def _told(self) -> str:
        if not self.gone:
            return (
                f"this file shows rows of {self.account} that {self.others} does not, though it "
                "goes over their days: either they came later, or they were taken back"
            )
        many = f"{counted(self.gone, 'row')} of {self.account}"
        verb = "is" if self.gone == 1 else "are"
        if self.typed or self.goes_to is None or self.ends is None:
            by = "somebody" if self.typed else "the recordkeeper"
            return (
                f"{many} that an earlier file showed {verb} not in this one, {by} may have "
                f"{'changed' if self.typed else 'corrected'} them"
            )
        booked, ends = self.goes_to.isoformat(), self.ends.isoformat()
        if self._is_older:
            return (
                f"{many} that {verb} booked {verb} not in this file; the booked file goes on to "
                f"{booked} and this one to {ends} only: this one is probably the older download, "
                "and the recordkeeper corrected rows after it"
            )
        return (
            f"{many} that an earlier file (to {booked}) showed {verb} not in this one (to {ends}), "
            "the recordkeeper may have corrected them"
        )

    @property
    def _is_older(self) -> bool:
        """Whether the days speak for a download made before what is booked."""
        return self.goes_to is not None and self.ends is not None and self.ends < self.goes_to

    @property
    def remedy(self) -> str:
        return "; ".join(self._ways)

    @property
    def _ways(self) -> list[str]:
        """What each answer does, the first one to type as it stands in a list of answers."""
        first, *others = [(choice, self._when(choice)) for choice in self.choices]
        told = [f"answer {self.written(first[0])} {first[1]}"]
        told += [f'"{choice}" {when}' for choice, when in others]
        told[-1] = f"or {told[-1]}"
        return told

    def _when(self, choice: str) -> str:
        if choice == self.OLDER:
            return (
                "when this file is the older one: what it alone shows of those days is left out, "
                f"and {'the rows of the other stay' if self.together else 'what is booked stays'}"
            )
        if choice == self.KEEP and self.reversed:
            return f"when what is gone is the double that {self.reversed} was reversed for"
        if choice == self.KEEP:
            return "when the rows of both count"
        if choice == self.EACH:
            return "when it is newer than one of them and older than another"
        out = f" and leaves {self.entries} out" if self.entries else ""
        return f"when this file is the newer one: it books its rows{out} in one step"

    @property
    def choices(self) -> tuple[str, ...]:
        each = (self.EACH,) if ", " in self.others else ()
        return (*self._of_all, *each)

    @property
    def _of_all(self) -> tuple[str, ...]:
        newer = (self.ACCEPT,)
        if self.typed and not self.together:  # somebody changed it, and has the newer one
            return (*newer, self.KEEP)
        older = (self.OLDER,)
        return (*older, *newer, self.KEEP) if self._is_older else (*newer, *older, self.KEEP)


@dataclass(frozen=True, kw_only=True)
class SameEventsOtherFormat(Question):
    """Rows of an account that tell what a file of another format has brought."""

    SAME, FURTHER = "same", "further"
    code = "same_events_other_format"
    asked_in = ("taken back elsewhere", "other formats")
    choices = (SAME, FURTHER)
    proposal = SAME
    asks = "rows tell what a file of another format (or your typing) has brought already"
    answered = (
        "`same` (proposed; `--yes` takes it) books them once; `further` when they are money of "
        "their own. Holds for the account. Equal amounts up to four days apart, or in another "
        "word (a contribution and a rollover), are asked about one by one, a payday that one file "
        "has by fund and the other by source in total, and nothing is proposed; where the two "
        "count for different tax years, `instead` has that of this file stand"
    )
    why = (
        "Two files of one account in different formats tell the same money in other words. Booked "
        "twice, it would be counted twice."
    )
    means = {"same": "they tell the same money: book it once", "further": "it is other money"}
    lasting = True
    safe = True

    importer: str  # of this file
    reader: str  # of the other one, in words
    told: str  # the first rows, in a line

    @property
    def problem(self) -> str:
        many = len(self.lines)
        return (
            f"{counted(many, 'row')} of {self.account} in this file ({self.importer}) "
            f"{'tells' if many == 1 else 'tell'} what the ledger has from {self.reader}: "
            f"{self.told}"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.SAME)} or add --yes to keep them booked once; "
            f'"{self.FURTHER}" when they are money of their own. The answer holds for the account '
            "from now on"
        )


@dataclass(frozen=True, kw_only=True)
class SameEventNearby(Question):
    """Rows whose like the other format has some days away, or for another tax year.

    They may be two of one week.
    """

    INSTEAD = "instead"
    code = SameEventsOtherFormat.code
    asked_in = ("other formats",)
    why = SameEventsOtherFormat.why
    means = {
        **SameEventsOtherFormat.means,
        "instead": "they tell the same money, and what this file says of it is right",
    }

    what: RowKind
    amount: Money
    day: date
    reader: str
    near: date  # on which the other format shows it
    shown: EventKind  # as what
    years: tuple[int, int] | None  # that it counts for, here and there, where these differ
    states: str = ""  # what only this row states of it: tax withheld, an exception

    @property
    def choices(self) -> tuple[str, ...]:
        instead = (self.INSTEAD,) if self.years or self.states else ()
        return (SameEventsOtherFormat.SAME, SameEventsOtherFormat.FURTHER, *instead)

    @property
    def alike(self) -> tuple[str, ...]:
        return () if self.years or self.states else (self.reader, self.shown)

    @property
    def problem(self) -> str:
        counts = ""
        if self.years:
            here, there = self.years
            counts = f"; here it counts for tax year {here}, there for {there}"
        if self.states:
            counts += f"; only this file states {safe(self.states, limit=80)}"
        return (
            f"{self.what.value.replace('_', ' ')} of {self.amount}{self.in_rows} on "
            f"{self.day.isoformat()}: {self.reader} shows as much on {self.near.isoformat()} "
            f"({self.shown.value.replace('_', ' ')}){counts}{'' if self.whole else self.more}"
        )

    @property
    def remedy(self) -> str:
        same, further, *instead = self.choices
        said = self.written(same) if self.whole else self.written_for_each(same)
        right = ""
        if self.years:
            right = (
                f', "{instead[0]}" where it is the same and counts for {self.years[0]} (the form '
                "that reports it says which: 1099-R, 5498 or W-2)"
            )
        elif self.states:
            right = f', "{instead[0]}" where it is the same and what this file states is right'
        return (
            f'answer {said} to keep it booked once{right}, or "{further}" when it '
            "is money of its own"
        )


@dataclass(frozen=True, kw_only=True)
class SameInThreeFormats(Question):
    """Rows that one format has booked, and whose like a third has on a day too far from that."""

    SAME, FURTHER = "same", "further"
    code = "same_in_three_formats"
    asked_in = ("other formats",)
    choices = (SAME, FURTHER)
    asks = (
        "rows tell what another format has booked, and a third has booked as much on a day that "
        "is near theirs, but too far from that of the other to be compared with it"
    )
    answered = (
        "`same` where all three tell one event: it is booked once; `further` where what the third "
        "has is money of its own"
    )
    why = (
        "Two files of other formats have booked as much on days that lie far apart, and the day of "
        "this row is near both. Where all of them tell one event, it counts twice."
    )
    means = {
        "same": "all three tell one event: book it once",
        "further": "what the third format has is other money",
    }

    what: RowKind
    amount: Money
    day: date
    booked: date  # on which the other format has it
    reader: str  # of the third format, in words
    near: date  # on which that has as much

    @property
    def problem(self) -> str:
        return (
            f"{self.what.value.replace('_', ' ')} of {self.amount}{self.in_rows} on "
            f"{self.day.isoformat()} is booked as of {self.booked.isoformat()}, and "
            f"{self.reader} has booked as much on {self.near.isoformat()}"
        )

    @property
    def remedy(self) -> str:
        return (
            f"answer {self.written(self.SAME)} where all of them are one event, to keep it booked "
            f'once, or "{self.FURTHER}" when that is money of its own'
        )


@dataclass(frozen=True, kw_only=True)
class SameAsReversed(Question):
    """A row that tells what an entry told that somebody reversed, and that no other tells."""

    LEAVE, BOOK = "leave", "book"
    code = "same_as_reversed"
    asked_in = ("other formats",)
    choices = (LEAVE, BOOK)
    asks = (
        "a row tells what an entry told that was reversed by hand, or that a newer download of "
        "another format lacks, and nothing else tells it"
    )
    answered = (
        "`leave` where the row is as wrong as the entry was; `book` where the row is right, as "
        "when the entry had been typed twice"
    )
    why = (
        "An entry of another file, or a typed one, told the same and was reversed. Whether the "
        "event did not happen, or was only entered wrongly, is in no file."
    )
    means = {"leave": "as wrong as the entry: do not book it", "book": "it is right: book it"}
    told_again = True

    what: RowKind
    amount: Money
    day: date
    entry: int  # 0 where nothing was booked
    there: str  # its place
    reason: str  # why it was reversed
    by: str = ""  # the newer download that lacks its row, where nobody reversed it

    @property
    def problem(self) -> str:
        there = safe(self.there, limit=80)
        told = f"entry {self.entry} ({there})" if self.entry else there
        gone = f"which {safe(self.by, limit=80)} does not show any more"
        return (
            f"{self.what.value.replace('_', ' ')} of {self.amount} on {self.day.isoformat()} tells "
            f"what {told} told, "
            f"{gone if self.by else f'which was reversed: {safe(self.reason, limit=80)}'}"
        )

    @property
    def remedy(self) -> str:
        return (
            f'answer {self.written(self.LEAVE)} where it is as wrong, or "{self.BOOK}" where this '
            "row is right"
        )
