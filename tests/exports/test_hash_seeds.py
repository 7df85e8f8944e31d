"""The same facts give the same bytes, whatever order Python's hashes put texts in a set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SEEDS = range(5)


def written(folder: Path, seed: int) -> Mapping[str, str]:
    """Play the household under a seed in a folder of its own; return the hash of each file."""
    folder.mkdir()
    own = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)}
    subprocess.run(
        [sys.executable, "-m", "tests.exports.seeded_story", "."],
        cwd=folder,
        env=os.environ | own,
        check=True,
    )
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_pdf_workbook_json_and_ledger_are_byte_equal_under_five_seeds(tmp_path: Path) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        by_seed = list(pool.map(lambda seed: written(tmp_path / str(seed), seed), SEEDS))
    packet = {"ellis-2025.pdf", "ellis-2025.html", "ellis-2025.xlsx"}
    papers = packet | {"year-end 2025.json", "household.db"}
    assert papers <= by_seed[0].keys()
    names = set().union(*by_seed)
    differ = [name for name in sorted(names) if len({one.get(name) for one in by_seed}) > 1]
    assert not differ, "\n".join(differ)
