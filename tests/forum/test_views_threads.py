"""A thread's page: its addresses, its marks, what each reader may do, its log."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from community.core import clock
from community.core.prepared import Prepared
from forum import actions
from forum.models import Post, ReadMark, Thread
from forum.queries import threads
from forum.rights import ANNOUNCEMENTS, CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def long_thread(posts: int = 45, **fields) -> Thread:
    thread = a_thread(author=a_member(), **fields)
    writer = a_member()
    for n in range(2, posts + 1):
        a_reply(author=writer, thread=thread, body=f"Words of number {n}.")
    thread.refresh_from_db()
    return thread


def html(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


# -- addresses


def test_a_wrong_slug_leads_to_the_right_one_and_keeps_the_page(client):
    thread = long_thread(25)
    response = client.get(f"/threads/{thread.pk}/something-else/?page=2&x=1")
    assert response.status_code == 301
    assert response["Location"] == f"{thread.get_absolute_url()}?page=2&x=1"
    assert client.get(f"/threads/{thread.pk}/?page=2")["Location"] == f"{thread.get_absolute_url()}?page=2"


def test_an_old_address_leads_to_the_new_title(client):
    thread = a_thread(author=a_member(), title="Old title")
    old = thread.get_absolute_url()
    actions.rename_thread(actor=thread.author, thread_id=thread.pk, title="新的标题")
    thread.refresh_from_db()
    response = client.get(old)
    assert response.status_code == 301 and response["Location"] == thread.get_absolute_url()
    assert "新的标题" in html(client, response["Location"])


def test_a_thread_of_another_board_keeps_its_address(client):
    thread = a_thread(author=a_member())
    before = thread.get_absolute_url()
    actions.move_thread(actor=a_member(role="moderator"), thread_id=thread.pk, board_id=a_board().pk)
    assert client.get(before).status_code == 200


def test_a_merged_thread_leads_to_where_its_posts_begin(client):
    source, target = a_thread(author=a_member(), title="Source"), long_thread(25)
    moderator = a_member(role="moderator")
    actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="The same")
    moved = Post.objects.get(thread=target, number=26)
    response = client.get(source.get_absolute_url())
    assert response.status_code == 301
    assert response["Location"].startswith(f"{target.get_absolute_url()}?page=2")
    assert f'id="post-{moved.pk}"' in html(client, response["Location"].partition("#")[0])


def test_everything_else_of_a_merged_thread_leads_there_too_with_the_words(client):
    source, target = a_thread(author=a_member()), a_thread(author=a_member())
    actions.merge_threads(
        actor=a_member(role="moderator"), source_id=source.pk, target_id=target.pk, reason="The same"
    )
    feed = client.get(f"/threads/{source.pk}/feed/")
    assert (feed.status_code, feed["Location"]) == (308, f"/threads/{target.pk}/feed/")
    client.force_login(a_member())
    assert client.get(f"/threads/{source.pk}/unread/")["Location"] == f"/threads/{target.pk}/unread/"
    sent = client.post(f"/threads/{source.pk}/reply/", {"body": "Late, and kept."}, follow=True)
    assert sent.redirect_chain[0] == (f"/threads/{target.pk}/reply/", 308)
    assert Post.objects.get(plain="Late, and kept.").thread_id == target.pk


def test_a_thread_merged_into_a_private_one_is_absent(client):
    circle = a_board(rights=CIRCLE)
    source = a_thread(author=a_member())
    admin = a_member(role="admin")
    target = a_thread(author=admin, board=circle)
    actions.merge_threads(actor=admin, source_id=source.pk, target_id=target.pk, reason="The same")
    assert client.get(source.get_absolute_url()).status_code == 404
    assert client.get(f"/threads/{source.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("number", "page"), [(1, ""), (20, ""), (21, "?page=2"), (40, "?page=2"), (41, "?page=3")]
)
def test_a_permanent_address_leads_to_page_and_anchor(client, number, page):
    thread = long_thread()
    post = thread.posts.get(number=number)
    response = client.get(f"/posts/{post.pk}/")
    assert response.status_code == 302
    assert response["Location"] == f"{thread.get_absolute_url()}{page}#post-{post.pk}"
    assert f'id="post-{post.pk}"' in html(client, f"{thread.get_absolute_url()}{page}")


def test_a_permanent_address_follows_its_post_into_another_thread(client):
    thread = long_thread(25)
    post = thread.posts.get(number=22)
    new = actions.split_thread(
        actor=a_member(role="moderator"),
        thread_id=thread.pk,
        post_ids=[post.pk],
        title="Another",
        reason="Apart",
    )
    address = f"{new.get_absolute_url()}#post-{post.pk}"
    assert client.get(f"/posts/{post.pk}/")["Location"] == address
    stub = thread.posts.get(number=22)
    assert client.get(f"/posts/{stub.pk}/")["Location"] == address
    page = html(client, f"{thread.get_absolute_url()}?page=2")
    assert "This post was moved to another thread." in page and f'href="/posts/{stub.pk}/"' in page


def test_post_pages_are_stable_whatever_is_hidden(client):
    thread = long_thread()
    last = thread.posts.get(number=45)
    moderator = a_member(role="moderator")
    for number in range(2, 12):
        actions.hide_post(actor=moderator, post_id=thread.posts.get(number=number).pk, reason="Rude")
    assert "?page=3#" in client.get(f"/posts/{last.pk}/")["Location"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5"])
def test_a_page_that_is_none_is_the_first(client, page):
    thread = long_thread(21)
    assert "Words of number 2." in html(client, f"{thread.get_absolute_url()}?page={page}")


@pytest.mark.parametrize("page", ["3", "99", "9" * 30, "9" * 5000])
def test_a_page_beyond_the_end_leads_to_the_end(client, page):
    thread = long_thread(21)
    response = client.get(f"{thread.get_absolute_url()}?page={page}", follow=True)
    assert response.status_code == 200 and "Words of number 21." in response.content.decode()


def test_pages_are_numbered_and_know_their_neighbours(client):
    thread = long_thread()
    second = html(client, f"{thread.get_absolute_url()}?page=2")
    assert 'rel="prev"' in second and 'rel="next"' in second
    assert "Words of number 21." in second and "Words of number 40." in second
    assert "Words of number 20." not in second and "Words of number 41." not in second
    assert f'<link rel="canonical" href="{thread.get_absolute_url()}?page=2">' in second


# -- read marks


def test_a_page_of_another_size_is_another_statement(client, monkeypatch):
    """A statement is kept with its limit: shorter pages somewhere must not make those of the site shorter."""
    thread, numbers = long_thread(9), []
    monkeypatch.setattr(threads, "_posts_to_read", Prepared(threads._post_to_read))
    signed_in(client, a_member())
    for size in (3, 4, 20):
        with monkeypatch.context() as short:
            short.setattr("forum.policy.POSTS_PER_PAGE", size)
            numbers.append(re.findall(r'id="post-(\d+)"', html(client, thread.get_absolute_url())))
    assert [len(found) for found in numbers] == [3, 4, 9]


def test_looking_at_page_one_of_three_marks_twenty(client):
    thread = long_thread()
    member = a_member()
    signed_in(client, member)
    html(client, thread.get_absolute_url())
    assert ReadMark.objects.get(member=member).number == 20
    html(client, f"{thread.get_absolute_url()}?page=2")
    assert ReadMark.objects.get(member=member).number == 40
    html(client, thread.get_absolute_url())
    assert ReadMark.objects.get(member=member).number == 40, "a mark never goes down by reading"
    html(client, f"{thread.get_absolute_url()}?page=3")
    assert ReadMark.objects.get(member=member).number == 45


def test_asking_for_the_head_marks_nothing(client):
    thread = long_thread(3)
    signed_in(client, a_member())
    before = ReadMark.objects.count()
    assert client.head(thread.get_absolute_url()).status_code == 200
    assert ReadMark.objects.count() == before


def test_guests_leave_no_marks(client):
    thread = long_thread(3)
    before = ReadMark.objects.count()
    html(client, thread.get_absolute_url())
    assert ReadMark.objects.count() == before


def test_new_posts_begin_at_a_line(client):
    thread = long_thread(5)
    signed_in(client, a_member())
    assert 'id="unread"' not in html(client, thread.get_absolute_url())
    a_reply(author=a_member(), thread=thread, body="Something new.")
    page = html(client, thread.get_absolute_url())
    assert page.index('id="unread"') < page.index("Something new.")
    assert page.index("Words of number 5.") < page.index('id="unread"')
    assert 'id="unread"' not in html(client, thread.get_absolute_url())


@pytest.mark.parametrize(
    ("read", "lands"), [(0, "#n1"), (1, "#n2"), (20, "?page=2#n21"), (44, "?page=3#n45"), (45, "?page=3#n45")]
)
def test_the_jump_goes_to_the_first_post_not_seen(client, read, lands):
    thread = long_thread()
    member = a_member()
    signed_in(client, member)
    if read:
        ReadMark.objects.create(member=member, thread=thread, number=read, at=clock.now())
    address = thread.get_absolute_url()
    assert client.get(f"{address}?unread=1")["Location"] == f"{address}{lands}"
    assert client.get(f"/threads/{thread.pk}/unread/")["Location"] == f"{address}{lands}"


def test_the_jump_is_an_ordinary_page_for_guests(client):
    thread = long_thread(3)
    assert client.get(f"{thread.get_absolute_url()}?unread=1").status_code == 200
    assert client.get(f"/threads/{thread.pk}/unread/")["Location"].startswith("/account/login/")


# -- what each reader sees


def test_a_guest_reads_and_is_invited(client):
    thread = a_thread(author=a_member(name="Sunbird"), tags=["winter"])
    page = html(client, thread.get_absolute_url())
    assert "Sunbird" in page and "Sign in" in page and 'class="tag" href="/tags/winter/"' in page
    assert "<textarea" not in page.split('class="dock dock-closed"')[1].split("</aside>")[0]
    for act in ("/edit/", "/react/", "/accept/", "/manage/", "/watch/"):
        assert act not in page, act


def test_a_member_may_answer_react_quote_and_watch(client):
    thread = long_thread(2)
    signed_in(client, a_member())
    page = html(client, thread.get_absolute_url())
    reply = thread.posts.get(number=2)
    for act in (f"/threads/{thread.pk}/reply/", f"?quote={reply.pk}", f"/posts/{reply.pk}/react/", "/watch/"):
        assert act in page, act
    for act in (f"/posts/{reply.pk}/edit/", f"/posts/{reply.pk}/accept/", "/manage/", "/hide/", "/purge/"):
        assert act not in page, act


def test_the_asker_may_accept_and_change_and_a_moderator_may_manage(client):
    thread = long_thread(2)
    reply = thread.posts.get(number=2)
    signed_in(client, thread.author)
    page = html(client, thread.get_absolute_url())
    assert f"/posts/{reply.pk}/accept/" in page and f"/threads/{thread.pk}/details/" in page
    assert f"/posts/{thread.posts.get(number=1).pk}/react/" not in page, "nobody reacts to their own words"
    signed_in(client, a_member(role="moderator"))
    page = html(client, thread.get_absolute_url())
    for act in ("/manage/", "/split/", f"/posts/{reply.pk}/hide/", f"/posts/{reply.pk}/purge/"):
        assert act in page, act


@pytest.mark.parametrize(
    ("close", "reason"),
    [
        (
            lambda thread, staff: actions.lock_thread(actor=staff, thread_id=thread.pk, reason="Settled"),
            "locked",
        ),
        (
            lambda thread, staff: actions.edit_board(actor=None, board_id=thread.board_id, is_closed=True),
            "closed",
        ),
        (
            lambda thread, staff: actions.set_rights(
                actor=None, board_id=thread.board_id, rights=ANNOUNCEMENTS | {"reply": ["moderator"]}
            ),
            "cannot reply",
        ),
    ],
)
def test_where_nobody_may_reply_the_reason_stands_instead(client, close, reason):
    thread = a_thread(author=a_member())
    close(thread, a_member(role="moderator"))
    signed_in(client, a_member())
    page = html(client, thread.get_absolute_url())
    assert reason in page and "dock-closed" in page
    response = client.post(f"/threads/{thread.pk}/reply/", {"body": "Still."})
    assert response.status_code == 422 and reason in response.content.decode()
    assert "Still." in response.content.decode()


def test_a_hidden_post_shows_its_number_to_all_and_its_words_to_few(client):
    thread = long_thread(3)
    post = thread.posts.get(number=2)
    moderator = a_member(role="moderator")
    actions.hide_post(actor=moderator, post_id=post.pk, reason="Not kind")
    address = thread.get_absolute_url()
    page = html(client, address)
    assert (
        "Words of number 2." not in page
        and "This post was hidden by the team." in page
        and "Not kind" in page
    )
    assert f'id="post-{post.pk}"' in page
    for reader in (moderator, post.author):
        page = html(signed_in(Client(), reader), address)
        assert "Words of number 2." in page and "Hidden by the team: Not kind" in page


@pytest.mark.parametrize(("verb", "words"), [("remove_post", "was removed"), ("purge_post", "gone for good")])
def test_a_post_that_went_leaves_its_place(client, verb, words):
    thread = long_thread(3)
    post = thread.posts.get(number=2)
    moderator = a_member(role="moderator")
    getattr(actions, verb)(actor=moderator, post_id=post.pk, reason="Spam")
    for reader in (None, a_member(), moderator):
        page = html(signed_in(Client(), reader) if reader else client, thread.get_absolute_url())
        assert "Words of number 2." not in page and words in page and "Words of number 3." in page


# -- nobody replied yet


@pytest.mark.parametrize(
    ("lane", "said"), [("ask", "Be the first to answer"), ("tell", "Be the first to reply")]
)
def test_a_thread_without_replies_invites_the_first(client, lane, said):
    thread = a_thread(author=a_member(), lane=lane)
    reader = signed_in(client, a_member())
    assert said in html(reader, thread.get_absolute_url())
    a_reply(author=a_member(), thread=thread)
    assert said not in html(reader, thread.get_absolute_url())


def test_the_author_of_an_open_question_is_not_asked_to_answer_it(client):
    thread = a_thread(author=a_member(), lane="ask")
    page = html(signed_in(client, thread.author), thread.get_absolute_url())
    assert "Nobody has answered yet" in page and "Be the first to answer" not in page


def test_a_locked_thread_and_a_guest_are_offered_nothing_they_cannot_do(client):
    thread = a_thread(author=a_member(), lane="ask")
    page = html(client, thread.get_absolute_url())
    assert "Nobody has answered yet" in page and "Be the first to answer" not in page
    actions.lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Enough")
    assert "Nobody has answered yet" not in html(client, thread.get_absolute_url())


def test_the_road_names_days_only_where_there_are_several(client):
    with_one = a_thread(author=a_member())
    assert "1 post<" not in html(client, with_one.get_absolute_url()).partition('class="route"')[2]
    with_two = a_thread(author=a_member())
    span = {
        "opened_at": datetime(2025, 10, 30, 9, tzinfo=UTC),
        "last_posted_at": datetime(2025, 11, 2, 9, tzinfo=UTC),
    }
    Thread.objects.filter(pk=with_two.pk).update(days={"2025-10-30": 1, "2025-11-02": 3}, **span)
    road = html(client, with_two.get_absolute_url()).partition('class="route"')[2]
    assert "30 Oct 2025, 1 post" in road and "2 Nov 2025, 3 posts" in road


def test_no_day_of_the_road_lies_before_the_beginning_in_the_readers_own_zone(client):
    thread = a_thread(author=a_member())
    late = datetime(2025, 10, 30, 23, 58, tzinfo=UTC)  # the next morning in Shanghai
    span = {"opened_at": late, "last_posted_at": late + timedelta(days=1)}
    Thread.objects.filter(pk=thread.pk).update(days={"2025-10-30": 2, "2025-10-31": 1}, **span)
    reader = signed_in(client, a_member(time_zone="Asia/Shanghai"))
    road = html(reader, thread.get_absolute_url()).partition('class="route"')[2].partition("</ol>")[0]
    assert "30 Oct 2025" not in road and "31 Oct 2025, 3 posts" not in road


def test_the_road_goes_forward_in_time(client):
    asker = a_member()
    thread = a_thread(author=asker, lane="ask")
    answer = a_reply(author=a_member(), thread=thread)
    actions.accept_answer(actor=asker, post_id=answer.pk)
    answered = datetime(2025, 11, 1, 16, tzinfo=UTC)
    days = {"2025-10-30": 1, "2025-11-01": 2, "2025-11-02": 3}
    span = {"opened_at": answered - timedelta(days=2), "last_posted_at": answered + timedelta(days=1)}
    Thread.objects.filter(pk=thread.pk).update(days=days, **span)
    Post.objects.filter(pk=answer.pk).update(
        posted_at=answered
    )  # chosen just now, and stands where it was given
    road = html(client, thread.get_absolute_url()).partition('class="route"')[2].partition("</ol>")[0]
    stops = [road.index(words) for words in ("30 Oct 2025", "1 Nov 2025, 2", "Accepted answer", "2 Nov 2025")]
    assert stops == sorted(stops)
