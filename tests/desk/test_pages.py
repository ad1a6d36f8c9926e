"""The desk's pages: whose, in which order, at what cost, and every act as a plain form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.core import clock
from community.core.tasks.testing import run_due
from forum.models import Post, ThreadLink
from moderation.desk import actions, queries
from moderation.desk.models import DeskLog, DeskThread, Place
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_the_queue_joins_no_more_tables_than_the_planner_puts_in_order(mei):
    """Eight with the page's own keys; with two more it read every open thread, a hundred thousand in 180 ms."""
    rows = queries._rows(mei).filter(pk__in=DeskThread.objects.values("pk")[:20]).query
    rows.get_compiler("default").as_sql()
    assert len(rows.alias_map) <= 7


def titles(response) -> list[str]:
    return [row.thread.title for row in response.context["queue"]]


def some_threads(count: int, **fields):
    board = a_board()
    made = [
        a_thread(author=a_member(), board=board, title=f"Question {n} of many", **fields)
        for n in range(count)
    ]
    actions.rescore(thread_ids=[thread.pk for thread in made])
    return made


def test_the_queue_is_in_order_and_says_why_and_what_next(desk, frozen_clock):
    board = a_board()
    chat = a_thread(
        author=a_member(), board=board, lane="chat", title="Just chatting along", body="Nice day."
    )
    a_reply(author=a_member(), thread=chat)
    question = a_thread(author=a_member(), board=board, title="Who knows the answer")
    run_due()
    page = desk.get("/desk/")
    assert titles(page) == [question.title, chat.title]
    scores = [row.desk.score for row in page.context["queue"]]
    assert scores == sorted(scores, reverse=True)
    words = page.content.decode()
    for said in ("An open question", "Reply", "What needs you next"):
        assert said in words


def test_pages_go_on_where_the_last_one_ended_and_a_forged_cursor_is_said(desk):
    made = some_threads(23)
    first = desk.get("/desk/")
    following = desk.get("/desk/", {"page": first.context["queue_page"].next})
    seen = [row.thread.pk for page in (first, following) for row in page.context["queue"]]
    assert len(seen) == 23 and set(seen) == {thread.pk for thread in made}
    assert "That page is gone" in desk.get("/desk/?page=forged").content.decode()


