"""The legend of six tax programs: every place has its source, and what has none is said so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from exports.software_lines import NOT_LOOKED_UP, legend_table, software_lines
from ledger.forms.form import Form
from tests.exports.sample import plain_year


def test_each_place_is_of_a_program_and_a_line_and_names_a_page() -> None:
    told = software_lines()
    for place in told.places:
        assert place.program in told.programs
        assert place.line in told.lines
        assert place.where.strip()
        assert urlsplit(place.source).scheme in {"http", "https"}
        assert place.site.count(".") == 1
    once = Counter((place.program, place.line) for place in told.places)
    assert set(once.values()) == {1}


def test_what_no_source_was_found_for_is_not_looked_up() -> None:
    told = software_lines()
    rows = [*told.rows(told.lines)]
    for program in told.programs:
        mine = [row for row in rows if row[0] == program]
        found = [row[1] for row in mine if row[1] != NOT_LOOKED_UP]
        left = "; ".join(str(row[2]) for row in mine if row[1] == NOT_LOOKED_UP)
        for words in told.lines.values():
            assert (words in found) != (words in left.split("; ")), (program, words)


def test_a_source_that_names_no_year_says_so() -> None:
    years = {
        str(row[3])
        for row in software_lines().rows(software_lines().lines)
        if row[1] != NOT_LOOKED_UP
    }
    assert "not stated" in years
    assert all(year == "not stated" or year.isdigit() for year in years)


def test_the_six_programs_are_there() -> None:
    assert software_lines().programs == (
        "Lacerte",
        "Drake",
        "UltraTax CS",
        "ProSeries",
        "TurboTax",
        "FreeTaxUSA",
    )


def test_only_lines_with_an_amount_in_the_year_are_told() -> None:
    """A year of the sample has Forms 1099-R, a contribution, basis and a conversion."""
    told = {row[1] for row in legend_table(plain_year()).rows}
    assert {"Form 1099-R", "Form 8606, line 8: converted"} <= told
    assert "Schedule 1, line 20: IRA deduction" not in told
    quiet = replace(plain_year(), f8606=Form("8606", {}), f5329=Form("5329", {}), forms_1099r=())
    assert legend_table(quiet).rows == ()
