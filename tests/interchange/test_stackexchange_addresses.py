"""Old addresses lead to where the posts are now, for those who may see them."""

from __future__ import annotations

import pytest
from django.test import Client

from forum import actions
from forum.models import Board, Post, Thread
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.interchange.dumps import answer, comment, question, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(importing, tmp_path) -> Thread:
    importing(write(tmp_path / "d", Posts=[question(10), answer(11, 10)], Comments=[comment(12, 10)]))
    return Thread.objects.get()


def get(path: str, client: Client | None = None) -> tuple[int, str]:
    response = (client or Client()).get(f"/import/stackexchange/{path}")
    return response.status_code, response.headers.get("Location", "")


def test_numbers_lead_to_thread_and_post(moved) -> None:
    reply = Post.objects.get(number=2)
    thread = (302, moved.get_absolute_url())
    assert [get("beer/q/10"), get("beer/q/10/"), get("beer/a/10")] == [thread] * 3
    assert get("beer/a/11") == get("beer/q/11") == (302, f"/posts/{reply.pk}/")
    assert Client().get("/import/stackexchange/beer/a/11", follow=True).status_code == 200


@pytest.mark.parametrize(
    "path", ["beer/q/12", "beer/q/99", "wine/q/10", "beer/x/10", "beer/q/", "Beer/q/10", f"beer/q/{'9' * 18}"]
)
def test_what_did_not_move_in_is_absent(moved, path) -> None:
    assert Client().get(f"/import/stackexchange/{path}", follow=True).status_code == 404


def test_it_is_only_read(moved) -> None:
    assert Client().post("/import/stackexchange/beer/q/10").status_code == 405


def test_a_private_board_is_absent_at_old_addresses_too(moved) -> None:
    inside = a_member()
    board = Board.objects.get(slug="beer")
    actions.set_rights(actor=None, board_id=board.pk, rights=CIRCLE)
    actions.enrol(actor=None, board_id=board.pk, member=inside, kind="club_member")
    client = Client()
    client.force_login(inside)
    for path in ("beer/q/10", "beer/a/11"):
        assert get(path)[0] == 404
        assert get(path, client)[0] == 302


def test_hidden_threads_are_absent_and_moved_posts_are_followed(moved) -> None:
    moderator = a_member(role="moderator")
    target = a_thread(author=a_member(), board=a_board())
    actions.merge_threads(actor=moderator, source_id=moved.pk, target_id=target.pk, reason="the same")
    arrived = target.posts.get(number=2)
    assert get("beer/q/10") == (302, f"/posts/{arrived.pk}/")
    actions.hide_thread(actor=moderator, thread_id=target.pk, reason="to be checked")
    assert get("beer/q/10")[0] == 404


def test_an_edit_made_elsewhere_is_shown_and_explained(importing, tmp_path) -> None:
    importing(write(tmp_path / "d", Posts=[question(1, LastEditDate="2014-02-01T00:00:00.000")]))
    opening = Post.objects.get()
    page = Client().get(f"/posts/{opening.pk}/history/").content.decode()
    assert "Its earlier versions stayed where it came from." in page and "Never edited" not in page


def test_pages_say_where_a_thread_and_its_authors_came_from(moved) -> None:
    page = Client().get(moved.get_absolute_url()).content.decode()
    assert "moved here from Stack Exchange: beer" in page
    assert page.count("Imported, not claimed yet") == 3
    assert "3 where it came from" in page
