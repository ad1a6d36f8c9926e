"""Polls that stand on a board: its page names them while they take votes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from forum.rights import CIRCLE
from polls import actions
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll

pytestmark = pytest.mark.django_db


def test_a_poll_on_a_board_stands_on_its_page_while_it_takes_votes(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    board, other = a_board(), a_board()
    with django_capture_on_commit_callbacks(execute=True):
        poll = a_poll(author=a_member(role="moderator"), board_id=board.pk, question="Where shall we meet?")

    def names_it(address: str) -> bool:
        return poll.get_absolute_url() in client.get(address).content.decode()

    assert names_it(board.get_absolute_url())
    assert not names_it(other.get_absolute_url())
    with django_capture_on_commit_callbacks(execute=True):
        actions.close_poll(actor=poll.author, poll_id=poll.pk)
    assert not names_it(board.get_absolute_url())


def test_the_way_to_a_poll_on_a_board_is_shown_to_its_moderators() -> None:
    board = a_board()
    way = f"/polls/new/?board={board.pk}"

    def shows_it(client: Client) -> bool:
        return way in client.get(board.get_absolute_url()).content.decode()

    assert shows_it(signed_in(Client(), a_member(role="moderator"), strongly=True))
    assert not shows_it(signed_in(Client(), a_member()))
    assert not shows_it(Client())


def test_a_boards_list_holds_all_its_polls_and_those_of_its_threads() -> None:
    board, author = a_board(), a_member(role="moderator")
    on_board = [
        a_poll("Yes", "No", author=author, board_id=board.pk, question=f"Number {n}?") for n in range(5)
    ]
    in_thread = a_poll("Yes", "No", thread=a_thread(author=author, board=board), question="In a thread?")
    elsewhere = a_poll("Yes", "No", author=author, board_id=a_board().pk, question="Elsewhere?")
    client = Client()
    assert f"/polls/?board={board.slug}" in client.get(board.get_absolute_url()).content.decode()
    page = client.get(f"/polls/?board={board.slug}").content.decode()
    for poll in (*on_board, in_thread):
        assert poll.get_absolute_url() in page
    assert elsewhere.get_absolute_url() not in page and f"?board={board.slug}&amp;show=closed" in page
    assert client.get("/polls/?board=nowhere").status_code == 404
    hidden = a_board(rights=CIRCLE)
    assert client.get(f"/polls/?board={hidden.slug}").status_code == 404


def test_whoever_asks_in_anothers_thread_is_named_with_their_role() -> None:
    moderator, opener = a_member(role="moderator"), a_member()
    thread = a_thread(author=opener)
    own = a_poll("Yes", "No", thread=thread, question="Mine?")
    poll = a_poll("Yes", "No", author=moderator, thread=thread, question="Of the house?")
    page = Client().get(thread.get_absolute_url()).content.decode()
    box = page[page.index(f'id="poll-{poll.pk}"') :].partition("</section>")[0]
    asked = box.partition("Asked by")[2].partition("</p>")[0]
    assert moderator.name in asked and "role-staff" in asked and "Moderator" in asked
    box = page[page.index(f'id="poll-{own.pk}"') :].partition("</section>")[0]
    assert "Asked by" not in box, "it stands below its author's own post"
    alone = Client().get(poll.get_absolute_url()).content.decode()
    assert moderator.name in alone.partition("Asked by")[2][:200]
    guest = {"HTTP_HX_REQUEST": "true", "HTTP_ORIGIN": "http://testserver"}
    voted = Client().post(f"/polls/{poll.pk}/vote/", {"choice": "1", "style": "thread"}, **guest)
    assert "Moderator" in voted.content.decode().partition("Asked by")[2][:300]
