"""Choosing what a split takes from a long thread: over pages, or from number to number, by a plain form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from forum.actions import moves
from forum.models import Post, Thread
from forum.views import upkeep
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db
WORDS = {"title": "Whistling", "lane": "ask", "reason": "Another matter"}


@pytest.fixture
def posts() -> dict[int, Post]:
    """Number → post of a thread of seven."""
    thread, writer = a_thread(author=a_member()), a_member()
    for n in range(6):
        a_reply(author=writer, thread=thread, body=f"Mine whistles from {40 + 10 * n} km/h on.")
    return {post.number: post for post in thread.posts.all()}


@pytest.fixture
def staff() -> Client:
    return signed_in(Client(), a_member(role="moderator"))


def split(client: Client, there: dict[int, Post], /, **data: Any) -> Any:
    return client.post(f"/threads/{there[1].thread_id}/split/", WORDS | data)


def gone(posts: dict[int, Post]) -> list[int]:
    """By the numbers they had: what stands in the new thread."""
    there = set(Post.objects.filter(thread=Thread.objects.latest("pk")).values_list("pk", flat=True))
    return [number for number, post in posts.items() if post.pk in there]


def test_what_was_ticked_on_one_page_goes_with_what_is_ticked_on_another(
    posts: dict[int, Post], staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SPLIT_ROWS", 3)
    page = staff.get(f"/threads/{posts[1].thread_id}/split/").content.decode()
    assert [f'name="posts" value="{posts[n].pk}"' in page for n in (2, 3, 4)] == [True, True, False]
    turned = split(staff, posts, posts=[posts[2].pk, posts[3].pk], page="2")
    said, fields = turned.content.decode(), Page(turned.content.decode()).fields
    assert turned.status_code == 200 and "2 replies on other pages are ticked." in said
    assert (fields["title"], fields["reason"], fields["shown"]) == ("Whistling", "Another matter", "2")
    back = split(staff, posts, posts=[posts[5].pk], others=fields["others"], page="1").content.decode()
    assert (
        f'name="posts" value="{posts[2].pk}" checked' in back
        and f'name="posts" value="{posts[5].pk}"' not in back
    )
    refused = split(
        staff, posts, title="", posts=[posts[2].pk], others=Page(back).fields["others"], shown="1"
    )
    assert (
        refused.status_code == 422
        and f'name="posts" value="{posts[3].pk}" checked' not in refused.content.decode()
    )
    fields = Page(refused.content.decode()).fields
    assert split(staff, posts, posts=[posts[2].pk], others=fields["others"]).status_code == 302
    assert gone(posts) == [2, 5], "unticked on its page, the third stays"


@pytest.mark.parametrize(
    ("first", "last", "ticked", "goes"),
    [("3", "4", 6, [3, 4, 6]), ("6", "", 0, [6, 7]), ("", "3", 0, [2, 3]), ("9", "", 3, [3])],
)
def test_replies_go_from_number_to_number(
    posts: dict[int, Post], staff: Client, first: str, last: str, ticked: int, goes: list[int]
) -> None:
    data = {"first": first, "last": last, "posts": [posts[ticked].pk] if ticked else []}
    assert split(staff, posts, **data).status_code == 302 and gone(posts) == goes


def test_numbers_the_wrong_way_round_and_too_many_at_once_are_refused(
    posts: dict[int, Post], staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = split(staff, posts, first="5", last="4")
    assert answer.status_code == 422 and "must not come before the first" in answer.content.decode()
    monkeypatch.setattr(moves, "MOST_AT_ONCE", 2)
    answer = split(staff, posts, first="2")
    assert answer.status_code == 422 and "At most 2 replies go at once" in answer.content.decode()
    assert Thread.objects.count() == 1
