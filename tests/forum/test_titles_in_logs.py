"""What a thread's log tells of another thread: its title as it is now, to whoever may read it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from community.members.models import Member
from forum import actions
from forum import rights as rules
from forum.actions.leaving import GONE_TITLE, take_out_words
from forum.actions.visibility import ERASED_TITLE
from forum.models import Post, Thread, ThreadLog
from forum.queries import threads as queries
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
SECRET = "SECRETNAME lives at Elm Street"


@pytest.fixture
def moderator() -> Member:
    return a_member(role="moderator")


def page(thread: Thread, client: Client | None = None) -> str:
    return (client or Client()).get(Thread.objects.get(pk=thread.pk).get_absolute_url()).content.decode()


def merge(moderator: Member, source: Thread, target: Thread) -> None:
    actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="The same")


def split(moderator: Member, thread: Thread, *posts: Post, title: str = "Whistling") -> Thread:
    return actions.split_thread(
        actor=moderator,
        thread_id=thread.pk,
        post_ids=[post.pk for post in posts],
        title=title,
        reason="Apart",
    )


def purge(moderator: Member, post: Post) -> str:
    actions.purge_post(actor=moderator, post_id=post.pk, reason="Private data")
    return ERASED_TITLE


def leave(_moderator: Member, post: Post) -> str:
    take_out_words(member_id=post.author_id or 0)
    return GONE_TITLE


@pytest.mark.parametrize("go", [purge, leave])
@pytest.mark.parametrize("is_split", [False, True])
def test_erased_first_words_take_the_title_of_a_merged_thread_along(
    moderator: Member, go: Callable[[Member, Post], str], is_split: bool
) -> None:
    first, between, last = (
        a_thread(author=a_member(), title=SECRET),
        a_thread(author=a_member()),
        a_thread(author=a_member()),
    )
    actions.rename_thread(actor=moderator, thread_id=first.pk, title=f"{SECRET} 7", reason="Clearer")
    opening = first.posts.get(number=1)
    merge(moderator, first, between)
    merge(moderator, between, last)
    assert "SECRETNAME" in page(last)
    if is_split:
        split(moderator, last, opening)
    title = go(moderator, Post.objects.get(pk=opening.pk))
    first.refresh_from_db()
    between.refresh_from_db()
    assert (first.title, first.excerpt) == (title, "") and "secret" not in first.slug.lower()
    assert between.title != title, "only of the thread that began with it"
    assert "SECRETNAME" not in page(last)
    assert not [line for line in ThreadLog.objects.all() if "SECRETNAME" in str(line.data)]
    assert queries.merged_target(AnonymousUser(), first.pk) == (last, 3), "the old address still leads there"


def test_a_split_off_thread_is_named_to_its_readers_alone(moderator: Member) -> None:
    thread, secret = a_thread(author=a_member(), title="Range in winter"), a_board(rights=rules.CIRCLE)
    new = split(moderator, thread, a_reply(author=a_member(), thread=thread))
    assert "Whistling" in page(thread) and "from “Range in winter”" in page(new)
    actions.move_thread(actor=moderator, thread_id=new.pk, board_id=secret.pk)
    staff = signed_in(Client(), a_member(role="admin"))
    assert "Whistling" not in page(thread) and "gave some replies their own thread." in page(thread)
    assert "Whistling" in page(thread, staff)
    actions.move_thread(actor=moderator, thread_id=new.pk, board_id=thread.board_id)
    assert "Whistling" in page(thread)
    actions.hide_thread(actor=moderator, thread_id=thread.pk, reason="Names an address")
    assert "Range in winter" not in page(new) and "split this thread from another one." in page(new)


def test_a_merged_thread_is_named_where_its_posts_and_its_board_may_be_read(moderator: Member) -> None:
    secret = a_board(rights=rules.CIRCLE)
    thread = a_thread(author=a_member())
    inside = a_thread(author=(author := a_member(role="admin")), board=secret, title="A circle's plan")
    new = split(moderator, thread, a_reply(author=a_member(), thread=thread))
    admin = a_member(role="admin")
    merge(admin, inside, thread)
    assert "circle" not in page(thread) and "merged another thread into this one." in page(thread)
    assert "circle" in page(thread, signed_in(Client(), author))
    merge(admin, new, a_thread(author=author, board=secret))
    assert "Whistling" not in page(thread), "its posts went out of sight"


def test_titles_kept_in_lines_of_before_are_taken_out(moderator: Member) -> None:
    target = a_thread(author=a_member())
    merge(moderator, a_thread(author=a_member()), target)
    line = ThreadLog.objects.get(kind="merged_in")
    ThreadLog.objects.update(data={**line.data, "title": SECRET})
    module = importlib.import_module("forum.migrations.0022_titles_out_of_logs")
    module.take_titles_out(apps, SimpleNamespace(connection=connection))
    assert ThreadLog.objects.get().data == {**line.data, "title": ""}
