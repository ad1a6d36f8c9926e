"""Moments that people type: none that a reader's zone could not tell."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from community.core.forms import MomentField
from forum.forms import LaterForm
from polls.surveys.typed import _moment
from polls.views._shared import moment_of


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_moments(day: str) -> None:
    assert moment_of(f"{day}T12:00") is None and _moment(f"{day}T12:00") is None
    with pytest.raises(ValidationError):
        MomentField().clean(f"{day}T12:00")
    later = LaterForm({"later_day": day, "later_time": "12:00"})
    assert not later.is_valid() and list(later.errors) == ["later_day"]


def test_other_moments_are() -> None:
    for at in (
        moment_of("2027-03-03T12:00"),
        _moment("2027-03-03T12:00"),
        MomentField().clean("2027-03-03T12:00"),
    ):
        assert at is not None and at.tzinfo is not None and at.hour == 12
