"""Lists of answers: open questions written out, what was typed kept, what met nothing told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli import show
from cli.talk import Talk, free_name
from cli.writing import refuse_existing

if TYPE_CHECKING:
    from ledger.statement_import.answers import AnswerBook
    from ledger.statement_import.draft import FileDraft
    from ledger.statement_import.drafting import StatementImport


def write_open(path: Path, drafts: Sequence[FileDraft]) -> None:
    """Write the open questions as a list to be filled in and given back with --answers."""
    from exports.atomic import write_whole  # noqa: PLC0415 - only this option writes
    from ledger.statement_import.answers import skeleton  # noqa: PLC0415 - loads the store

    asked = skeleton([question for draft in drafts for question in draft.questions])
    if not asked:
        show.note(f"{path}: not written, no question is open")
        return
    refuse_existing([path], force=None)
    write_whole(path, (show.json_text(asked) + "\n").encode())
    show.note(f"{path}: {len(asked)} to answer; put answers for null, then --answers {path}")


def save(wanted: Path | None, talk: Talk, drafts: Sequence[FileDraft]) -> None:
    """Keep what was answered and what is open in a file, for another time."""
    from exports.atomic import write_whole  # noqa: PLC0415 - only needed here

    path = wanted or free_name(Path())
    refuse_existing([path], force=None)
    asked = talk.as_file([question for draft in drafts for question in draft.questions])
    write_whole(path, (show.json_text(asked) + "\n").encode())
    talk.saved = True
    show.note(
        f"{path}: {len(talk.typed)} answered and {len(asked) - len(talk.typed)} open; go on with "
        f"--answers {path}, what is null there is asked"
    )


def tell_unused(book: AnswerBook, intake: StatementImport) -> None:
    """Warn of answers and allocations that meet nothing: a wrong line, code or amount."""
    from ledger.statement_import.sources.allocation import spec_text  # noqa: PLC0415 - loads the store

    for spec in intake.unused_allocations():
        show.note(f"warning: --allocate {spec_text(spec)} fits no row of these files")
    for given in book.unused():
        place = f"line {given.line}" if given.line is not None else f"'{given.match}'"
        show.note(
            f"warning: {given.where}: the answer to '{given.code}' for {place} fits no question "
            "of these files and was not used"
        )
