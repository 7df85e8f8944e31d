"""basis form: which file is written, for whom, and what is said when it is no official form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from exports.blanks import known_forms
from exports.official import values_in
from tests.exports.test_official import own_blank

Basis = Callable[..., Result]
PAID_IN = ("add", "contribution", "--account", "ira", "--date", "2025-03-03", "--amount", "7000")


@pytest.fixture
def nondeductible(household: Basis) -> Basis:
    assert household(*PAID_IN).exit_code == 0
    return household


@pytest.fixture
def blank() -> str:
    layout = known_forms()["8606"].of(2025)
    assert layout is not None
    Path("f8606.pdf").write_bytes(own_blank(layout))
    return "f8606.pdf"


def test_the_official_form_is_filled_in(nondeductible: Basis, blank: str) -> None:
    done = nondeductible("form", "8606", "2025", "--blank", blank, "--to", "out")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "wrote out/rose-8606-2025.pdf",
        (
            "this copy of the form was not seen before: its fields have the known names; compare "
            "the figures with the packet before it is filed"
        ),
    ]
    path = Path("out/rose-8606-2025.pdf")
    assert path.stat().st_mode & 0o777 == 0o600
    layout = known_forms()["8606"].of(2025)
    assert layout is not None
    assert values_in(path.read_bytes(), layout) == {
        "name": "Rose Green",
        "1": "7,000.00",
        "2": "0.00",
        "3": "7,000.00",
        "14": "7,000.00",
    }


def test_without_a_blank_a_substitute_is_written_and_named(nondeductible: Basis) -> None:
    done = nondeductible("form", "8606", "2025", "--to", "rose.pdf")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "wrote rose.pdf",
        "SUBSTITUTE: NOT THE IRS FORM: no blank form was given (--blank FILE, from irs.gov)",
    ]


def test_a_form_that_nobody_needs_is_not_written(nondeductible: Basis) -> None:
    done = nondeductible("form", "5329", "2025", "--to", "out")
    assert done.exit_code == 2
    assert "no line of a Form 5329 is filled in for anybody" in done.stderr
    assert not Path("out").exists()


def test_two_people_do_not_share_one_file(nondeductible: Basis, blank: str) -> None:
    nondeductible("taxpayer", "add", "paul", "--name", "Paul Green", "--born", "1971-02-03")
    nondeductible("account", "add", "ira2", "--owner", "paul", "--kind", "traditional_ira")
    more = (*PAID_IN[:3], "ira2", *PAID_IN[4:])
    assert nondeductible(*more).exit_code == 0
    done = nondeductible("form", "8606", "2025", "--blank", blank, "--to", "both.pdf")
    assert done.exit_code == 2
    assert "paul-8606-2025.pdf, rose-8606-2025.pdf" in done.stderr
    done = nondeductible("form", "8606", "2025", "--blank", blank, "--to", "out")
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "paul-8606-2025.pdf",
        "rose-8606-2025.pdf",
    ]


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_the_blank_is_never_overwritten(
    nondeductible: Basis, blank: str, force: tuple[str, ...]
) -> None:
    before = Path(blank).read_bytes()
    done = nondeductible("form", "8606", "2025", "--blank", blank, "--to", blank, *force)
    assert done.exit_code == 2
    assert "this is the file that is read: name another file" in done.stderr
    assert Path(blank).read_bytes() == before


def test_each_decedent_has_a_form_of_their_own(basis: Basis) -> None:
    story = Path(__file__).parents[2] / "fixtures" / "scenarios" / "inherited-form-of-its-own.toml"
    basis("init")
    assert basis("scenario", "load", str(story)).exit_code == 0
    done = basis("form", "8606", "2024", "--to", "out")
    assert done.stdout.splitlines()[0] == "wrote out/rose-8606-2024-Ann_Green.pdf"
