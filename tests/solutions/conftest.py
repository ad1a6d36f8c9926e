"""Mei moderates; an answer is known, and nobody is linked to it yet."""

import pytest

from tests.builders.members import a_member
from tests.builders.solutions import a_solution


@pytest.fixture
def mei(db):
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def solution(mei):
    return a_solution(by=mei)
