"""Downloads of a corrected history, in two formats, give one figure in any order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulated.downloads import figures


@pytest.mark.parametrize("seed", [6, 12])
def test_files_in_force_and_their_ages_tell_what_was_paid_in(seed: int, tmp_path: Path) -> None:
    assert len(figures(seed, tmp_path, orders=2)) == 1
