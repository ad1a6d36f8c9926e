"""Mei moderates; her client opened the desk with its second factor."""

import pytest
from django.test import Client

from community.core.tasks.testing import run_due
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in


@pytest.fixture
def mei():
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def li():
    return a_member(name="Li", role="moderator")


@pytest.fixture
def thread(frozen_clock):
    """A question that the desk knows of."""
    thread = a_thread(author=a_member(), title="How far is it", lane="ask")
    run_due()
    return thread


@pytest.fixture
def desk(mei):
    return signed_in(Client(), mei, strongly=True)
