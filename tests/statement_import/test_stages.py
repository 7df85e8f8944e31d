"""The table of stages is whole: every question has a stage that asks it, every stage its words."""

from __future__ import annotations

from ledger.statement_import.questions.registry import ALL
from ledger.statement_import.stages import PHASES


def test_every_question_names_the_stages_that_ask_it() -> None:
    """That they do ask it, and no other, is held against every question of all tests."""
    names = {stage.name for phase in PHASES for stage in phase}
    assert all(question.asked_in and names >= {*question.asked_in} for question in ALL)


def test_every_stage_says_what_it_is_what_it_reads_and_what_it_writes() -> None:
    stages = [stage for phase in PHASES for stage in phase]
    assert all(stage.name and stage.reads and stage.writes for stage in stages)
    assert len({stage.name for stage in stages}) == len(stages)


def test_no_phase_begins_over_all_files_and_goes_on_file_by_file() -> None:
    """What runs once runs after the files of its phase, or is all there is of it."""
    for phase in PHASES:
        once = [stage.once for stage in phase]
        assert once == sorted(once)
