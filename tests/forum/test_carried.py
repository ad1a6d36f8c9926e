"""Marks, watches and "in reply to" when posts change their thread: what was read stays read, what was asked for holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.members.models import Member
from forum import actions
from forum import rights as rules
from forum.models import Post, ReadMark, Thread, Watch
from forum.queries import lists
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Member:
    return a_member(role="moderator")


def unread(member: Member, thread: Thread) -> int | None:
    return lists.unread_count(Thread.objects.with_viewer(member).get(pk=thread.pk))


def read(member: Member, thread: Thread, number: int) -> None:
    seen = Thread.objects.with_viewer(member).get(pk=thread.pk)
    actions.mark_read(member=member, thread=seen, number=number)


def split(moderator: Member, thread: Thread, posts: list[Post], **more: Any) -> Thread:
    return actions.split_thread(
        actor=moderator,
        thread_id=thread.pk,
        post_ids=[post.pk for post in posts],
        title="Whistling",
        reason="Apart",
        **more,
    )


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_was_read_before_a_split_stays_read(
    moderator: Member, frozen_clock: Any, elsewhere: bool
) -> None:
    all_of_it, part, at_once, nothing = (a_member() for _ in range(4))
    frozen_clock.move(timedelta(hours=1))
    thread = a_thread(author=a_member())
    posts = [a_reply(author=a_member(), thread=thread, body=f"Tyre {n}, as it was.") for n in range(4)]
    read(all_of_it, thread, 5)
    read(part, thread, 3)
    frozen_clock.move(timedelta(hours=1))
    actions.mark_board_read(member=at_once, board_id=thread.board_id)
    frozen_clock.move(timedelta(hours=1))
    there = a_board().pk if elsewhere else None
    new = split(moderator, thread, [posts[0], posts[1], posts[3]], board_id=there)  # 2, 3 and 5
    assert [unread(one, new) for one in (all_of_it, part, at_once, nothing)] == [0, 1, 0, 3]
    assert not ReadMark.objects.filter(thread=new, member=nothing).exists()
    last = Member.objects.get(pk=posts[3].author_id or 0)
    assert unread(last, new) == 0, "one's own words are no news"


def test_who_wrote_or_chose_hears_of_what_was_split_off(moderator: Member) -> None:
    asker, writer, gone, other, fan, quiet = (a_member() for _ in range(6))
    thread = a_thread(author=asker)
    moved = [
        a_reply(author=one, thread=thread, body=f"From {one.username}, so far.") for one in (writer, gone)
    ]
    a_reply(author=other, thread=thread)
    actions.set_watch(member=gone, thread_id=thread.pk, level="")
    actions.set_watch(member=fan, thread_id=thread.pk, level="all")
    actions.set_watch(member=quiet, thread_id=thread.pk, level="muted")
    new = split(moderator, thread, moved)
    found = Watch.objects.filter(thread=new).values_list("member_id", "level", "is_automatic")
    assert set(found) == {(writer.pk, "all", True), (fan.pk, "all", False), (quiet.pk, "muted", False)}
    assert Watch.objects.filter(thread=thread).count() == 5, "the source's stay"


@pytest.mark.parametrize("at_once", ["source", "target", "both"])
def test_threads_read_one_by_one_and_by_the_board_are_read_when_merged(
    moderator: Member, frozen_clock: Any, at_once: str
) -> None:
    reader, half = a_member(), a_member()
    frozen_clock.move(timedelta(hours=1))
    # What is marked at once is older: the other one has posts from behind the mark.
    older, newer = a_thread(author=a_member()), a_thread(author=a_member())
    frozen_clock.move(timedelta(hours=1))
    for one in (reader, half):
        actions.mark_board_read(member=one, board_id=older.board_id)
    frozen_clock.move(timedelta(hours=1))
    a_reply(author=a_member(), thread=newer)
    if at_once == "both":
        actions.mark_board_read(member=reader, board_id=newer.board_id)
    else:
        read(reader, newer, 2)
    read(half, newer, 1)
    source, target = (older, newer) if at_once == "source" else (newer, older)
    actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="The same")
    assert unread(reader, target) == 0 and unread(half, target)


def test_a_reply_that_stays_says_only_the_number_of_what_it_answered(moderator: Member) -> None:
    thread, writer = a_thread(author=a_member()), a_member(name="Benno Brandt")
    moved = a_reply(author=writer, thread=thread)
    stays = a_reply(author=a_member(), thread=thread, body="Not with mine.", reply_to_id=moved.pk)
    secret = a_board(rights=rules.CIRCLE)
    page = thread.get_absolute_url
    assert "Benno Brandt, #2" in Client().get(page()).content.decode()
    new = split(moderator, thread, [moved])
    stub = thread.posts.get(number=2)
    stays.refresh_from_db()
    assert stays.reply_to == stub
    said = Client().get(page()).content.decode()
    assert f'<p class="in-reply"><a href="/posts/{stub.pk}/">' in said and "Brandt, #" not in said
    assert Client().get(f"/posts/{stub.pk}/")["Location"].startswith(new.get_absolute_url())
    actions.move_thread(actor=moderator, thread_id=new.pk, board_id=secret.pk)
    assert "Benno" not in Client().get(page()).content.decode()
    assert Client().get(f"/posts/{stub.pk}/")["Location"] == f"{page()}#post-{stub.pk}"
    Post.objects.filter(pk=stays.pk).update(reply_to=moved)  # as a split of before left it
    assert "in-reply" not in Client().get(page()).content.decode()
