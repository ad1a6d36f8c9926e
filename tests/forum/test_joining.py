"""Staff among members: two posts to ask in, then one in four, until somebody answers them."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core.access import Refused
from forum import policy
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("staff", "posts", "room"),
    [(0, 1, True), (1, 2, True), (2, 3, False), (2, 10, False), (2, 11, True), (3, 14, False)],
)
def test_how_much_leaves_the_word_to_members(staff, posts, room):
    assert policy.staff_has_room(staff_posts=staff, posts=posts) is room


def test_staff_ask_and_wait_until_a_member_answers():
    li, mei, author, other = a_member(role="moderator"), a_member(role="editor"), a_member(), a_member()
    talk = a_thread(author=author, lane="tell")
    first = a_reply(author=li, thread=talk, body="May I join? I know something about this.")
    a_reply(author=mei, thread=talk)
    for staff in (li, mei):
        with pytest.raises(Refused) as refusal:
            a_reply(author=staff, thread=talk)
        assert refusal.value.code == "crowded" and "2 of 3 posts" in str(refusal.value.reason)
    a_reply(author=other, thread=talk)
    a_reply(author=li, thread=a_thread(author=author, lane="tell"))  # each thread for itself
    a_reply(author=author, thread=talk, reply_to_id=first.pk, body="Please do.")
    for _ in range(3):
        a_reply(author=li, thread=talk)


@pytest.mark.parametrize("who", ["a question", "their own thread", "a member", "a partner"])
def test_nobody_else_is_counted(who):
    author = a_member(role="moderator" if who == "their own thread" else "")
    thread = a_thread(author=author, lane="ask" if who == "a question" else "chat")
    writer = a_member(role={"a member": "", "a partner": "partner"}.get(who, "moderator"))
    for _ in range(4):
        a_reply(author=writer, thread=thread)


def test_the_composer_says_how_to_ask_and_when_to_wait():
    staff, talk = a_member(role="moderator"), a_thread(author=a_member(), lane="chat")
    client = signed_in(Client(), staff, strongly=True)
    reader = signed_in(Client(), a_member())
    assert "May I join?" in client.get(talk.get_absolute_url()).content.decode()
    assert "May I join?" not in reader.get(talk.get_absolute_url()).content.decode()
    for _ in range(2):
        a_reply(author=staff, thread=talk)
    page = client.get(f"/threads/{talk.pk}/reply/").content.decode()
    assert "Leave them the word" in page and "May I join?" not in page
    answer = client.post(f"/threads/{talk.pk}/reply/", {"body": "One more.", "key": "k1"})
    assert "Leave them the word" in answer.content.decode() and "One more." in answer.content.decode()
    assert talk.posts.count() == 3
