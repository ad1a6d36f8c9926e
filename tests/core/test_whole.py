"""Numbers in addresses and forms: read where they are some, refused where they are not."""

from __future__ import annotations

import pytest

from community.core.whole import whole, wholes


@pytest.mark.parametrize(("raw", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(raw, number):
    assert whole(raw) == number


@pytest.mark.parametrize(
    "raw",
    ["", " 7", "7 ", "-7", "+7", "7.0", "7_000", "٣", "²", "1" * 19, "1" * 5000, "seven", None, 7, ["7"]],
)
def test_anything_else_is_none(raw):
    assert whole(raw) is None
    assert whole(raw, otherwise=-1) == -1


def test_more_digits_than_there_is_room_for_are_none():
    assert whole("999", 3) == 999
    assert whole("1000", 3, otherwise=0) == 0


def test_of_several_those_that_are_numbers_stay_in_their_order():
    assert wholes(["3", "x", None, "1", "1" * 19, "3"]) == [3, 1, 3]
    assert wholes(["12", "7"], 1) == [7]
