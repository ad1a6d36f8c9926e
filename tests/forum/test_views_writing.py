"""New threads, replies, quotations and the preview, with and without scripts."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from community.members import actions as member_actions
from community.members.models import Member
from forum import actions
from forum.models import Post, Thread
from forum.rights import ANNOUNCEMENTS, CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def writer() -> Client:
    return signed_in(Client(), a_member(name="Sunbird"))


# -- where to write


def test_a_choice_of_boards_that_one_may_write_on(writer):
    a_board(title_en="Trips")
    a_board(title_en="News", rights=ANNOUNCEMENTS)
    a_board(title_en="The circle", rights=CIRCLE)
    closed = a_board(title_en="Closed")
    actions.edit_board(actor=None, board_id=closed.pk, is_closed=True)
    a_board(title_en="Charging")
    page = said(writer.get("/write/"))
    assert "Trips" in page and "Charging" in page
    for absent in ("News", "The circle", "Closed"):
        assert f"> {absent}" not in page and f">{absent}<" not in page, absent


def test_one_board_is_no_choice_and_none_is_said(writer):
    assert "There is no board you can write on" in said(writer.get("/write/"))
    board = a_board()
    assert writer.get("/write/")["Location"] == f"/boards/{board.slug}/new/"


# -- a new thread


def test_a_thread_is_opened_by_a_plain_form(writer):
    board = a_board()
    form = Page(said(writer.get(f"/boards/{board.slug}/new/?lane=tell&title=Cold+start")))
    assert form.fields["title"].strip() == "Cold start"
    data = {
        "key": form.fields["key"],
        "title": "Cold start",
        "body": "It **just** starts.",
        "lane": "tell",
        "tags": "winter，软件、 Range ; ,winter",
    }
    response = writer.post(f"/boards/{board.slug}/new/", data)
    thread = Thread.objects.get()
    assert response["Location"] == thread.get_absolute_url()
    assert (thread.lane, [name for _slug, name in thread.tag_list]) == ("tell", ["winter", "软件", "Range"])
    page = said(writer.get(thread.get_absolute_url()))
    assert "It <strong>just</strong> starts." in page


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"title": ""}, "title", "Give your thread a title."),
        ({"body": "   "}, "body", "Write something first."),
        ({"body": "\u200b \n"}, "body", "Write something first."),
        ({"lane": "sell"}, "lane", "sell"),
        ({"lane": ""}, "lane", "required"),
        ({"tags": "a,b,c,d,e,f"}, "tags", "at most 5 tags"),
        ({"tags": "???"}, "tags", "cannot be a tag"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(writer, wrong, field, reason):
    board = a_board()
    data = {"title": "Cold start", "body": "It starts.", "lane": "ask", "tags": "winter"} | wrong
    response = writer.post(f"/boards/{board.slug}/new/", data)
    assert response.status_code == 422 and not Thread.objects.exists()
    assert reason in str(response.context["form"].errors[field])
    page = Page(said(response))
    for name in ("title", "body", "tags"):
        assert page.fields[name].strip() == data[name].strip()


def test_a_board_of_two_lanes_offers_two(writer):
    board = a_board(lanes=["ask", "chat"])
    page = said(writer.get(f"/boards/{board.slug}/new/"))
    assert page.count('name="lane"') == 2 and 'value="ask" checked' in page
    response = writer.post(
        f"/boards/{board.slug}/new/", {"title": "Hello there", "body": "x", "lane": "tell"}
    )
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("board", "reason"),
    [
        (lambda: a_board(rights=ANNOUNCEMENTS), "You cannot start threads on this board."),
        (
            lambda: actions.edit_board(actor=None, board_id=a_board().pk, is_closed=True),
            "This board is closed.",
        ),
    ],
)
def test_where_one_may_not_write_the_reason_is_told_and_words_are_kept(writer, board, reason):
    place = board()
    response = writer.get(f"/boards/{place.slug}/new/")
    assert response.status_code == 403 and reason in said(response)
    data = {"title": "Hello there", "body": "My long words.", "lane": "chat"}
    response = writer.post(f"/boards/{place.slug}/new/", data)
    assert response.status_code == 422 and reason in said(response) and "My long words." in said(response)


def test_a_private_board_has_no_form(writer):
    board = a_board(rights=CIRCLE)
    assert writer.get(f"/boards/{board.slug}/new/").status_code == 404
    assert writer.post(f"/boards/{board.slug}/new/", {"title": "Hello there", "body": "x"}).status_code == 404


def test_too_many_threads_in_an_hour_are_refused_with_the_wait(writer):
    cache.clear()
    board = a_board()
    for n in range(10):
        data = {"title": f"Thread {n}", "body": "x", "lane": "chat"}
        assert writer.post(f"/boards/{board.slug}/new/", data).status_code == 302
    response = writer.post(f"/boards/{board.slug}/new/", {"title": "One more", "body": "x", "lane": "chat"})
    assert response.status_code == 429 and response.headers["Retry-After"]
    assert Thread.objects.count() == 10


def test_words_that_are_refused_use_up_no_thread_and_no_reply(writer):
    cache.clear()
    board = a_board()
    deep = ">" * 400 + " x"
    for _try in range(12):
        refused = writer.post(f"/boards/{board.slug}/new/", {"title": "Deep", "body": deep, "lane": "chat"})
        assert refused.status_code == 422
    made = writer.post(f"/boards/{board.slug}/new/", {"title": "Fine now", "body": "x", "lane": "chat"})
    assert made.status_code == 302
    thread = Thread.objects.get()
    for _try in range(32):
        assert writer.post(f"/threads/{thread.pk}/reply/", {"body": deep}).status_code == 422
    assert writer.post(f"/threads/{thread.pk}/reply/", {"body": "Fine now"}).status_code == 302
    edit = f"/posts/{thread.posts.get(number=1).pk}/edit/"
    words = {"title": "Fine now", "edit_count": "0"}
    for _try in range(32):
        assert writer.post(edit, {**words, "body": deep}).status_code == 422
    assert writer.post(edit, {**words, "body": "Finer still"}).status_code == 302


# -- replies


def test_a_reply_from_the_foot_of_the_thread(writer):
    thread = a_thread(author=a_member())
    form = Page(said(writer.get(thread.get_absolute_url())))
    data = {"key": form.fields["key"], "body": "Two thirds.", "reply_to": form.fields["reply_to"]}
    response = writer.post(f"/threads/{thread.pk}/reply/", data)
    reply = Post.objects.get(number=2)
    assert response["Location"] == f"{thread.get_absolute_url()}#post-{reply.pk}"


def test_the_twenty_first_reply_leads_to_the_second_page(writer):
    thread = a_thread(author=a_member())
    for _ in range(19):
        a_reply(author=thread.author, thread=thread)
    location = writer.post(f"/threads/{thread.pk}/reply/", {"body": "On page two."})["Location"]
    assert location.startswith(f"{thread.get_absolute_url()}?page=2#post-")


def test_answering_one_post_names_it(writer):
    thread = a_thread(author=a_member())
    first = a_reply(author=a_member(name="Nightjar"), thread=thread)
    form = Page(said(writer.get(f"/threads/{thread.pk}/reply/?to={first.pk}")))
    assert form.fields["reply_to"] == str(first.pk) and form.fields["body"].strip() == ""
    writer.post(f"/threads/{thread.pk}/reply/", {"body": "Yes.", "reply_to": first.pk})
    assert Post.objects.get(number=3).reply_to == first
    assert "Nightjar, #2" in said(writer.get(thread.get_absolute_url()))


def test_a_quotation_is_attributed_and_can_be_followed(writer):
    thread = a_thread(author=a_member())
    first = a_reply(author=a_member(name="Nightjar"), thread=thread, body="Two **thirds** of it.")
    form = Page(said(writer.get(f"/threads/{thread.pk}/reply/?quote={first.pk}")))
    body = form.fields["body"]
    assert "> Two **thirds** of it." in body and "Nightjar" in body
    writer.post(
        f"/threads/{thread.pk}/reply/", {"body": body + "Same here.", "reply_to": form.fields["reply_to"]}
    )
    quoted = Post.objects.get(number=3).html
    assert (
        f'<a class="quote-source" href="/posts/{first.pk}/">Nightjar</a>' in quoted and "Same here." in quoted
    )


def test_what_cannot_be_quoted_starts_an_empty_form(writer):
    thread, other = a_thread(author=a_member()), a_thread(author=a_member())
    hidden = a_reply(author=a_member(), thread=thread, body="Out of sight.")
    actions.hide_post(actor=a_member(role="moderator"), post_id=hidden.pk, reason="Rude")
    for quote in (hidden.pk, other.posts.get(number=1).pk, 999_999, "x"):
        page = Page(said(writer.get(f"/threads/{thread.pk}/reply/?quote={quote}")))
        assert page.fields["body"].strip() == "" and page.fields["reply_to"] == ""


def test_an_answer_to_a_post_that_went_keeps_the_words(writer):
    thread = a_thread(author=a_member())
    gone = a_reply(author=a_member(), thread=thread)
    actions.hide_post(actor=a_member(role="moderator"), post_id=gone.pk, reason="Rude")
    response = writer.post(f"/threads/{thread.pk}/reply/", {"body": "My words.", "reply_to": gone.pk})
    assert response.status_code == 422
    page = said(response)
    assert "The post you answer is no longer here." in page and "My words." in page


def test_an_empty_reply_is_refused(writer):
    thread = a_thread(author=a_member())
    for body in ("", "   ", "\u3164", "\u200b"):
        response = writer.post(f"/threads/{thread.pk}/reply/", {"body": body})
        assert response.status_code == 422 and "Write something first." in said(response)
    assert Post.objects.count() == 1


def test_a_locked_thread_takes_no_reply_but_a_moderators(writer):
    thread = a_thread(author=a_member())
    moderator = a_member(role="moderator")
    actions.lock_thread(actor=moderator, thread_id=thread.pk, reason="Settled")
    assert writer.get(f"/threads/{thread.pk}/reply/").status_code == 403
    response = writer.post(f"/threads/{thread.pk}/reply/", {"body": "My words."})
    assert (
        response.status_code == 422
        and "This thread is locked." in said(response)
        and "My words." in said(response)
    )
    staff = signed_in(Client(), moderator)
    assert staff.post(f"/threads/{thread.pk}/reply/", {"body": "One more word."}).status_code == 302


def test_a_blocked_person_is_not_addressed(writer):
    thread = a_thread(author=a_member())
    post = thread.posts.get(number=1)
    member_actions.block(member=thread.author, target=Member.objects.get(name="Sunbird"))
    response = writer.post(f"/threads/{thread.pk}/reply/", {"body": "My words.", "reply_to": post.pk})
    assert response.status_code == 422 and "no contact" in said(response) and "My words." in said(response)


# -- preview


def test_the_preview_is_what_the_post_will_be(writer):
    source = "**bold** and ||spoiler|| and @Sunbird"
    shown = said(writer.post("/compose/preview/", {"source": source}))
    thread = a_thread(author=a_member(), body=source)
    assert shown.strip() == thread.posts.get(number=1).html.strip()


def test_the_preview_tells_what_is_wrong(writer):
    for source, reason in (
        ("", "Write something first."),
        ("x" * 40_000, "limit"),
        ("> " * 400 + "x", "nested"),
    ):
        response = writer.post("/compose/preview/", {"source": source})
        assert response.status_code == 422 and reason in said(response) and "<html" not in said(response)


def test_the_preview_is_for_members(client):
    assert client.post("/compose/preview/", {"source": "x"}).status_code == 302
    assert client.get("/compose/preview/").status_code == 405


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_writing_pages_speak_both_languages(writer, language):
    thread = a_thread(author=a_member(), board=a_board())
    a_board()
    for path in ("/write/", f"/boards/{thread.board.slug}/new/", f"/threads/{thread.pk}/reply/"):
        page = Page(said(writer.get(path, headers={"Accept-Language": language})))
        assert page.faults == []
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in page.headings[0])
        assert chinese == (language != "en"), (path, page.headings)


def test_the_very_same_words_in_a_new_form_are_asked_about(client):
    author, thread = a_member(), a_thread(author=a_member())
    signed_in(client, author)
    reply = f"/threads/{thread.pk}/reply/"
    form = {"body": "Only once.", "key": "one", "seen": "1"}
    client.post(reply, form)
    assert client.post(reply, form).status_code == 302  # the same form: the same post
    again = client.post(reply, form | {"key": "two", "seen": "2"})
    assert again.status_code == 422
    assert "You published these very words a moment ago." in again.content.decode()
    assert f"#post-{Post.objects.get(author=author).pk}" in again.content.decode()
    other = client.post(reply, form | {"key": "three", "seen": "2", "body": "Something else."})
    assert other.status_code == 302
    twice = client.post(reply, form | {"key": "two", "seen": "3", "again": "1"})
    assert twice.status_code == 302 and Post.objects.filter(author=author).count() == 3
    words = {"title": "Once", "body": "Only once.", "lane": "ask"}
    new = f"/boards/{thread.board.slug}/new/"
    assert client.post(new, words | {"key": "four"}).status_code == 302
    assert client.post(new, words | {"key": "five"}).status_code == 422
    assert client.post(new, words | {"key": "six", "title": "Twice"}).status_code == 302
    assert Thread.objects.filter(author=author).count() == 2