@pytest.mark.parametrize("many", [2, 20])
def test_the_queue_costs_the_same_however_long_it_is(desk, many):
    some_threads(many)
    desk.get("/desk/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert len(titles(desk.get("/desk/"))) == many
    assert len(seen) <= 8, [one["sql"] for one in seen]


@pytest.mark.parametrize("many", [2, 20])
def test_a_thread_on_the_desk_costs_the_same_however_long_it_is(desk, many):
    (thread,) = some_threads(1)
    for _ in range(many):
        a_reply(author=thread.author, thread=thread, body="And this.")
    desk.get(f"/desk/threads/{thread.pk}/")
    with CaptureQueriesContext(connection) as seen:
        desk.get(f"/desk/threads/{thread.pk}/")
    assert len(seen) <= 18, [one["sql"] for one in seen]


def test_each_part_of_the_desk_holds_what_it_says(desk, mei, frozen_clock):
    made = some_threads(5)
    li = a_member(name="Li", role="moderator")
    ids = [thread.pk for thread in made]
    actions.take(actor=mei, thread_id=ids[0], version=0)
    actions.take(actor=li, thread_id=ids[1], version=0)
    actions.snooze(actor=mei, thread_id=ids[2], version=0, until=None)
    actions.settle(actor=mei, thread_id=ids[3], version=0, reason="Said")
    DeskThread.objects.filter(pk=ids[4]).update(is_key=True)

    def there(view):
        return {row.thread.pk for row in desk.get(f"/desk/?view={view}").context["queue"]}

    assert there("due") == {ids[0], ids[4]}, "what another has in hand is not offered twice"
    assert there("free") == {ids[4]} == there("key")
    assert (there("mine"), there("team")) == ({ids[0]}, {ids[1]})
    assert (there("snoozed"), there("settled")) == ({ids[2]}, {ids[3]})
    assert there("nonsense") == there("due")
    DeskThread.objects.update(is_fresh=False)
    assert there("older") == {ids[0], ids[1], ids[4]}


def test_narrowed_to_a_board_and_a_lane(desk):
    one, other = a_board(), a_board()
    first = a_thread(author=a_member(), board=one)
    a_thread(author=a_member(), board=other)
    a_thread(author=a_member(), board=one, lane="chat")
    run_due()
    assert titles(desk.get(f"/desk/?board={one.slug}&lane=ask")) == [first.title]


def test_an_empty_desk_says_what_went_well(desk, mei):
    assert "Nothing waits for you" in desk.get("/desk/").content.decode()
    (thread,) = some_threads(1)
    a_reply(author=mei, thread=thread)
    run_due()
    words = desk.get("/desk/").content.decode()
    assert "The team wrote 1 answer." in words
    assert "Nothing lies here" in desk.get("/desk/?view=mine").content.decode()


def test_others_boards_are_not_there(desk, mei):
    hidden = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
    thread = a_thread(author=a_member(role="admin"), board=hidden)
    run_due()
    assert titles(desk.get("/desk/")) == []
    assert desk.get(f"/desk/threads/{thread.pk}/").status_code == 404
    assert desk.post(f"/desk/threads/{thread.pk}/take/", {"version": 0}).status_code == 404


def test_a_shift_by_plain_forms(desk, mei, frozen_clock):
    """Take, hand on, set aside, needs nothing, take back: each a form that goes on where it should."""
    threads = some_threads(3)
    ids = [row.thread.pk for row in desk.get("/desk/").context["queue"]]
    li = a_member(name="Li", role="moderator")
    taken = desk.post(f"/desk/threads/{ids[0]}/take/", {"version": 0}, follow=True)
    assert "It is in your hands." in taken.content.decode()
    given = {
        "assign-version": 1,
        "assign-to": li.pk,
        "assign-note": "Please <b>look</b>",
        "assign-due": "hour",
    }
    handed = desk.post(f"/desk/threads/{ids[0]}/assign/?view=due", given, follow=True)
    assert handed.redirect_chain[-1][0] == f"/desk/threads/{ids[1]}/", "on to the next"
    later = desk.post(f"/desk/threads/{ids[1]}/snooze/", {"snooze-version": 0, "snooze-until": "morning"})
    assert later["Location"] == f"/desk/threads/{ids[2]}/"
    done = desk.post(f"/desk/threads/{ids[2]}/settle/", {"settle-version": 0, "settle-reason": "Said"})
    assert done["Location"] == "/desk/"
    assert titles(desk.get("/desk/")) == []
    back = desk.post("/desk/undo/", follow=True)
    assert back.redirect_chain[-1][0] == f"/desk/threads/{ids[2]}/"
    assert DeskThread.objects.get(pk=ids[2]).place == Place.DUE
    seen = signed_in(Client(), li, strongly=True).get(f"/desk/threads/{ids[0]}/?view=mine").content.decode()
    assert "Please &lt;b&gt;look&lt;/b&gt;" in seen and "Mei handed this to Li" in seen
    assert len(threads) == 3


def test_a_reason_that_is_missing_comes_back_with_the_form(desk):
    (thread,) = some_threads(1)
    answer = desk.post(f"/desk/threads/{thread.pk}/settle/", {"settle-version": 0, "settle-reason": ""})
    assert answer.status_code == 422 and "Say why, in a few words." in answer.content.decode()
    far = desk.post(
        f"/desk/threads/{thread.pk}/link/", {"link-version": 0, "link-target": "/threads/99999/x/"}
    )
    assert far.status_code == 422 and "There is no such thread for you." in far.content.decode()
    assert desk.post(f"/desk/threads/{thread.pk}/nonsense/").status_code == 404
    assert not DeskLog.objects.exists()


def test_who_comes_second_is_told_on_the_page(desk, mei):
    (thread,) = some_threads(1)
    actions.take(actor=a_member(name="Li", role="moderator"), thread_id=thread.pk, version=0)
    told = desk.post(
        f"/desk/threads/{thread.pk}/settle/", {"settle-version": 0, "settle-reason": "x y"}, follow=True
    )
    assert "Li was quicker" in told.content.decode()
    assert DeskThread.objects.get().place == Place.DUE


def test_a_known_answer_is_linked_by_its_address(desk):
    thread, answer = some_threads(2)
    address = f"http://testserver{answer.get_absolute_url()}?page=1#post-9"
    desk.post(f"/desk/threads/{thread.pk}/link/", {"link-version": 0, "link-target": address})
    assert ThreadLink.objects.get().target_id == answer.pk
    assert answer.title in desk.get(f"/desk/threads/{thread.pk}/").content.decode()


def test_a_reply_is_posted_and_the_next_thread_shown(desk, mei, frozen_clock):
    some_threads(2)
    ids = [row.thread.pk for row in desk.get("/desk/").context["queue"]]
    page = desk.get(f"/desk/threads/{ids[0]}/?ask=1")
    assert "So that we can help:" in page.content.decode()
    given = {"body": "About two thirds.", "key": "press-1", "seen": 1}
    answer = desk.post(f"/desk/threads/{ids[0]}/reply/", given)
    assert answer["Location"] == f"/desk/threads/{ids[1]}/"
    assert Post.objects.get(thread=ids[0], number=2).author == mei
    desk.post(f"/desk/threads/{ids[0]}/reply/", given)
    assert Post.objects.filter(thread=ids[0]).count() == 2, "pressed twice, posted once"
    empty = desk.post(f"/desk/threads/{ids[1]}/reply/", {"body": "", "key": "press-2"})
    assert empty.status_code == 422


def test_two_who_answer_are_told_once_and_no_words_are_lost(desk, mei, frozen_clock):
    (thread,) = some_threads(1)
    li = a_member(name="Li", role="moderator")
    actions.begin_answer(actor=li, thread_id=thread.pk)
    assert "Li is answering" in desk.get("/desk/").content.decode()
    given = {"body": "Mine too.", "key": "press-1", "seen": 1}
    told = desk.post(f"/desk/threads/{thread.pk}/reply/", given)
    words = told.content.decode()
    assert told.status_code == 422 and "Li is answering this" in words and "Mine too." in words
    assert 'name="anyway"' in words
    desk.post(f"/desk/threads/{thread.pk}/reply/", given | {"anyway": "1"})
    assert Post.objects.filter(thread=thread, author=mei).exists()


def test_what_takes_points_is_drawn_apart(desk):
    (thread,) = some_threads(1)
    DeskThread.objects.filter(pk=thread.pk).update(reasons=[["unanswered", 20], ["quiet_board", -5]])
    page = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert 'class="rd-fg" d="M0 3H100"' in page and 'class="rd-fg rd-takes" d="M100 3H75"' in page


def test_the_thread_names_who_is_at_it_for_the_live_line_to_know(desk):
    (thread,) = some_threads(1)
    assert "data-at-it" not in desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    actions.begin_answer(actor=a_member(name="Li", role="moderator"), thread_id=thread.pk)
    assert 'data-at-it="Li"' in desk.get(f"/desk/threads/{thread.pk}/").content.decode()


def test_a_script_is_answered_in_json(desk):
    (thread,) = some_threads(1)
    address = f"/desk/threads/{thread.pk}/answering/"
    said = desk.post(address, {"version": 0}, headers={"accept": "application/json"})
    assert said.status_code == 200 and said.json()["said"]
    DeskThread.objects.update(
        writer=a_member(name="Li", role="moderator"), writing_until=clock.now() + timedelta(minutes=10)
    )
    told = desk.post(address, {"version": 0}, headers={"accept": "application/json"})
    assert told.status_code == 409 and "Li is answering" in told.json()["said"]


def test_what_left_the_desk_says_so(desk):
    (thread,) = some_threads(1)
    DeskThread.objects.all().delete()
    assert "it left the desk" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()
