"""Polls that stand on a board: its page names them while they take votes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from polls import actions
from tests.builders.forum import a_board
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
