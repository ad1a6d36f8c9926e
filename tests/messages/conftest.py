"""Anna and Ben write to each other."""

import pytest

from community.members.models import Member
from tests.builders.members import a_member


@pytest.fixture
def anna() -> Member:
    return a_member(name="Anna")


@pytest.fixture
def ben() -> Member:
    return a_member(name="Ben")
