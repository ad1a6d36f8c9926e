"""Every form with a key, sent many times at once: one effect, one answer; other words under it are asked about."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from community.core import clock
from community.core.models import IdempotencyKey
from community.members.models import Member
from forum.models import Board, Post, Thread
from polls import actions as polls
from polls.models import Draw, Entry, Poll
from polls.surveys.models import Answer, Response
from tests.builders.draws import HOUR, a_draw
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_vote
from tests.builders.surveys import a_question, a_survey, words
from tests.concurrency.together import PEOPLE, assert_exact, at_once

pytestmark = pytest.mark.django_db(transaction=True)

FORMS: dict[str, tuple[Callable[[Board, Thread], str], dict[str, str]]] = {
    "open_thread": (
        lambda board, thread: reverse("forum:new_thread", args=[board.slug]),
        {"title": "How far in the cold?", "body": "I drove 400 km.", "lane": "ask", "tags": "winter"},
    ),
    "post_reply": (
        lambda board, thread: reverse("forum:reply", args=[thread.pk]),
        {"body": "I drove 400 km."},
    ),
}


def send_at_once(clients: list[Client], address: str, forms: list[dict[str, str]]) -> list[Any]:
    gate, answers = threading.Barrier(len(forms)), [None] * len(forms)

    def press(number: int) -> None:
        try:
            gate.wait(20)
            answers[number] = clients[number].post(address, forms[number])
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=(number,)) for number in range(len(forms))]
    for one in presses:
        one.start()
    for one in presses:
        one.join(60)
    return answers


@pytest.fixture
def tabs() -> list[Client]:
    """The same member in several tabs."""
    member = a_member()
    clients = [Client() for _ in range(PEOPLE)]
    for client in clients:
        client.force_login(member)
    return clients


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    board = a_board()
    return FORMS[request.param][0](board, a_thread(author=a_member(), board=board))


def posted_words() -> int:
    return Post.objects.filter(plain__contains="drove 400 km").count()


def test_every_verb_that_takes_a_key_is_in_the_table() -> None:
    import inspect

    from community.members import actions as member_actions
    from forum import actions as forum_actions

    keyed = {
        name
        for room in (forum_actions, member_actions)
        for name in room.__all__
        if inspect.isfunction(getattr(room, name))
        and "idempotency_key" in inspect.signature(getattr(room, name)).parameters
    }
    # A post for later goes through the same two forms; its key is tried in tests/forum/test_scheduled.py.
    assert keyed - {"schedule_post"} == set(FORMS)


@pytest.mark.parametrize(("address", "verb"), [(verb, verb) for verb in FORMS], indirect=["address"])
def test_pressed_many_times_at_once_it_is_there_once_and_all_are_led_to_it(
    tabs: list[Client], address: str, verb: str
) -> None:
    answers = send_at_once(tabs, address, [FORMS[verb][1] | {"key": "one-press"}] * PEOPLE)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert posted_words() == 1 == IdempotencyKey.objects.filter(verb=verb).count()
    assert_exact()


@pytest.mark.parametrize(("address", "verb"), [(verb, verb) for verb in FORMS], indirect=["address"])
def test_other_words_under_the_same_key_are_kept_and_asked_about(
    tabs: list[Client], address: str, verb: str
) -> None:
    fields = FORMS[verb][1] | {"key": "one-press"}
    forms = [fields | {"body": f"I drove 400 km, try {number % 2}."} for number in range(PEOPLE)]
    answers = send_at_once(tabs, address, forms)
    posted = [answer for answer in answers if answer.status_code == 302]
    asked = [answer for answer in answers if answer.status_code == 422]
    assert len(posted) == len(asked) == PEOPLE // 2, "those with the words that came first are all answered"
    assert posted_words() == 1
    for answer in asked:
        page = answer.content.decode()
        assert "I drove 400 km, try" in page and 'value="one-press"' not in page
    assert_exact()


@pytest.mark.parametrize(("address", "verb"), [(verb, verb) for verb in FORMS], indirect=["address"])
def test_without_the_key_every_press_is_there(tabs: list[Client], address: str, verb: str) -> None:
    """The control. Other words each time: the very same ones are asked about where the first are there already."""
    form = FORMS[verb][1]
    send_at_once(tabs[:3], address, [form | {"body": f"{form['body']} Tab {number}."} for number in range(3)])
    assert posted_words() == 3


# Surveys and draws have keys of their own in the database: one sheet and one entry a person --------------------------


def all_at_once(clients: list[Client], address: str, form: dict[str, str]) -> set[int]:
    answers = send_at_once(clients, address, [form] * len(clients))
    return {answer.status_code for answer in answers}


def test_a_survey_pressed_on_in_many_tabs_is_one_sheet_sent_once(tabs: list[Client]) -> None:
    survey = a_survey(a_question(), words())
    at = survey.get_absolute_url()
    assert all_at_once(tabs, f"{at}start/", {}) == {302}
    assert Response.objects.count() == 1
    assert all_at_once(tabs, f"{at}answer/", {"first": "1", "q1": "2"}) == {302}
    assert all_at_once(tabs, f"{at}answer/", {"first": "2", "q2-words": "Warm cars."}) == {302}
    assert all_at_once(tabs, f"{at}send/", {}) == {302}
    assert sorted(Answer.objects.values_list("question__number", "words")) == [(1, ""), (2, "Warm cars.")]


def test_a_draw_entered_and_a_prize_claimed_in_many_tabs_are_one(tabs: list[Client]) -> None:
    draw = a_draw()
    at = draw.get_absolute_url()
    member = Member.objects.get(pk=tabs[0].session["_auth_user_id"])
    a_vote(Poll.objects.get(pk=draw.source_id), 1, by=member)
    assert all_at_once(tabs, f"{at}enter/", {"adult": "1"}) == {302}
    entry = Entry.objects.get(draw=draw)
    now = clock.now()
    Draw.objects.filter(pk=draw.pk).update(closes_at=now - HOUR, value_at=now + HOUR)
    at_once(*[partial(polls.freeze_draw, draw_id=draw.pk)] * PEOPLE)
    Draw.objects.filter(pk=draw.pk).update(frozen_at=now - 2 * HOUR, value_at=now - HOUR)
    admin = a_member(role="admin")
    at_once(*[partial(polls.hold_draw, actor=admin, draw_id=draw.pk, value=str(n)) for n in range(PEOPLE)])
    assert all_at_once(tabs, f"{at}claim/", {}) == {302}
    draw.refresh_from_db()
    entry.refresh_from_db()
    assert (draw.entry_count, entry.place) == (1, 1)
    assert entry.claimed_at is not None
    assert len(draw.value) == 1, "the value that came first stays"
