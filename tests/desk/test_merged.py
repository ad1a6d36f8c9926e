"""A thread that was merged away: the desk leads to the other, does nothing there, and keeps what was written."""

from __future__ import annotations

import pytest

from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Post
from moderation.desk.models import DeskLog
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(mei):
    """A thread, and the one it went into."""
    board = a_board()
    source, target = (a_thread(author=a_member(), board=board) for _ in range(2))
    forum.merge_threads(actor=mei, source_id=source.pk, target_id=target.pk, reason="The same")
    run_due()
    return source, target


def test_its_page_leads_to_the_other_and_says_so(desk, gone):
    source, target = gone
    page = desk.get(f"/desk/threads/{source.pk}/?view=free", follow=True)
    assert page.redirect_chain == [(f"/desk/threads/{target.pk}/?view=free", 302)]
    assert "That thread was merged into this one." in page.content.decode()
    assert desk.get(f"/desk/threads/{source.pk}/expert/").url == f"/desk/threads/{target.pk}/expert/"
    assert desk.get(f"/threads/{source.pk}/raise/").url == f"/threads/{target.pk}/raise/"


@pytest.mark.parametrize(
    "verb", ["take", "snooze", "settle", "assign", "link", "feature", "lane", "note", "expert"]
)
def test_what_was_decided_about_it_is_not_done_to_the_other(desk, gone, verb):
    source, target = gone
    page = desk.post(f"/desk/threads/{source.pk}/{verb}/", {"version": 0, "settle-version": 0}, follow=True)
    assert f"/desk/threads/{target.pk}/" in page.redirect_chain[-1][0]
    assert "so nothing was done" in page.content.decode()
    assert not DeskLog.objects.exists()
    asked = desk.post(
        f"/desk/threads/{source.pk}/answering/", {"version": 0}, headers={"accept": "application/json"}
    )
    assert asked.status_code == 409 and "so nothing was done" in asked.json()["said"]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/desk/threads/{}/settle/", "settle-reason"),
        ("/desk/threads/{}/assign/", "assign-note"),
        ("/desk/threads/{}/note/", "note"),
        ("/threads/{}/raise/", "reason"),
    ],
)
def test_the_words_of_an_act_are_shown_where_it_leads(desk, gone, address, field):
    source, _target = gone
    given = {"settle-version": 0, "assign-version": 0, field: "Said in the <b>shop</b>"}
    page = desk.post(address.format(source.pk), given, follow=True).content.decode()
    assert "You had written: Said in the &lt;b&gt;shop&lt;/b&gt;" in page
    page = desk.post(address.format(source.pk), given | {field: "x" * 10_000}, follow=True).content.decode()
    assert "x" * 500 in page and "x" * 501 not in page
    assert "You had written" not in desk.post(address.format(source.pk), {}, follow=True).content.decode()


def test_nor_is_the_other_raised(desk, gone):
    source, target = gone
    sent = desk.post(f"/threads/{source.pk}/raise/", {"reason": "Needs an owner", "hours": 12, "way": "any"})
    assert sent.url == f"/threads/{target.pk}/raise/"
    assert not Raise.objects.exists()


def test_a_reply_goes_along_with_its_words(desk, gone):
    source, target = gone
    words = "Hold the button for ten seconds."
    sent = desk.post(f"/desk/threads/{source.pk}/reply/?view=free", {"body": words})
    assert (sent.status_code, sent.url) == (308, f"/desk/threads/{target.pk}/reply/?view=free")
    desk.post(sent.url, {"body": words, "seen": 2, "anyway": "1"})
    assert Post.objects.filter(thread=target, plain=words).exists()


def test_where_the_other_is_on_nobodys_desk_of_yours_it_is_not_there(desk, gone):
    source, target = gone
    secret = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
    forum.move_thread(actor=a_member(role="admin"), thread_id=target.pk, board_id=secret.pk)
    assert desk.get(f"/desk/threads/{source.pk}/").status_code == 404
    assert desk.post(f"/desk/threads/{source.pk}/take/", {"version": 0}).status_code == 404
    assert desk.get(f"/desk/threads/{2**62}/").status_code == 404
