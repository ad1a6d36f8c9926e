from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404

from community.core import clock
from community.core.access import Invalid, Refused
from forum import actions
from forum.models import Post, ReadMark, Tag, Thread, Watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_thread_opens_with_its_first_post_and_everything_counted():
    author, board = a_member(), a_board()
    with clock.frozen(NOON):
        thread = a_thread(
            author=author, board=board, title="  冬天 续航 \n 掉多少？ ", tags=["冬季", "Range"]
        )
    post = Post.objects.get(thread=thread)
    assert (post.number, post.author, post.posted_at) == (1, author, NOON)
    assert post.html.startswith("<p>")
    assert thread.title == "冬天 续航 掉多少？"
    assert thread.needs_answer and thread.last_number == 1
    board.refresh_from_db()
    author.refresh_from_db()
    assert (board.thread_count, board.post_count, board.lane_counts) == (1, 1, {"ask": 1})
    assert board.last_thread_id == thread.pk and board.last_posted_at == NOON
    assert (author.thread_count, author.post_count) == (1, 1)
    assert [name for _slug, name in thread.tag_list] == ["冬季", "Range"]
    assert {tag.name for tag in thread.tags.all()} == {"冬季", "Range"}
    assert ReadMark.objects.get(member=author, thread=thread).number == 1
    assert Watch.objects.get(member=author, thread=thread).is_automatic


def test_a_reply_takes_the_next_number_and_answers_the_question():
    asker, helper = a_member(), a_member()
    with clock.frozen(NOON) as time:
        thread = a_thread(author=asker)
        time.move(timedelta(hours=1))
        first = a_reply(author=helper, thread=thread)
        second = a_reply(author=asker, thread=thread, reply_to_id=first.pk)
    thread.refresh_from_db()
    assert (first.number, second.number) == (2, 3)
    assert second.reply_to == first
    assert (thread.last_number, thread.reply_count, thread.answer_count) == (3, 2, 1)
    assert not thread.needs_answer
    assert thread.last_poster == asker and thread.last_posted_at == NOON + timedelta(hours=1)
    assert thread.days == {"2026-11-23": 3}


def test_talking_to_oneself_is_no_answer():
    asker = a_member()
    thread = a_thread(author=asker)
    a_reply(author=asker, thread=thread)
    thread.refresh_from_db()
    assert thread.needs_answer and thread.answer_count == 0


def test_the_same_send_twice_is_one_post():
    author, thread = a_member(), a_thread(author=a_member())
    once = a_reply(author=author, thread=thread, idempotency_key="k1")
    again = a_reply(author=author, thread=thread, idempotency_key="k1")
    assert once.pk == again.pk
    assert Post.objects.filter(thread=thread).count() == 2
    with pytest.raises(Refused) as refusal:
        a_reply(author=author, thread=thread, body="Other words", idempotency_key="k1")
    assert refusal.value.code == "key_reused"


def test_the_same_thread_sent_twice_is_one_thread():
    author, board = a_member(), a_board()
    words = {"title": "Once", "body": "Only once.", "idempotency_key": "k2"}
    assert (
        a_thread(author=author, board=board, **words).pk == a_thread(author=author, board=board, **words).pk
    )
    assert Thread.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", {"title": "   "}),
        ("title", {"title": "x" * 60_000}),
        ("lane", {"lane": "shout"}),
        ("tags", {"tags": ["a", "b", "c", "d", "e", "f"]}),
        ("tags", {"tags": ["x" * 41]}),
        ("tags", {"tags": ["///"]}),
    ],
)
def test_bad_words_are_refused_beside_their_field(field, words):
    with pytest.raises(Invalid) as refusal:
        a_thread(author=a_member(), **words)
    assert refusal.value.field == field
    assert not Thread.objects.exists() and not Tag.objects.exists()


def test_a_body_beyond_the_limit_is_refused_and_nothing_is_written():
    thread = a_thread(author=a_member())
    for body in ("", "  \n", "x" * 5_000_000, ">" * 400 + " deep"):
        with pytest.raises(Invalid):
            a_reply(author=a_member(), thread=thread, body=body)
    assert Post.objects.filter(thread=thread).count() == 1


def test_a_lane_the_board_does_not_have_is_refused():
    board = a_board(lanes=["tell", "chat"])
    with pytest.raises(Invalid):
        a_thread(author=a_member(), board=board, lane="ask")


def test_a_locked_thread_takes_replies_from_moderators_only():
    moderator = a_member(role="moderator")
    thread = a_thread(author=a_member())
    actions.lock_thread(actor=moderator, thread_id=thread.pk, reason="Settled")
    with pytest.raises(Refused) as refusal:
        a_reply(author=a_member(), thread=thread)
    assert refusal.value.code == "locked"
    assert a_reply(author=moderator, thread=thread).number == 2


def test_a_reply_to_a_post_elsewhere_is_refused():
    one, two = a_thread(author=a_member()), a_thread(author=a_member())
    stranger = a_reply(author=a_member(), thread=two)
    with pytest.raises(Invalid):
        a_reply(author=a_member(), thread=one, reply_to_id=stranger.pk)


def test_the_muted_and_the_suspended_cannot_write():
    thread = a_thread(author=a_member())
    for standing in ("muted", "suspended"):
        with pytest.raises(Refused):
            a_reply(author=a_member(standing=standing), thread=thread)


def test_a_missing_thread_is_absent():
    with pytest.raises(Http404):
        actions.post_reply(author=a_member(), thread_id=999_999, body="Anyone?")


def test_a_mention_is_linked_and_told_as_a_fact(facts):
    friend = a_member(name="林小满")
    thread = a_thread(author=a_member(), body="问一下@林小满，你那台怎么样？")
    assert "/members/" in Post.objects.get(thread=thread).html
    assert facts.only("ThreadOpened").mentioned_ids == (friend.pk,)
