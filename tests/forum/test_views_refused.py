"""The page that says why something was not done."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_who_wrote_nothing_is_not_told_that_their_words_are_safe():
    client = signed_in(Client(), a_member(standing="muted"))
    address = f"/threads/{a_thread(author=a_member()).pk}/reply/"
    opened = client.get(address).content.decode()
    assert "Go back to see where things stand." in opened and "still in the form" not in opened
    sent = client.post(address, {"body": "Words of mine."}).content.decode()
    assert "Words of mine." in sent, "and what was sent is shown again"
