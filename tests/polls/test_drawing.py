"""A vote's answer is put together of kept parts, and is what drawing all of it anew would be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from polls import actions, drawing
from polls.actions import Option
from polls.models import Poll
from polls.policy import Picks
from polls.queries import shown as queries
from polls.voters import Voter
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_spec, a_vote
from tests.polls.test_views_voting import vote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> dict:
    frames: dict = {}
    monkeypatch.setattr(drawing, "_frames", frames)
    return frames


def answered(poll: Poll, *numbers: int, guest: str, words: str = "", style: str = "home") -> tuple[str, str]:
    """The answer to a guest's vote, and the same poll drawn as a whole."""
    voter, request = Voter(None, guest), RequestFactory().post("/")
    request.user = AnonymousUser()
    cast = actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks(numbers, words))
    shown = queries.after_vote(voter, cast)
    whole = render_to_string("polls/_poll.html", {"shown": shown, "style": style}, request)
    return re.sub(r">\s+<", "><", drawing.box(request, shown, style)), re.sub(r">\s+<", "><", whole)


KINDS = {
    "single": (1,),
    "multiple": (1, 3),
    "ranked": (3, 1),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_frame_is_the_whole(nothing_kept: dict, kind: str, language: str) -> None:
    thread = a_thread(author=a_member(role="editor"), title="Frost & <salt>")
    poll = a_poll("Up <b>", "Down", "Both", kind=kind, most=3, audience="everyone", thread=thread)
    with translation.override(language):
        for guest in ("first", "second", "third"):
            drawn, whole = answered(poll, *KINDS[kind], guest=guest)
            assert drawn == whole
        assert len(nothing_kept) == 1, "drawn once for all who chose alike"
        assert "\ue000" not in drawn
        other, whole = answered(poll, 2, guest="fourth")
        assert other == whole
        assert len(nothing_kept) == 2


def test_what_changes_a_poll_changes_its_frame(nothing_kept: dict, frozen_clock) -> None:
    poll = a_poll(audience="everyone", author=a_member(role="editor"))
    answered(poll, 1, guest="first")
    spec = a_spec(question="And now?", options=[Option("Left", number=1), Option("On", number=2)])
    actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec, reason="Clearer")
    for _turn in range(2):
        drawn, whole = answered(poll, 1, guest=f"turn {_turn}")
        assert drawn == whole
        assert "And now?" in drawn
        frozen_clock.move(timedelta(days=1))
    assert len(nothing_kept) == 3


def test_words_that_hold_a_mark_of_ours_are_drawn_as_a_whole(nothing_kept: dict) -> None:
    poll = a_poll(f"Left {drawing._RESULT}", "Right", audience="everyone")
    drawn, whole = answered(poll, 1, guest="first")
    assert drawn == whole
    assert not nothing_kept


def test_words_of_ones_own_stand_in_the_answer() -> None:
    poll = a_poll("Left", "Right", other="Something else", audience="everyone")
    drawn, whole = answered(poll, 3, guest="first", words="<i>Neither</i>")
    assert drawn == whole
    assert "Your vote: &lt;i&gt;Neither&lt;/i&gt;" in drawn


def test_a_vote_takes_few_statements_whatever_the_poll_holds() -> None:
    costs = []
    for votes in (1, 9):
        poll = a_poll(audience="everyone")
        for number in range(votes):
            a_vote(poll, 1, guest=f"guest {number}")
        with CaptureQueriesContext(connection) as told:
            assert vote(Client(), poll, piece=True, choice="2", seed="s" * 32).status_code == 200
        costs.append(len(told))
    assert costs[0] == costs[1] <= (4 if connection.vendor == "postgresql" else 7)
