"""The fuzz target runs: bundled files, changed at random, are worked out or refused."""

from __future__ import annotations

import random

import pytest

from benchmarks import fuzz


def test_changed_files_break_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.fuzz(seed=3, count=400) == 0
    assert "refused" in capsys.readouterr().out


def test_the_fuzzer_tells_what_broke(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(text: str) -> None:
        raise KeyError(text[:1])

    monkeypatch.setattr(fuzz, "TARGETS", ((["a,b\n1,2\n"], broken),))
    assert fuzz.fuzz(seed=1, count=2) == 2
    assert "seed 1, mutation 0" in capsys.readouterr().out


def test_a_seed_gives_the_same_mutations() -> None:
    once, again = (fuzz.mutated("a,b\n1,2\n", random.Random(7)) for _ in range(2))
    assert once == again
