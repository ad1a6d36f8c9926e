"""Mei moderates; her client opened the desk with its second factor."""

import pytest
from django.test import Client

from tests.builders.members import a_member, signed_in


@pytest.fixture
def mei():
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def desk(mei):
    return signed_in(Client(), mei, strongly=True)
