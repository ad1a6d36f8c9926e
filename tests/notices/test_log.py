"""The log of everything that was sent to me: mine alone, and without what I may not see any more."""

from __future__ import annotations

import pytest
from django.test import Client

from activity.notices import actions, words
from activity.notices.kinds import Kind
from activity.notices.models import Delivery, Notification
from community.privacy import memory
from forum import actions as forum
from tests.builders.members import a_member, signed_in
from tests.builders.notices import mention

pytestmark = pytest.mark.django_db

TITLE = "Range at −12°"


@pytest.mark.parametrize("gone", ["hidden", "removed", "board closed", "row deleted"])
def test_what_was_sent_names_no_thread_that_is_out_of_sight(frozen_clock, gone):
    asker = a_member(name="Asker", email="asker@example.org")
    client = signed_in(Client(), asker)
    mention(frozen_clock, asker, a_member(name="Helper"))
    thread = Notification.objects.get(recipient=asker).thread
    moderator = a_member(name="Mona", role="moderator")
    pages = ("/notices/sent/", "/account/data/of/notices-delivery/")
    for page in pages:
        assert TITLE in client.get(page).content.decode()
    if gone == "board closed":
        forum.set_rights(actor=None, board_id=thread.board_id, rights={"read": ["moderator"]})
    elif gone == "row deleted":
        thread.delete()
    else:
        change = forum.hide_thread if gone == "hidden" else forum.remove_thread
        change(actor=moderator, thread_id=thread.pk, reason="Off topic")
    for page in pages:
        shown = client.get(page).content.decode()
        assert TITLE not in shown and "Helper" not in shown
        assert str(Kind.MENTION.label) in shown, "that something was sent stays"
    (told_of,) = memory.exported(memory.rule_called("notices-delivery"), asker)
    assert (told_of["kind"], told_of["title"]) == ("mention", "")


def test_what_was_left_for_the_digest_says_what_it_is_about(frozen_clock):
    asker = a_member(name="Asker", email="asker@example.org")
    actions.set_noise(member=asker, limit=0)
    mention(frozen_clock, asker, a_member(name="Helper"))
    shown = signed_in(Client(), asker).get("/notices/sent/").content.decode()
    assert f"Helper mentioned you in “{TITLE}”" in shown and "left for the digest" in shown
    digest = Delivery.objects.create(recipient=asker, channel="digest", key="digest:1:today")
    assert words.logged(digest) == "Digest"
