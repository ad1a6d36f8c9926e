"""Words outlive a session that ends while somebody writes, and people who blocked each other are left in peace."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from community.core.access import Invalid
from community.members import actions as member_actions
from forum.models import Draft, Post
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    return a_thread(author=a_member())


def test_a_reply_sent_after_the_session_ended_waits_behind_the_sign_in(thread):
    client, address = Client(), reverse("forum:reply", args=[thread.pk])
    answer = client.post(address, {"body": "冬天续航打七折，正常。"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next={address}"
    client.force_login(a_member())
    page = client.get(address).content.decode()
    assert "冬天续航打七折，正常。" in page
    assert (
        "冬天续航打七折，正常。" in client.get(address).content.decode()
    )  # a draft until it is sent or discarded
    assert Post.objects.filter(thread=thread).count() == 1  # nothing was published behind anybody's back


def test_words_of_a_draft_that_were_changed_before_the_session_ended_are_the_newer_ones(thread):
    """Without the script nobody knew of them before."""
    member, address = a_member(), reverse("forum:reply", args=[thread.pk])
    for words in ("First thoughts", "Second thoughts, and better ones"):
        client = Client()
        client.post(address, {"body": words, "key": "the-same-form"})
        client.force_login(member)
        assert words in client.get(address).content.decode()
    assert Draft.objects.get().body == "Second thoughts, and better ones"


def test_a_new_thread_keeps_title_lane_text_and_tags():
    board = a_board()
    client, address = Client(), reverse("forum:new_thread", args=[board.slug])
    client.post(address, {"title": "Kept title", "lane": "tell", "body": "Kept words", "tags": "cold, range"})
    client.force_login(a_member())
    page = client.get(address).content.decode()
    for words in ("Kept title", "Kept words", "cold, range"):
        assert words in page
    assert 'value="tell" checked' in page


def test_words_wait_at_their_own_address_only(thread):
    client = Client()
    client.post(reverse("forum:reply", args=[thread.pk]), {"body": "For this thread alone"})
    client.force_login(a_member())
    other = a_thread(author=a_member())
    assert "For this thread alone" not in client.get(reverse("forum:reply", args=[other.pk])).content.decode()


def test_what_is_beyond_the_limit_is_not_kept_on_the_server(thread):
    client = Client()
    client.post(reverse("forum:reply", args=[thread.pk]), {"body": "x" * 40_000})
    assert "forum:kept-words" not in client.session


def test_nobody_answers_or_calls_somebody_who_blocked_them(thread, facts):
    blocker, other = a_member(name="Nora Falk"), a_member()
    post = a_reply(author=blocker, thread=thread)
    member_actions.block(member=blocker, target=other)
    with pytest.raises(Invalid) as refusal:
        a_reply(author=other, thread=thread, reply_to_id=post.pk)
    assert refusal.value.field == "reply_to"
    facts.all.clear()
    a_reply(author=other, thread=thread, body="What do you say, @Nora Falk?")
    assert facts.only("ReplyPosted").mentioned_ids == ()


def test_a_page_beyond_the_last_leads_to_the_last(client, thread):
    answer = client.get(f"{thread.get_absolute_url()}?page=9")
    assert (answer.status_code, answer["Location"]) == (302, thread.get_absolute_url())


def test_an_address_for_buttons_says_so_instead_of_a_blank_page(client, thread):
    answer = client.get(reverse("forum:thread_watch", args=[thread.pk]))
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "it has no page" in answer.content.decode()


def test_five_megabytes_of_chinese_come_back_with_a_clear_limit(client, thread):
    client.force_login(a_member())
    body = "字" * 1_700_000
    encoded = urlencode({"body": body})  # what a browser sends: nine bytes a character
    answer = client.post(
        reverse("forum:reply", args=[thread.pk]), encoded, content_type="application/x-www-form-urlencoded"
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "32,000" in page and body in page
