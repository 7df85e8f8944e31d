"""Values that are made quickly are as frozen as any other."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from ledger.frozen import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Value:
    cents: int
    words: str = ""
    places: list[int] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if self.cents < 0:
            raise ValueError(self.cents)


def test_a_value_is_frozen_equal_and_hashed() -> None:
    one, other = Value(5, words="five"), Value(5, "five", [3])
    assert (one, hash(one), repr(one)) == (
        other,
        hash(other),
        "Value(cents=5, words='five', places=[])",
    )
    assert type(one) is Value
    with pytest.raises(FrozenInstanceError):
        one.cents = 6  # type: ignore[misc]


def test_a_value_is_checked_when_it_is_made_and_when_it_is_changed() -> None:
    with pytest.raises(ValueError, match="-1"):
        Value(-1)
    with pytest.raises(ValueError, match="-2"):
        replace(Value(1), cents=-2)
    with pytest.raises(TypeError, match="cents"):
        Value()  # type: ignore[call-arg]


def test_no_two_values_share_what_is_made_for_each() -> None:
    assert Value(1).places is not Value(1).places
