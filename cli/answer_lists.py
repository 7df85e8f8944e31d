"""Lists of answers: open questions written out, what was typed kept, what met nothing told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli import show
from cli.talk import Talk, free_name
from cli.writing import refuse_existing
from ledger.text import json_text, safe

if TYPE_CHECKING:
    from ledger.statement_import.answers import AnswerBook
    from ledger.statement_import.draft import FileDraft
    from ledger.statement_import.drafting import StatementImport


def write_open(path: Path, talk: Talk, drafts: Sequence[FileDraft]) -> None:
    """Write the open questions as a list to be given back with --answers, where there are any."""
    if any(draft.questions for draft in drafts):
        save(path, talk, drafts)
    else:
        show.note(f"{path}: not written, no question is open")


def save(wanted: Path | None, talk: Talk, drafts: Sequence[FileDraft]) -> None:
    """Keep what was answered and what is open in one list: alone it brings the import on."""
    from exports.atomic import write_whole  # noqa: PLC0415 - only needed here

    path = wanted or free_name(Path())
    refuse_existing([path], force=None)
    listed = talk.as_file([question for draft in drafts for question in draft.questions])
    write_whole(path, (json_text(listed) + "\n").encode())
    talk.saved = True
    answered = len(talk.given)
    said = f"{answered} answered and " if answered else ""
    show.note(
        f"{path}: {said}{len(listed) - answered} open; put answers for null, then --answers {path}"
    )


def tell_unused(book: AnswerBook, intake: StatementImport, drafts: Sequence[FileDraft]) -> None:
    """Warn of answers and allocations that meet nothing: a wrong line, code or amount.

    Answers for other files are none: one list may serve several imports, so these are counted.
    """
    from ledger.statement_import.sources.allocation import spec_text  # noqa: PLC0415 - loads the store

    for spec in intake.unused_allocations():
        show.note(f"warning: --allocate {spec_text(spec)} fits no row of these files")
    here = {"", *(draft.name for draft in drafts)}
    others: Counter[str] = Counter()
    for given in book.unused():
        if given.file not in here:
            others[safe(given.file, limit=60)] += 1
            continue
        place = f"line {given.line}" if given.line is not None else f"'{given.match}'"
        show.note(
            f"warning: {given.where}: the answer to '{given.code}' for {place} fits no question "
            "of these files and was not used"
        )
    if others:
        listed = ", ".join(f"{name} ({count})" for name, count in others.items())
        show.note(f"answers for files that are not in this import were left aside: {listed}")
