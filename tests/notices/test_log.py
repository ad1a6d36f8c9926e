"""The log of everything that was sent to me: mine alone, and without what I may not see any more."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from activity.notices import actions, words
from activity.notices.kinds import Kind
from activity.notices.models import Delivery, Notification
from community.core import clock
from community.core.tasks.testing import run_due
from community.members import alarms
from community.members import letters as members_letters
from community.members.letters import HIDDEN
from community.privacy import actions as privacy
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


def test_letters_about_the_account_stand_there_without_their_codes(client, mailoutbox):
    member = a_member(name="Asker", email="asker@example.org")
    curious = a_member(name="Curious")
    other = signed_in(Client(), curious)
    client.post(reverse("account_request_login_code"), {"email": "Asker@Example.org"})
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    other.post(reverse("account_email"), {"action_add": "", "email": "asker@example.org"})
    run_due()
    letters = [letter for letter in mailoutbox if "asker@example.org" in letter.to]
    rows = Delivery.objects.filter(recipient=member).order_by("pk")
    assert len(letters) == len(rows) == 2
    (asked,) = Delivery.objects.exclude(recipient=member)
    assert asked.recipient == curious, "who asks for a letter learns nothing from what their log lacks"
    for row, letter in zip(rows, letters, strict=True):
        assert (row.channel, row.kind, row.state) == ("mail", "account", "sent") and row.sent_at
        assert not re.search(r"\d{4}|[A-Z0-9]{4}-", row.title), "a code is for the mailbox alone"
        assert row.title == re.sub(r"^[A-Z0-9-]{6,}", HIDDEN, letter.subject)
    shown = signed_in(Client(), member).get("/notices/sent/").content.decode()
    assert "Your account" in shown and rows[0].title in shown


def test_a_letter_that_no_server_took_stands_there_as_such(client, monkeypatch):
    member = a_member(name="Asker", email="asker@example.org")
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _away)
    client.post(reverse("account_request_login_code"), {"email": "asker@example.org"})
    run_due()
    (row,) = Delivery.objects.filter(recipient=member)
    assert (row.kind, row.state, row.sent_at) == ("account", "failed", None)


def _away(*_told: object, **_named: object) -> int:
    raise OSError("away")


def test_letters_about_data_and_votes_and_failed_sign_ins_stand_there(mailoutbox):
    member = a_member(name="Asker", email="asker@example.org")
    privacy.request_erasure(member=member, remove_posts=False)
    privacy.request_export(member=member)
    members_letters.note(
        address="ASKER@example.org", sort=members_letters.Sort.VOTES, subject="Your votes here"
    )
    alarms.tell_owner.enqueue(
        address="asker@example.org",
        at=clock.now().isoformat(),
        ip="",
        agent="",
        password_url="",
        sessions_url="",
    )
    run_due()
    rows = Delivery.objects.filter(recipient=member)
    assert sorted(rows.values_list("kind", flat=True)) == ["account", "data", "data", "votes"]
    subjects = {letter.subject for letter in mailoutbox} | {"Your votes here"}
    assert {row.title for row in rows} == subjects
    told = list(memory.exported(memory.rule_called("notices-delivery"), member))
    assert {row["kind"] for row in told} == {"account", "data", "votes"}


def test_a_letter_that_is_tried_again_stands_there_once(mailoutbox):
    member = a_member(email="asker@example.org")
    for is_sent in (False, True, True):
        members_letters.say(
            member_id=member.pk, sort="data", subject="A copy", key="copy:1", at=clock.now(), is_sent=is_sent
        )
    assert Delivery.objects.get(recipient=member).state == "sent"
