"""The table of stages is whole: every question has a stage that asks it, every stage its words."""

from __future__ import annotations

from ledger.statement_import.questions.registry import ALL
from ledger.statement_import.stages import PHASES, asked_by_stages

# The base of several questions about the other account of a movement; it is never asked itself.
BASES = {"PartnerUnknown"}


def test_every_question_is_asked_by_a_stage_of_the_table() -> None:
    asked = {question.__name__ for question in asked_by_stages()}
    assert asked == {question.__name__ for question in ALL} - BASES


def test_every_stage_says_what_it_reads_and_writes() -> None:
    assert all(stage.reads and stage.writes for phase in PHASES for stage in phase)


def test_no_phase_begins_over_all_files_and_goes_on_file_by_file() -> None:
    """What runs once runs after the files of its phase, or is all there is of it."""
    for phase in PHASES:
        once = [stage.once for stage in phase]
        assert once == sorted(once)
