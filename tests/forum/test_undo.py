"""Taking a post back within seconds: it never was, and its words stand in the composer again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client

from activity.live.models import LiveEvent
from activity.notices.models import Notification
from community.core.access import Refused
from community.core.tasks.testing import run_due
from community.core.text.quotes import quote_source
from community.members.actions import set_standing
from community.search.models import SearchEntry
from forum import actions
from forum.actions.drafts import MOST_DRAFTS, Written
from forum.models import Board, Draft, Post, PostUpload, ReadMark, Tag, Thread, Watch
from forum.queries import drafts as drafts_at
from tests.builders.files import an_upload
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.concurrency.together import assert_exact

pytestmark = pytest.mark.django_db
AFTER = timedelta(seconds=12)


@pytest.fixture
def thread(frozen_clock):
    made = a_thread(author=a_member(), tags=["winter"])
    frozen_clock.move(timedelta(hours=1))
    return made


@pytest.fixture
def writer():
    return a_member()


def test_a_reply_that_was_taken_back_never_was(frozen_clock, thread, writer, facts):
    reader = a_member()
    before = Thread.objects.values().get(pk=thread.pk)
    board = Board.objects.values().get(pk=thread.board_id)
    post = a_reply(author=writer, thread=thread, body="Too **soon**", idempotency_key="one")
    actions.mark_read(member=reader, thread=Thread.objects.get(pk=thread.pk), number=2)
    run_due()
    assert SearchEntry.objects.filter(post_id=post.pk).exists()
    undone = actions.undo_post(actor=writer, post_id=post.pk)
    after = Thread.objects.values().get(pk=thread.pk)
    assert after == before | {"sequence": 2}
    assert Board.objects.values().get(pk=thread.board_id) == board
    assert not Post.objects.filter(pk=post.pk).exists()
    assert ReadMark.objects.get(member=reader, thread=thread).number == 1
    assert not Watch.objects.filter(member=writer).exists()
    assert_exact()
    assert not SearchEntry.objects.filter(post_id=post.pk).exists()
    fact = facts.only("PostUndone")
    assert (fact.number, fact.sequence, fact.post_id) == (2, 2, post.pk)
    assert undone.place == f"thread-{thread.pk}"
    assert drafts_at.at(writer, undone.place).words == {"body": "Too **soon**"}
    assert list(LiveEvent.objects.order_by("sequence").values_list("kind", "sequence", "data")) == [
        ("reply", 1, {}),
        ("undone", 2, {"number": 2}),
    ]


def test_the_next_reply_takes_the_number_and_nobody_was_told_of_the_first(frozen_clock, thread, writer):
    post = a_reply(author=writer, thread=thread, body=f"@{thread.author.name} look here")
    frozen_clock.move(timedelta(seconds=11))
    run_due()
    actions.undo_post(actor=writer, post_id=post.pk)
    frozen_clock.move(timedelta(minutes=5))
    run_due()
    assert not Notification.objects.filter(withdrawn_at=None).exists()
    assert a_reply(author=writer, thread=thread).number == 2
    assert_exact()


def test_a_thread_that_was_taken_back_never_was(frozen_clock, writer, facts):
    board = a_board()
    before = Board.objects.values().get(pk=board.pk)
    thread = a_thread(
        author=writer, board=board, title="Too soon", body="Words", lane="tell", tags=["冬季", "range"]
    )
    post = thread.posts.get()
    run_due()
    undone = actions.undo_post(actor=writer, post_id=post.pk)
    assert (
        not Thread.objects.exists()
        and not Post.objects.exists()
        and not SearchEntry.objects.filter(kind="post").exists()
    )
    lanes = {"lane_counts": {"tell": 0}}
    assert Board.objects.values().get(pk=board.pk) == before | lanes
    assert not Tag.objects.exclude(thread_count=0).exists()
    assert_exact()
    assert facts.only("ThreadUndone").thread_id == thread.pk
    assert undone.place == f"new-{board.slug}"
    assert drafts_at.at(writer, undone.place).words == {
        "title": "Too soon",
        "body": "Words",
        "lane": "tell",
        "tags": "冬季, range",
    }
    frozen_clock.move(timedelta(minutes=5))
    run_due()
    assert not Notification.objects.exists()


def test_what_a_repeat_does(thread, writer):
    post = a_reply(author=writer, thread=thread, idempotency_key="one")
    first = actions.undo_post(actor=writer, post_id=post.pk)
    assert actions.undo_post(actor=writer, post_id=post.pk) == first
    assert Draft.objects.count() == 1


def test_the_form_that_was_sent_does_not_post_again_by_itself(thread, writer):
    words = {"body": "Too soon", "idempotency_key": "one"}
    post = a_reply(author=writer, thread=thread, **words)
    actions.undo_post(actor=writer, post_id=post.pk)
    with pytest.raises(Refused) as refusal:
        a_reply(author=writer, thread=thread, **words)  # a repeat that comes late
    assert refusal.value.code == "undone"
    assert not Post.objects.filter(thread=thread, author=writer).exists()
    # A page that still stands open under that key goes on keeping its words.
    assert actions.save_draft(
        member=writer,
        written=Written(f"thread-{thread.pk}", "one", 1),
        words={"body": "Too soon, and more"},
    )


@pytest.mark.parametrize("what", ["reply", "accept", "late", "hidden", "locked", "quoted"])
def test_when_it_is_too_late_the_post_stays(frozen_clock, thread, writer, what):
    post = a_reply(author=writer, thread=thread)
    staff = a_member(role="moderator")
    if what == "reply":
        a_reply(author=thread.author, thread=thread)
    elif what == "accept":
        actions.accept_answer(actor=thread.author, post_id=post.pk)
    elif what == "late":
        frozen_clock.move(AFTER)
    elif what == "hidden":
        actions.hide_post(actor=staff, post_id=post.pk, reason="Rude")
    elif what == "locked":
        actions.lock_thread(actor=staff, thread_id=thread.pk, reason="Settled")
    else:
        quote = quote_source(post.pk, writer.name, post.source)
        a_thread(author=a_member(), body=f"{quote}Is that so?")
    with pytest.raises(Refused) as refusal:
        actions.undo_post(actor=writer, post_id=post.pk)
    codes = {"late": "late", "hidden": "not_visible", "locked": "locked"}
    assert refusal.value.code == codes.get(what, "answered")
    assert Post.objects.filter(pk=post.pk).exists() and not Draft.objects.exists()


def test_only_the_author_and_in_any_standing(thread, writer):
    post = a_reply(author=writer, thread=thread)
    for other in (thread.author, a_member(role="moderator"), a_member(role="admin")):
        with pytest.raises(Refused) as refusal:
            actions.undo_post(actor=other, post_id=post.pk)
        assert refusal.value.code == "not_author"
    with pytest.raises(Http404):
        actions.undo_post(actor=writer, post_id=post.pk + 1)
    set_standing(actor=a_member(role="admin"), member=writer, standing="muted", reason="Quiet")
    writer.refresh_from_db()
    actions.undo_post(actor=writer, post_id=post.pk)
    assert not Post.objects.filter(pk=post.pk).exists()


def test_words_come_back_beside_others_and_past_the_limit(thread, writer):
    place = f"thread-{thread.pk}"
    post = a_reply(author=writer, thread=thread, body="The post")
    actions.save_draft(member=writer, written=Written(place), words={"body": "Begun since"})
    for n in range(MOST_DRAFTS - 1):
        Draft.objects.create(member=writer, place=f"thread-{1000 + n}", saved_at=post.posted_at)
    actions.undo_post(actor=writer, post_id=post.pk)
    assert drafts_at.at(writer, place).body == "The post"
    assert Draft.objects.get(place=place, is_aside=True).body == "Begun since"


def test_pictures_stay_with_the_words(thread, writer, media_root):
    upload = an_upload(owner=writer)
    post = a_reply(author=writer, thread=thread, body=f"![Road]({upload.address})")
    assert PostUpload.objects.filter(post=post).exists()
    actions.undo_post(actor=writer, post_id=post.pk)
    upload.refresh_from_db()
    assert upload.state != "gone" and not PostUpload.objects.exists()


# -- the page


def test_the_bar_stands_for_its_seconds_and_works_as_a_plain_form(frozen_clock, thread, writer):
    client = signed_in(Client(), writer)
    sent = client.post(f"/threads/{thread.pk}/reply/", {"body": "Too soon", "key": "one", "seen": "1"})
    frozen_clock.move(timedelta(seconds=3))
    page = client.get(sent["Location"].partition("#")[0])
    post = Post.objects.get(author=writer)
    assert f'action="/posts/{post.pk}/undo/"' in page.content.decode()
    assert 'data-undo="7"' in page.content.decode()
    assert b"data-undo" not in signed_in(Client(), thread.author).get(page.wsgi_request.path).content
    assert b"data-undo" not in Client().get(page.wsgi_request.path).content
    answer = client.post(f"/posts/{post.pk}/undo/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/threads/{thread.pk}/reply/"
    assert "Taken back" in answer.content.decode() and "Too soon</textarea>" in answer.content.decode()
    again = client.post(f"/posts/{post.pk}/undo/")  # back, and pressed once more
    assert again["Location"] == f"/threads/{thread.pk}/reply/"


def test_the_bar_is_gone_when_the_seconds_are(frozen_clock, thread, writer):
    a_reply(author=writer, thread=thread)
    client = signed_in(Client(), writer)
    frozen_clock.move(timedelta(seconds=10))
    assert b"data-undo" not in client.get(thread.get_absolute_url()).content
    post = Post.objects.get(author=writer)
    frozen_clock.move(timedelta(seconds=2))
    answer = client.post(f"/posts/{post.pk}/undo/", follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"#post-{post.pk}")
    assert "The seconds for taking it back are over." in answer.content.decode()


def test_back_and_sent_again_the_form_says_what_became_of_it(thread, writer):
    client = signed_in(Client(), writer)
    form = {"body": "Too soon", "key": "one", "seen": "1"}
    client.post(f"/threads/{thread.pk}/reply/", form)
    client.post(f"/posts/{Post.objects.get(author=writer).pk}/undo/")
    again = client.post(f"/threads/{thread.pk}/reply/", form)
    assert again.status_code == 422 and "You took this post back." in again.content.decode()
    assert "Too soon</textarea>" in again.content.decode()
    client.post(f"/threads/{thread.pk}/reply/", form | {"key": again.context["form"].data["key"]})
    assert Post.objects.filter(thread=thread, author=writer).count() == 1


def test_feeds_wait_until_a_post_can_no_longer_be_taken_back(frozen_clock, thread, writer):
    address = f"/threads/{thread.pk}/feed/"
    a_reply(author=writer, thread=thread, body="Fresh words")
    frozen_clock.move(timedelta(seconds=11))
    assert "Fresh words" not in Client().get(address).content.decode()
    frozen_clock.move(timedelta(seconds=1))
    assert "Fresh words" in Client().get(address).content.decode()
    a_thread(author=writer, board=thread.board, title="Fresh thread")
    for address in ("/latest/feed/", f"/boards/{thread.board.slug}/feed/"):
        assert "Fresh thread" not in Client().get(address).content.decode()
    frozen_clock.move(AFTER)
    for address in ("/latest/feed/", f"/boards/{thread.board.slug}/feed/"):
        assert "Fresh thread" in Client().get(address).content.decode()
