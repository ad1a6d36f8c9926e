"""The editors' room in tests."""

from __future__ import annotations

import pytest
from django.test import Client

from community.members.models import Member
from tests.builders.members import a_member, signed_in


@pytest.fixture
def editor(db: None) -> Member:
    return a_member(name="Erin Editor", role="editor")


@pytest.fixture
def at_the_desk(client: Client, editor: Member) -> Client:
    """An editor signed in with both factors."""
    return signed_in(client, editor, strongly=True)


@pytest.fixture
def as_admin(client: Client, db: None) -> Client:
    return signed_in(client, a_member(name="Ada Keeper", role="admin"), strongly=True)
