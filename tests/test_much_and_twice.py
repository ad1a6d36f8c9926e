"""More than fits, and the same twice: a clear limit beside the field, nothing lost, one effect."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from community.core import ratelimit
from community.core.access import YES
from community.members.models import Member
from forum.models import Board, Post, Thread, ThreadLog
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)


@pytest.fixture
def author() -> Member:
    return a_member(name="Sunbird")


@pytest.fixture
def writer(author: Member) -> Client:
    return signed_in(Client(), author)


# -- too much


HUGE: list[tuple[str, Callable[[], dict[str, str]], str, str]] = [
    ("a title of 60 KB", lambda: {"title": "a" * 60_000, "body": "x"}, "title", "60,000"),
    ("a text of 5 MB", lambda: {"title": "x y", "body": "word " * 1_000_000}, "body", "5,000,000"),
    ("a Chinese text of 5 MB", lambda: {"title": "x y", "body": "车" * 1_700_000}, "body", "1,700,000"),
    ("400 quotes in one another", lambda: {"title": "x y", "body": "> " * 400 + "deep"}, "body", "nested"),
    ("400 lists in one another", lambda: {"title": "x y", "body": "- " * 400 + "deep"}, "body", "nested"),
    (
        "a table of 100 columns",
        lambda: {"title": "x y", "body": "a|" * 100 + "\n" + "-|" * 100},
        "body",
        "table",
    ),
    (
        "30 tags",
        lambda: {"title": "x y", "body": "x", "tags": ",".join(f"t{n}" for n in range(30))},
        "tags",
        "5",
    ),
    ("a tag of 2 KB", lambda: {"title": "x y", "body": "x", "tags": "t" * 2_000}, "tags", "40"),
    ("blanks", lambda: {"title": "\u3164\u2800", "body": "\u200b\u200b"}, "title", "visible"),
]


@pytest.mark.parametrize(
    ("data", "field", "reason"), [case[1:] for case in HUGE], ids=[case[0] for case in HUGE]
)
def test_too_much_is_refused_beside_its_field_and_nothing_is_lost(writer, data, field, reason):
    board = a_board()
    typed = data()
    response = writer.post(f"/boards/{board.slug}/new/", {"lane": "chat", **typed})
    assert response.status_code == 422
    page = Page(response.content.decode())
    assert any(reason in error for error in page.errors), page.errors
    assert response.context["form"].errors.get(field), "the reason stands beside the field"
    for name, value in typed.items():
        assert page.fields[name].strip() == value.strip(), f"{name} was lost"
    assert not Thread.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_reasons_are_in_the_readers_language(writer, author, language):
    author.language = language
    author.save(update_fields=["language"])
    board = a_board()
    response = writer.post(
        f"/boards/{board.slug}/new/", {"lane": "chat", "title": "a" * 200, "body": "x" * 40_000}
    )
    said = " ".join(Page(response.content.decode()).errors)
    assert ("limit" in said) == (language == "en")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said) == (language != "en")


def test_more_than_the_door_lets_in_is_a_calm_refusal(writer):
    board = a_board()
    response = writer.post(
        f"/boards/{board.slug}/new/", {"lane": "chat", "title": "x y", "body": "a" * 19_000_000}
    )
    assert response.status_code == 413 and not Thread.objects.exists()
    assert "more than 18.0\xa0MB" in response.content.decode()


def test_thousands_of_fields_are_refused_without_a_crash(writer):
    response = writer.post("/compose/preview/", {f"f{n}": "1" for n in range(5_000)})
    assert response.status_code == 422


@pytest.mark.parametrize("number", ["99999999999999999999999", "-1", "1e9", "٣", "²", " 1", "1;2", "%00"])
def test_numbers_that_are_none(writer, author, number):
    thread = a_thread(author=author, lane="chat")
    post = thread.posts.get(number=1)
    moderator = signed_in(Client(), a_member(role="moderator"))
    ok = {200, 301, 302, 400, 404, 422}
    for path in (f"/threads/{number}/x/", f"/posts/{number}/", f"/posts/{post.pk}/history/{number}/revert/"):
        assert writer.get(path).status_code in {*ok, 405}, path
    for query in (f"?page={number}", f"?unread={number}"):
        assert writer.get(thread.get_absolute_url() + query).status_code in ok
    for query in (f"?quote={number}", f"?to={number}"):
        assert writer.get(f"/threads/{thread.pk}/reply/{query}").status_code in ok
    assert writer.get(f"/posts/{post.pk}/history/?page={number}").status_code in ok
    sent = {"body": "Hello.", "reply_to": number}
    assert writer.post(f"/threads/{thread.pk}/reply/", sent).status_code in ok
    sent = {"title": "x y", "body": "Hello.", "edit_count": number}
    assert writer.post(f"/posts/{post.pk}/edit/", sent).status_code in ok
    for verb, sent in {
        "move": {"move-board": number},
        "merge": {"merge-target": number, "merge-reason": "x"},
        "pin": {"pin-until": number, "pin-reason": "x"},
    }.items():
        assert moderator.post(f"/threads/{thread.pk}/manage/{verb}/", sent).status_code in ok
    sent = {"posts": [number, "x"], "title": "y z", "lane": "chat", "reason": "x"}
    assert moderator.post(f"/threads/{thread.pk}/split/", sent).status_code in ok


# -- twice


def _thread_form(client: Client, board: Board) -> dict[str, str]:
    page = Page(client.get(f"/boards/{board.slug}/new/").content.decode())
    return {"key": page.fields["key"], "title": "Once only", "body": "Said once.", "lane": "chat", "tags": ""}


def test_a_thread_sent_twice_is_opened_once_and_both_lead_there(writer):
    board = a_board()
    data = _thread_form(writer, board)
    assert data["key"]
    led = [send(writer, f"/boards/{board.slug}/new/", data, kept={}) for _ in range(3)]
    assert led == [Thread.objects.get().get_absolute_url()] * 3


def test_a_reply_sent_twice_is_posted_once_and_both_lead_there(writer, author):
    thread = a_thread(author=author)
    page = Page(writer.get(thread.get_absolute_url()).content.decode())
    data = {"key": page.fields["key"], "body": "Said once.", "reply_to": ""}
    led = [send(writer, f"/threads/{thread.pk}/reply/", data, kept={}) for _ in range(2)]
    reply = Post.objects.get(number=2)
    assert led == [f"{thread.get_absolute_url()}#post-{reply.pk}"] * 2
    thread.refresh_from_db()
    assert thread.last_number == 2


def test_going_back_and_sending_other_words_asks_first_and_then_posts_them(writer, author):
    thread = a_thread(author=author)
    data = {
        "key": Page(writer.get(thread.get_absolute_url()).content.decode()).fields["key"],
        "body": "First.",
    }
    address = f"/threads/{thread.pk}/reply/"
    assert send(writer, address, data, kept={})
    response = writer.post(address, data | {"body": "Second."})
    assert response.status_code == 422
    page = Page(response.content.decode())
    assert "Send again to post these too" in " ".join(page.errors)
    assert page.fields["body"].strip() == "Second." and page.fields["key"] != data["key"]
    again = {"key": page.fields["key"], "body": "Second."}
    assert send(writer, address, again, kept={})
    assert list(Post.objects.order_by("number").values_list("source", flat=True))[1:] == ["First.", "Second."]


def test_what_was_refused_can_be_mended_and_sent_with_the_same_form(writer):
    board = a_board()
    data = _thread_form(writer, board)
    assert not send(writer, f"/boards/{board.slug}/new/", data | {"body": "  "}, kept={"title": "Once only"})
    assert send(writer, f"/boards/{board.slug}/new/", data, kept={})
    assert Thread.objects.count() == 1


def test_one_persons_key_says_nothing_to_another(writer, author):
    thread = a_thread(author=author)
    data = {"key": "same-key-for-both", "body": "Hello."}
    other = signed_in(Client(), a_member())
    for client in (writer, other):
        assert send(client, f"/threads/{thread.pk}/reply/", data, kept={})
    assert Post.objects.filter(number__gt=1).count() == 2


@pytest.mark.parametrize("key", ["k" * 65, "schlüssel", "a\tb", ""])
def test_a_key_that_is_none_never_costs_the_words(writer, author, key):
    thread = a_thread(author=author)
    data = {"key": key, "body": "Hello."}
    led = send(writer, f"/threads/{thread.pk}/reply/", data, kept={"body": "Hello."})
    assert led and Post.objects.count() == 2


def test_a_watch_a_reaction_and_a_lock_sent_twice_are_as_once(writer, author):
    thread = a_thread(author=a_member())
    post = thread.posts.get(number=1)
    for _ in range(2):
        writer.post(f"/threads/{thread.pk}/watch/", {"level": "all"})
        writer.post(f"/posts/{post.pk}/react/", {"kind": "useful"})
    post.refresh_from_db()
    assert post.reactions == {"useful": 1}
    moderator = signed_in(Client(), a_member(role="moderator"))
    for _ in range(2):
        moderator.post(f"/threads/{thread.pk}/manage/lock/", {"lock-reason": "Settled"})
    assert ThreadLog.objects.filter(thread=thread, kind="locked").count() == 1
