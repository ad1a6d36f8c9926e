"""Making and duplicating polls, quizzes and surveys, pressed many times at once: one of each, and all are led to it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from polls import actions as poll_actions
from polls.models import Poll
from polls.quizzes import actions as quiz_actions
from polls.quizzes.models import Quiz
from polls.surveys import actions as survey_actions
from polls.surveys.models import Survey
from tests.builders.members import a_member
from tests.builders.polls import a_poll
from tests.builders.quizzes import a_quiz
from tests.builders.surveys import a_survey
from tests.concurrency.test_pressed_twice import send_at_once
from tests.concurrency.together import PEOPLE

pytestmark = pytest.mark.django_db(transaction=True)

# What is duplicated: how it is made, the page with the button, what the button's form sends to, and its model.
COPIES: dict[str, tuple[Callable[..., Any], str, str, type[Any]]] = {
    "duplicate_poll": (a_poll, "/polls/{0.pk}/manage/", "/polls/{0.pk}/manage/duplicate/", Poll),
    "duplicate_quiz": (a_quiz, "/quizzes/{0.slug}/", "/quizzes/{0.slug}/duplicate/", Quiz),
    "duplicate_survey": (a_survey, "/surveys/{0.slug}/", "/surveys/{0.slug}/duplicate/", Survey),
}
TWO = {"q-0-0-text": "Left", "q-0-1-text": "Right", "questions": "1", "do": "publish", "audience": "everyone"}
MADE: dict[str, tuple[str, type[Any], str, dict[str, str]]] = {
    "make_poll": (
        "/polls/new/",
        Poll,
        "question",
        {"kind": "single", "audience": "members", "results": "voted", "changes": "change"}
        | {"secrecy": "private", "choice-0-text": "Left", "choice-1-text": "Right"},
    ),
    "make_quiz": (
        "/quizzes/new/",
        Quiz,
        "title",
        TWO | {"kind": "knowledge", "which": "best", "q-0-text": "Which one?", "q-0-0-right": "1"},
    ),
    "make_survey": ("/surveys/new/", Survey, "title", TWO | {"q-0-text": "Which one?"}),
}


@pytest.fixture
def tabs() -> list[Client]:
    """The same editor in several tabs."""
    editor = a_member(role="editor")
    clients = [Client() for _ in range(PEOPLE)]
    for client in clients:
        client.force_login(editor)
    return clients


def test_every_verb_of_these_rooms_that_takes_a_key_is_in_a_table() -> None:
    keyed = {
        name
        for room in (poll_actions, quiz_actions, survey_actions)
        for name in room.__all__
        if inspect.isfunction(getattr(room, name))
        and "idempotency_key" in inspect.signature(getattr(room, name)).parameters
    }
    # Votes are tried in tests/concurrency/test_votes.py.
    assert keyed - {"cast_ballot"} == {*COPIES, *MADE}


@pytest.mark.parametrize("verb", COPIES)
def test_a_copy_asked_for_many_times_at_once_is_one(tabs: list[Client], verb: str) -> None:
    make, page, target, model = COPIES[verb]
    admin = a_member(role="admin")
    for client in tabs:
        client.force_login(admin)
    source = make(author=admin)
    html = tabs[0].get(page.format(source)).content.decode()
    found = re.search(rf'action="{re.escape(target.format(source))}">.*?name="key" value="([^"]+)"', html)
    assert found, "the button carries a key"
    answers = send_at_once(tabs, target.format(source), [{"key": found[1]}] * PEOPLE)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert model.objects.count() == 2
    again = tabs[0].get(page.format(source)).content.decode()
    assert found[1] not in again, "who comes back and presses again wants another"
    send_at_once(tabs[:2], target.format(source), [{"key": "a"}, {"key": "b"}])
    assert model.objects.count() == 4, "the control"


@pytest.mark.parametrize("verb", MADE)
def test_what_is_made_by_many_presses_at_once_is_there_once(tabs: list[Client], verb: str) -> None:
    address, model, name, rest = MADE[verb]
    assert 'name="key"' in tabs[0].get(address).content.decode()
    form = rest | {name: "Which way to the sea?", "key": "one-press"}
    answers = send_at_once(tabs, address, [form] * PEOPLE)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert model.objects.count() == 1
    other = tabs[0].post(address, form | {name: "Which way to the hills?"})
    assert other.status_code == 422
    page = other.content.decode()
    assert "Send again to post these too." in page and "Which way to the hills?" in page
    assert 'value="one-press"' not in page
    assert model.objects.count() == 1
