"""A thread that was moved off one's boards: the desk says what it may, does nothing, and gives the words back."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape

import pytest
from django.test import Client

from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Post
from forum.rights import DEFAULT_RIGHTS
from moderation.desk import actions
from moderation.desk.models import DeskLog, MemberNote
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db

WORDS = "Hold the button for ten seconds."
OWN = {"origin": "http://testserver"}  # a browser says which page a form came from
UNSEEN = "This thread was moved or taken out of your sight, or it was never there."


@pytest.fixture
def thread(mei):
    thread = a_thread(author=a_member(), board=a_board())
    run_due()
    return thread


def moved(thread, *, title: str, to: Mapping[str, list[str]] = DEFAULT_RIGHTS) -> None:
    board = a_board(title_en=title, title_zh=title, rights={**to, "moderate": ["admin"]})
    forum.move_thread(actor=a_member(role="admin"), thread_id=thread.pk, board_id=board.pk)


def test_a_reply_comes_back_with_where_the_thread_is_and_may_be_sent_there(desk, thread):
    moved(thread, title="Workshop")
    answer = desk.post(f"/desk/threads/{thread.pk}/reply/", {"body": WORDS, "seen": 1}, headers=OWN)
    page = unescape(answer.content.decode())
    assert answer.status_code == 404 and not Post.objects.filter(plain=WORDS).exists()
    assert "This thread stands on Workshop, a board that you do not moderate. Nothing was done." in page
    assert WORDS in page and f'action="/threads/{thread.pk}/reply/"' in page
    there = desk.post(f"/threads/{thread.pk}/reply/", {"body": WORDS, "preview": "1"})
    assert there.context["form"]["body"].value() == WORDS and there.context["preview"]


def test_out_of_sight_it_is_told_as_what_never_was(desk, thread):
    """Neither the board's name nor the thread's, and not even that there is something."""
    moved(thread, title="Kanarboard", to={"read": ["admin"]})
    for pk in (thread.pk, 2**40, 2**70):
        answer = desk.post(f"/desk/threads/{pk}/reply/", {"body": WORDS}, headers=OWN)
        page = unescape(answer.content.decode())
        assert answer.status_code == 404 and UNSEEN in page and WORDS in page
        main = page.split("<main")[1].split("</main>")[0]
        assert "Kanarboard" not in page and thread.title not in page and 'href="/threads/' not in main


@pytest.mark.parametrize("verb", ["take", "settle", "answering", "note", "expert"])
def test_an_act_says_so_and_does_nothing(desk, thread, verb):
    moved(thread, title="Workshop")
    sent = {"version": 0, "settle-version": 0, "settle-reason": WORDS, "text": WORDS, "question": WORDS}
    answer = desk.post(f"/desk/threads/{thread.pk}/{verb}/", sent, headers=OWN)
    page = answer.content.decode()
    assert answer.status_code == 404 and "stands on Workshop" in page and WORDS in page
    assert not DeskLog.objects.exists() and not MemberNote.objects.exists()
    script = desk.post(f"/desk/threads/{thread.pk}/{verb}/", sent, headers={"accept": "application/json"})
    assert script.status_code == 404 and "stands on Workshop" in script.json()["said"]
    assert "stands on Workshop" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()


def test_an_act_on_it_is_not_taken_back_and_that_is_said(desk, thread, mei):
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    line = DeskLog.objects.get()
    moved(thread, title="Workshop")
    answer = desk.post("/desk/undo/", {"line": line.pk}, follow=True)
    assert answer.redirect_chain == [("/desk/", 302)]
    assert "This thread is not on your desk any more. Nothing was taken back." in answer.content.decode()
    line.refresh_from_db()
    assert line.undone_at is None


@pytest.mark.parametrize("became", ["hidden", "removed", "closed"])
def test_where_nobody_may_reply_any_more_the_words_stand_beside_the_reason(desk, thread, became):
    admin = a_member(role="admin")
    if became == "closed":
        forum.edit_board(actor=None, board_id=thread.board_id, is_closed=True)
    else:
        act = forum.hide_thread if became == "hidden" else forum.remove_thread
        act(actor=admin, thread_id=thread.pk, reason="Not fit to be read")
    run_due()
    answer = desk.post(f"/desk/threads/{thread.pk}/reply/", {"body": WORDS, "seen": 1}, headers=OWN)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Post.objects.filter(plain=WORDS).exists()
    assert WORDS in page and "It was not sent." in page


def test_in_chinese(desk, thread):
    moved(thread, title="Workshop")
    page = desk.get(f"/desk/threads/{thread.pk}/", headers={"accept-language": "zh"}).content.decode()
    assert "这个主题在“Workshop”版块，那里不归你管理。" in page


def test_who_has_no_desk_finds_nothing(thread):
    member = signed_in(Client(), a_member())
    for answer in (
        member.get(f"/desk/threads/{thread.pk}/"),
        member.post(f"/desk/threads/{thread.pk}/reply/", {"body": WORDS}),
    ):
        assert answer.status_code == 404 and "moderate" not in answer.content.decode().split("<main")[1]


def test_what_is_on_the_desk_has_no_other_acts_than_it_has(desk, thread):
    answer = desk.post(f"/desk/threads/{thread.pk}/nonsense/", {"version": 0})
    assert answer.status_code == 404 and "Not on your desk" not in answer.content.decode()
