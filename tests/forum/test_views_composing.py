"""What a writer is told before anything is posted, and what works in a form without the script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from community.core import clock, ratelimit
from community.members import actions as member_actions
from community.members.models import Member
from forum import actions
from forum.models import Post, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def me() -> Member:
    cache.clear()
    return a_member(name="Sunbird")


@pytest.fixture
def writer(me: Member) -> Client:
    return signed_in(Client(), me)


@pytest.fixture
def thread(db) -> Thread:
    return a_thread(author=a_member(name="Asker"), body="How cold was it?")


# -- replies that arrive while one writes


def form_of(client: Client, address: str) -> dict[str, str]:
    fields = Page(said(client.get(address))).fields
    return {name: fields[name].strip() for name in ("key", "reply_to", "seen", "awake")}


@pytest.mark.parametrize("page", ["thread", "reply"])
def test_a_reply_that_crossed_others_waits_for_a_look_and_then_goes(writer, thread, page):
    address = thread.get_absolute_url() if page == "thread" else f"/threads/{thread.pk}/reply/"
    start = form_of(writer, address)
    a_reply(author=a_member(name="Nightjar"), thread=thread, body="Minus twelve.")
    a_reply(author=a_member(), thread=thread)
    response = writer.post(f"/threads/{thread.pk}/reply/", start | {"body": "Minus ten, I think."})
    assert response.status_code == 422
    again = said(response)
    assert "2 replies arrived while you wrote." in again and "Minus twelve." in again
    fields = Page(again).fields
    assert fields["body"].strip() == "Minus ten, I think."
    assert not Post.objects.filter(source="Minus ten, I think.").exists()
    known = {name: fields[name].strip() for name in ("key", "reply_to", "seen", "awake", "body")}
    assert writer.post(f"/threads/{thread.pk}/reply/", known).status_code == 302
    assert Post.objects.get(source="Minus ten, I think.").number == 4


def test_my_own_posts_and_those_i_ignore_are_no_news(writer, me, thread):
    start = form_of(writer, thread.get_absolute_url())
    rude = a_member()
    member_actions.ignore_member(member=me, target=rude)
    a_reply(author=rude, thread=thread)
    a_reply(author=me, thread=thread)
    assert writer.post(f"/threads/{thread.pk}/reply/", start | {"body": "So I say."}).status_code == 302


def test_a_second_press_gives_the_first_answer_whatever_arrived_between(writer, thread):
    start = form_of(writer, thread.get_absolute_url()) | {"body": "Once."}
    first = writer.post(f"/threads/{thread.pk}/reply/", start)["Location"]
    a_reply(author=a_member(), thread=thread)
    assert writer.post(f"/threads/{thread.pk}/reply/", start)["Location"] == first
    assert Post.objects.filter(source="Once.").count() == 1


# -- threads asleep


@pytest.fixture
def asleep(thread: Thread) -> Thread:
    long_ago = clock.now() - timedelta(days=200)
    Thread.objects.filter(pk=thread.pk).update(last_posted_at=long_ago, opened_at=long_ago)
    thread.refresh_from_db()
    return thread


@pytest.mark.parametrize("address", ["{thread}", "/threads/{pk}/reply/"])
def test_a_thread_asleep_says_so_beside_the_words(writer, asleep, address):
    page = said(writer.get(address.format(thread=asleep.get_absolute_url(), pk=asleep.pk)))
    assert "A reply wakes the thread for everybody who watches it." in page
    assert f"/boards/{asleep.board.slug}/new/" in page
    start = form_of(writer, address.format(thread=asleep.get_absolute_url(), pk=asleep.pk))
    assert writer.post(f"/threads/{asleep.pk}/reply/", start | {"body": "Still true."}).status_code == 302


def test_whoever_was_not_told_is_asked_once(writer, asleep):
    response = writer.post(f"/threads/{asleep.pk}/reply/", {"body": "Still true."})
    assert response.status_code == 422 and "Send again if that is what you want." in said(response)
    fields = Page(said(response)).fields
    assert fields["body"].strip() == "Still true." and not Post.objects.filter(number=2).exists()
    again = {"body": "Still true.", "awake": fields["awake"], "key": fields["key"]}
    assert writer.post(f"/threads/{asleep.pk}/reply/", again).status_code == 302


def test_a_thread_that_is_awake_says_nothing(writer, thread):
    assert "wakes the thread" not in said(writer.get(thread.get_absolute_url()))


# -- without the script: preview and quotes


SOURCES = [
    "**bold** *it* `x` [a](https://example.org/) ||hidden|| @Sunbird 你好@Asker",
    ":::spoiler End\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n:::\n\n```python\nprint(1)\n```\n",
    "> [!quote 1 Asker]\n> said\n\n- [ ] one\n- [x] two\n\n1. a\n2. b",
    "<script>alert(1)</script> &amp; ![x](https://example.org/a.png) https://example.org/long/path?x=1",
    "第一行\n第二行 🚗 **注意：**后面",
]


@pytest.mark.parametrize("source", SOURCES)
def test_the_preview_is_the_post_byte_for_byte(writer, source):
    a_member(name="Asker")
    shown = writer.post("/compose/preview/", {"source": source}).content
    thread = a_thread(author=Member.objects.get(name="Sunbird"), body=source)
    page = writer.get(thread.get_absolute_url()).content
    post = thread.posts.get(number=1)
    lang = f' lang="{post.lang}"'.encode() if post.lang else b""
    assert b'<div class="prose"' + lang + b">" + shown.rstrip(b"\n") in page
    assert shown.decode().rstrip("\n") == post.html.rstrip("\n")


def test_a_preview_without_the_script_posts_nothing_and_keeps_all(writer):
    board = a_board()
    data = {
        "title": "Cold",
        "body": "It **just** starts.",
        "lane": "tell",
        "tags": "winter",
        "preview": "1",
        "key": "k1",
    }
    response = writer.post(f"/boards/{board.slug}/new/", data)
    page = said(response)
    assert response.status_code == 200 and not Thread.objects.exists()
    assert "It <strong>just</strong> starts." in page
    fields = Page(page).fields
    assert {name: fields[name].strip() for name in ("title", "body", "tags", "key")} == {
        name: data[name] for name in ("title", "body", "tags", "key")
    }
    assert "This was not sent yet" not in page


def test_a_preview_of_nothing_says_why(writer, thread):
    response = writer.post(f"/threads/{thread.pk}/reply/", {"body": " ", "preview": "1"})
    assert response.status_code == 200 and "Write something first." in said(response)


def test_an_edit_can_be_looked_at_first(writer, me):
    mine = a_thread(author=me, body="Old words").posts.get(number=1)
    page = said(writer.post(f"/posts/{mine.pk}/edit/", {"title": "T", "body": "*New* words", "preview": "1"}))
    assert "<em>New</em> words" in page
    mine.refresh_from_db()
    assert mine.source == "Old words"


def test_several_posts_are_quoted_into_one_reply(writer, thread):
    one = a_reply(author=a_member(name="Nightjar"), thread=thread, body="Minus ||twelve||.")
    two = a_reply(author=a_member(name="Heron"), thread=thread, body="Minus six.")
    body = Page(said(writer.get(f"/threads/{thread.pk}/reply/?quote={one.pk}&quote={two.pk}"))).fields["body"]
    assert body.index("Nightjar") < body.index("Heron") and "||twelve||" in body
    response = writer.post(
        f"/threads/{thread.pk}/reply/", {"body": "I had more.", "quote": str(two.pk), "key": "k"}
    )
    again = Page(said(response)).fields["body"].strip()
    assert again.startswith("I had more.\n\n> [!quote") and "Minus six." in again
    assert response.status_code == 200 and not Post.objects.filter(number=4).exists()


def test_the_last_posts_stand_beside_the_reply_but_not_those_of_the_ignored(writer, me, thread):
    rude = a_member()
    a_reply(author=rude, thread=thread, body="Rude words.")
    hidden = a_reply(author=a_member(), thread=thread, body="Hidden words.")
    actions.hide_post(actor=a_member(role="moderator"), post_id=hidden.pk, reason="Off")
    a_reply(author=a_member(), thread=thread, body="Kind words.")
    member_actions.ignore_member(member=me, target=rude)
    page = said(writer.get(f"/threads/{thread.pk}/reply/"))
    assert "Kind words." in page and "Rude words." not in page and "Hidden words." not in page


# -- limits, before they are met


def test_a_limit_is_told_when_three_tries_are_left_and_costs_no_words(writer, me):
    board = a_board()
    address = f"/boards/{board.slug}/new/"
    data = {"title": "Cold", "body": "My long words.", "lane": "chat", "again": "1"}
    for _ in range(6):
        assert writer.post(address, data).status_code == 302
    assert "within this hour" not in said(writer.get(address))
    writer.post(address, data)
    assert "You can open 3 more threads within this hour. This limit, the same for everybody" in said(
        writer.get(address)
    )
    for _ in range(3):
        writer.post(address, data)
    assert "Please try again in" in said(writer.get(address))
    response = writer.post(address, data)
    assert response.status_code == 429 and int(response["Retry-After"]) > 0
    assert Page(said(response)).fields["body"].strip() == "My long words."
    assert ratelimit.peek("open_thread", f"member:{me.pk}", limit=10, per=3600)[0] == 0


# -- whom one may call


def names(client: Client, **query: object) -> list[str]:
    return [one["name"] for one in client.get("/compose/people/", query).json()["people"]]


def test_people_of_the_thread_come_first_then_those_whose_name_begins_so(writer, thread):
    a_member(name="Heron far away")
    a_reply(author=a_member(name="Heron here"), thread=thread)
    assert names(writer, q="her", thread=thread.pk) == ["Heron here", "Heron far away"]
    assert names(writer, q="", thread=thread.pk) == ["Heron here", "Asker"]
    assert names(writer, q="her") == ["Heron far away", "Heron here"]
    assert names(writer, q="") == [] and names(writer, q="zzz", thread=thread.pk) == []


def test_chinese_names_are_found_by_any_part_within_the_thread(writer, thread):
    a_reply(author=a_member(name="林晓雨"), thread=thread)
    assert names(writer, q="晓", thread=thread.pk) == ["林晓雨"]
    assert names(writer, q="林") == ["林晓雨"]


def test_nobody_is_offered_who_may_not_be_called(writer, me, thread):
    people = {
        name: a_member(name=f"Heron {name}") for name in ("blocked", "blocks", "ignored", "ignores", "gone")
    }
    for member in people.values():
        a_reply(author=member, thread=thread)
    member_actions.block(member=me, target=people["blocked"])
    member_actions.block(member=people["blocks"], target=me)
    member_actions.ignore_member(member=me, target=people["ignored"])
    member_actions.ignore_member(member=people["ignores"], target=me)
    Member.objects.filter(pk=people["gone"].pk).update(standing="suspended")
    for query in ({"q": "heron", "thread": thread.pk}, {"q": "heron"}):
        assert names(writer, **query) == ["Heron ignores"]


def test_a_thread_out_of_sight_gives_no_names(writer):
    from forum.rights import CIRCLE

    board, insider = a_board(rights=CIRCLE), a_member(name="Insider")
    actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    secret = a_thread(author=insider, board=board)
    assert writer.get("/compose/people/", {"q": "in", "thread": secret.pk}).status_code == 404


def test_names_cost_few_statements(writer, thread, django_assert_max_num_queries):
    for n in range(12):
        a_reply(author=a_member(name=f"Heron {n}"), thread=thread)
    names(writer, q="heron", thread=thread.pk)  # what a process keeps for a while is known
    with django_assert_max_num_queries(
        6
    ):  # session, account, thread, its authors, those called so, the others
        assert len(names(writer, q="heron", thread=thread.pk)) == 8
