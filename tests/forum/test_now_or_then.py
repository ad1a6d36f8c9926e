"""Publish and "Publish then" in one form: which is meant, and which of them Enter presses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from community.members.models import Member
from forum import actions
from forum.models import Post, Scheduled
from forum.moments import Wall
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
LATER = {"later": "1", "later_day": "2026-12-03", "later_time": "08:00"}


@pytest.fixture
def writer(frozen_clock):
    member = a_member()
    long_ago = frozen_clock.now() - timedelta(days=4)
    Member.objects.filter(pk=member.pk).update(post_count=5, joined_at=long_ago)
    member.refresh_from_db()
    return member


@pytest.fixture
def thread(frozen_clock):
    return a_thread(author=a_member())


@pytest.mark.parametrize("day", ["2026-12-03", "2020-01-01", ""])
def test_a_moment_that_is_filled_in_and_not_pressed_is_asked_about_once(frozen_clock, writer, thread, day):
    client = signed_in(Client(), writer)
    moment = {"later_day": day, "later_time": "08:00"}
    forms = {
        f"/threads/{thread.pk}/reply/": {"body": "On the day", "key": "one", "seen": "1"},
        f"/boards/{thread.board.slug}/new/": {"title": "Then", "body": "Words", "lane": "ask", "key": "two"},
    }
    for address, words in forms.items():
        posts = Post.objects.count()
        asked = client.post(address, words | moment)
        said = asked.content.decode()
        assert asked.status_code == 422 and Post.objects.count() == posts
        assert "Now, or then?" in said and f"{words['body']}</textarea>" in said
        assert '<details class="later" open>' in said and 'value="08:00"' in said
        assert (f'value="{day}"' in said) or not day
        assert 'name="later_asked" value="1"' in said
        sent = client.post(address, words | moment | {"later_asked": "1"})
        assert sent.status_code == 302 and Post.objects.count() == posts + 1
    assert not Scheduled.objects.exists()


def test_after_the_question_it_may_wait_all_the_same(frozen_clock, writer, thread):
    words = {"body": "On the day", "key": "one", "seen": "1", "later_asked": "1"} | LATER
    signed_in(Client(), writer).post(f"/threads/{thread.pk}/reply/", words)
    assert Scheduled.objects.count() == 1 and not Post.objects.filter(author=writer).exists()


def test_those_who_may_not_wait_are_asked_nothing(writer, thread):
    newcomer = a_member()
    words = {"body": "At once", "key": "one", "seen": "1", "later_day": "2026-12-03"}
    assert signed_in(Client(), newcomer).post(f"/threads/{thread.pk}/reply/", words).status_code == 302


def test_enter_in_a_field_publishes_now(writer, thread):
    """A browser presses the first button of a form: by that one nothing is scheduled, saved, looked at or quoted."""
    client = signed_in(Client(), writer)
    post = a_reply(author=writer, thread=thread)
    then = Wall(post.posted_at.replace(tzinfo=None) + timedelta(days=1), "UTC")
    words = {"body": "On the day"}
    waiting = actions.schedule_post(author=writer, place=f"thread-{thread.pk}", words=words, wall=then)
    pages = {
        f"/boards/{thread.board.slug}/new/": 'aria-label="New thread"',
        f"/threads/{thread.pk}/reply/": 'id="write"',
        thread.get_absolute_url(): 'id="reply"',
        f"/posts/{post.pk}/edit/": f'data-draft="edit-{post.pk}"',
        f"/account/scheduled/{waiting.pk}/": 'class="form block-s"',
    }
    for address, sign in pages.items():
        page = client.get(address).content.decode()
        form = page[page.index(sign) :]
        buttons = re.findall(r"<button\b[^>]*>", form[: form.index("</form>")])
        first = next(button for button in buttons if 'type="button"' not in button)
        assert " name=" not in first and "formnovalidate" not in first, address
