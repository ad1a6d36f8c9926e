"""The same news by HTTP; and a page that applied every frame equals a fresh one."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from community.members import actions as members
from forum import access, actions, drawing, rights
from forum.models import Post, PostState, Thread
from forum.queries import threads as queries
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.live.house import House, play

pytestmark = pytest.mark.django_db(transaction=True)


def asked(client: Client, thread: Thread, after: int) -> dict[str, Any]:
    answer = client.get(f"/threads/{thread.pk}/since/?after={after}", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_each_is_told_with_their_own_buttons():
    author, other, staff = a_member(), a_member(), a_member(role="admin")
    thread = a_thread(author=author)
    post = a_reply(author=other, thread=thread)
    told = {
        who: asked(signed_in(Client(), member) if member else Client(), thread, 0)["frames"][0]["p"]["html"]
        for who, member in {"guest": None, "author": author, "writer": other, "staff": staff}.items()
    }
    assert "formaction" not in told["guest"]
    assert f"/posts/{post.pk}/accept/" in told["author"]
    assert f"/posts/{post.pk}/edit/" in told["writer"]
    assert f"/posts/{post.pk}/hide/" in told["staff"]


def test_somebody_who_ignores_the_author_finds_the_post_folded():
    author, other, reader = a_member(), a_member(), a_member()
    thread = a_thread(author=author)
    a_reply(author=other, thread=thread)
    members.ignore_member(member=reader, target=other)
    html = asked(signed_in(Client(), reader), thread, 0)["frames"][0]["p"]["html"]
    assert "<details" in html.split("<article")[0]


def test_too_far_behind_and_up_to_date():
    author = a_member()
    thread = a_thread(author=author)
    a_reply(author=author, thread=thread)
    assert asked(Client(), thread, 1) == {"s": 1, "reload": False, "frames": []}
    assert asked(Client(), thread, 7)["reload"] is True


def test_a_hidden_post_is_told_without_its_words():
    author, other, staff = a_member(), a_member(), a_member(role="admin")
    thread = a_thread(author=author)
    post = a_reply(author=other, thread=thread, body="Unspeakable")
    actions.hide_post(actor=staff, post_id=post.pk, reason="r")
    told = json.dumps(asked(Client(), thread, 0))
    assert "Unspeakable" not in told
    assert '"a"' not in told


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_may_not_be_read_is_not_there(accept):
    author = a_member(role="admin")
    thread = a_thread(author=author, board=a_board(rights=rights.CIRCLE))
    for address in (f"/threads/{thread.pk}/since/", "/threads/999999/since/"):
        assert Client().get(address, headers={"Accept": accept}).status_code == 404


@pytest.mark.parametrize(
    ("read", "to"), [("1", "#n2"), ("2", "#n2"), ("99", "#n2"), ("x", "#n1"), ("-1", "#n1")]
)
def test_without_a_script_the_link_leads_to_the_first_new_post(read, to):
    author = a_member()
    thread = a_thread(author=author)
    a_reply(author=author, thread=thread)
    answer = Client().get(f"/threads/{thread.pk}/since/?read={read}")
    assert answer["Location"] == thread.get_absolute_url() + to
    assert "no-store" in answer["Cache-Control"]


class Model:
    """A guest's page of one thread: what stands at each post, changed by frames alone."""

    def __init__(self, thread_id: int) -> None:
        self.thread_id = thread_id
        self.posts = self.fresh()

    def fresh(self) -> dict[int, str]:
        thread = access.thread_for_reading(AnonymousUser(), thread_id=self.thread_id)
        ids = Post.objects.filter(thread=thread).values_list("pk", flat=True)
        posts = queries.posts_for(AnonymousUser(), thread, ids)
        page = queries.page_of(AnonymousUser(), thread, posts)
        return {post.pk: drawing.post(page, post) for post in posts}

    def apply(self, frame: dict[str, Any]) -> None:
        match frame["k"]:
            case "reply" | "edit" | "state" if "p" in frame:
                self.posts[frame["p"]["id"]] = frame["p"]["html"]
            case "reply" | "edit" | "state":
                pass  # it has gone to another thread: the split is told presently
            case "undone":
                self.posts.pop(frame["p"]["id"], None)
            case (
                "reactions"
            ):  # a guest's page has no buttons to count on: it takes what stands there from the page
                self.posts = self.fresh()
            case "accept" | "thread" | "split":  # as the script does: the page is asked for once more
                self.posts = self.fresh()
            case other:
                raise AssertionError(f"no page knows what to do with {other}")


def test_a_page_that_applied_every_frame_equals_a_fresh_one(frozen_clock):
    chance = random.Random(11)
    author, staff = a_member(), a_member(role="admin")
    others = [a_member() for _ in range(3)]
    thread = a_thread(author=author)
    model = Model(thread.pk)

    def some(*states: str) -> Post | None:
        rows = Post.objects.filter(thread=thread, number__gt=1, state__in=states or ["visible"])
        return chance.choice(list(rows)) if rows else None

    def act() -> None:
        verb, post, who = chance.choice(VERBS), some(), chance.choice(others)
        if verb == "reply" or post is None:
            a_reply(author=who, thread=thread, body=f"Words {chance.random()}")
        elif verb == "undo":
            actions.undo_post(actor=who, post_id=a_reply(author=who, thread=thread, body="Too soon").pk)
        elif verb == "edit":
            actions.edit_post(actor=staff, post_id=post.pk, body=f"Other {chance.random()}", reason="r")
        elif verb == "hide":
            actions.hide_post(actor=staff, post_id=post.pk, reason="r")
        elif verb == "restore" and (gone := some(PostState.HIDDEN, PostState.REMOVED)):
            actions.restore_post(actor=staff, post_id=gone.pk)
        elif verb == "purge":
            actions.purge_post(actor=staff, post_id=post.pk, reason="r")
        elif verb == "react":
            actions.react(actor=author if post.author_id != author.pk else staff, post_id=post.pk, kind="wow")
        elif verb == "accept":
            actions.accept_answer(actor=author, post_id=post.pk)
        elif verb == "lock":
            actions.lock_thread(actor=staff, thread_id=thread.pk, reason="r")
            actions.unlock_thread(actor=staff, thread_id=thread.pk)
        elif verb == "split":
            actions.split_thread(
                actor=staff, thread_id=thread.pk, post_ids=[post.pk], title="Else", reason="r"
            )

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(thread, 0)
        for _ in range(120):
            await house.do(act)
        await house.settle()
        frames = page.waiting()
        assert [frame["s"] for frame in frames] == list(range(1, len(frames) + 1))
        for frame in frames:
            await house.do(model.apply, frame)
        assert model.posts == await house.do(model.fresh)

    play(scene)


VERBS = [
    "reply",
    "reply",
    "reply",
    "edit",
    "hide",
    "restore",
    "purge",
    "react",
    "accept",
    "lock",
    "split",
    "undo",
]
