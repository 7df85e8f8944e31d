"""The tour of the README runs as printed, from an empty ledger to the packet."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(sh tour|csv (?P<file>\S+))\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_tour_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    commands = 0
    for block in BLOCK.finditer((ROOT / "README.md").read_text("utf-8")):
        if block["file"]:
            Path(block["file"]).write_text(block["text"], "utf-8")
            continue
        for line in block["text"].replace("\\\n", " ").splitlines():
            words = shlex.split(line)
            if words[0] == "export":
                monkeypatch.setenv(*words[1].split("=", 1))
                continue
            assert words[0] == "basis"
            done = CliRunner().invoke(main, words[1:])
            assert done.exit_code == 0, f"{line}\n{done.output}"
            commands += 1
    assert commands >= 15
    written = {path.name for path in (tmp_path / "tour" / "out").iterdir()}
    assert written == {"rose-2025.html", "rose-2025.pdf", "rose-2025.xlsx"}


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []
