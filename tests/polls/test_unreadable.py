"""Forms of polls, quizzes and surveys with something in them that cannot be kept: told at its field, the rest stays."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from forum.models import Draft
from polls.models import Poll
from polls.quizzes.models import Quiz
from polls.surveys.models import Response, Survey, Wave
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.builders.surveys import a_survey, begun, wave_of, words

pytestmark = pytest.mark.django_db
REASON = {
    "en": "Something in these words cannot be read. Please type them anew.",
    "zh-hans": "这些文字里有无法识别的字符，请重新输入。",
}
QUIZ = {
    "title": "How well do you know the road?",
    "about": "Five minutes",
    "kind": "knowledge",
    "audience": "everyone",
    "which": "best",
    "outcomes": "0",
    "questions": "1",
    "q-0-text": "What of it?",
    "q-0-0-text": "This",
    "q-0-0-right": "1",
    "q-0-1-text": "That",
    "q-0-why": "Because of this.",
    "do": "publish",
}
SURVEY = {
    "title": "How was the year?",
    "about": "Two minutes",
    "secrecy": "named",
    "audience": "everyone",
    "thanks": "Thank you",
    "questions": "1",
    "q-0-text": "Which way?",
    "q-0-kind": "single",
    "q-0-0-text": "Left",
    "q-0-1-text": "Right",
    "do": "publish",
}


def refused_at(told: str, name: str) -> str:
    """What stands beside the field of this name as wrong with it."""
    found = re.search(rf'id="{name}-refused">.*?<p>(.*?)</p>', told, re.S)
    return found[1] if found else ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("address", "form", "name", "at"),
    [
        ("/quizzes/new/", QUIZ, "title", "title"),
        ("/quizzes/new/", QUIZ, "about", "about"),
        ("/quizzes/new/", QUIZ, "q-0-text", "q-0-text"),
        ("/quizzes/new/", QUIZ, "q-0-1-text", "q-0-options"),
        ("/quizzes/new/", QUIZ, "q-0-why", "q-0-why"),
        ("/surveys/new/", SURVEY, "title", "title"),
        ("/surveys/new/", SURVEY, "about", "about"),
        ("/surveys/new/", SURVEY, "thanks", "thanks"),
        ("/surveys/new/", SURVEY, "q-0-text", "q-0-text"),
        ("/surveys/new/", SURVEY, "q-0-1-text", "q-0-options"),
    ],
)
def test_it_is_told_beside_its_field_and_everything_else_stays(address, form, name, at, language):
    client = signed_in(Client(), a_member(role="editor", language=language))
    answer = client.post(address, form | {name: f"{form[name]}\0"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert refused_at(told, at) == REASON[language]
    typed = [value for key, value in form.items() if key not in (name, "kind", "do", "questions", "outcomes")]
    assert [value for value in typed if value not in told] == []
    assert not Quiz.objects.exists() and not Survey.objects.exists()
    assert client.post(address, form).status_code == 302


@pytest.mark.parametrize("name", ["question", "about", "choice-0-text"])
def test_a_poll_with_it_keeps_the_rest(name):
    form = {
        "question": "Which way do you take?",
        "about": "In winter",
        "kind": "single",
        "audience": "members",
        "results": "voted",
        "changes": "withdraw",
        "secrecy": "private",
        "method": "runoff",
        "choice-0-text": "Over the hill",
        "choice-1-text": "Through the valley",
    }
    client = signed_in(Client(), a_member(role="editor"))
    answer = client.post("/polls/new/", form | {name: f"{form[name]}\0"})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert REASON["en"] in told
    assert [
        one for one in ("Which way", "In winter", "Over the", "Through the valley") if one not in told
    ] == []
    assert not Poll.objects.exists()
    assert client.post("/polls/new/", form).status_code == 302


def test_words_of_an_answer_are_asked_for_again():
    survey = a_survey(words())
    member = a_member()
    begun(survey, {}, by=member)
    client = signed_in(Client(), member)
    answer = client.post(f"/surveys/{survey.slug}/answer/", {"first": "1", "q1-words": "All of it\0 well"})
    assert answer.status_code == 422
    assert REASON["en"] in answer.content.decode()
    assert "All of it" in answer.content.decode()
    assert Response.objects.get().progress.get("answers", {}) == {}


def test_a_reason_is_asked_for_again():
    poll = a_poll(thread=a_thread(author=a_member()))
    member = a_member()
    a_vote(poll, 1, by=member)
    client = signed_in(Client(), member)
    answer = client.post(f"/polls/{poll.pk}/why/", {"why": "It \0 is quicker"})
    assert answer.status_code == 422
    assert REASON["en"] in answer.content.decode()
    assert "is quicker" in answer.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("note", ["We read\0 it all", "x" * 601])
def test_the_word_below_a_result_stays_when_it_is_refused(note):
    survey = a_survey()
    client = signed_in(Client(), survey.author, strongly=True)
    client.post(f"/surveys/{survey.slug}/close/")
    answer = client.post(f"/surveys/{survey.slug}/publish/", {"wave": "1", "note": note})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert refused_at(told, "note")
    assert note.partition("\0")[0] in told
    assert wave_of(survey).published_at is None


@pytest.mark.parametrize(
    ("address", "form", "name"),
    [
        ("/quizzes/new/", QUIZ, "board"),
        (
            "/quizzes/new/",
            QUIZ | {"kind": "outcome", "outcomes": "2", "o-0-title": "A", "o-1-title": "B"},
            "o-1-board",
        ),
        ("/surveys/new/", SURVEY, "board"),
    ],
)
def test_a_board_that_went_meanwhile_costs_nobody_their_words(address, form, name):
    client = signed_in(Client(), a_member(role="editor"))
    answer = client.post(address, form | {name: "gone-meanwhile"})
    assert answer.status_code == 422
    assert "not there any more" in refused_at(answer.content.decode(), name)
    assert form["about"] in answer.content.decode()


def test_an_end_that_is_no_moment_is_not_left_out_in_silence():
    client = signed_in(Client(), a_member(role="editor"))
    answer = client.post("/surveys/new/", SURVEY | {"closes_at": "next Friday"})
    assert answer.status_code == 422
    assert refused_at(answer.content.decode(), "closes_at") == "This is no day and time."
    assert 'value="next Friday"' in answer.content.decode()
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    ("form", "at"),
    [
        ({"name": "Does\0 it?"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"polls": []}, "polls"),
        ({"holdout": "4"}, "holdout"),
        ({"ends_at": "soon"}, "ends_at"),
        ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
    ],
)
def test_a_trial_that_cannot_be_is_told_at_its_field(form, at):
    poll = a_poll(audience="everyone")
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    whole = {"name": "Why?", "polls": [str(poll.pk)], "holdout": "20", "ends_at": "2099-01-01T10:00"} | form
    answer = client.post("/polls/trials/", whole)
    assert answer.status_code == 422
    assert refused_at(answer.content.decode(), at)
    for name in ("holdout", "ends_at"):
        assert f'value="{whole[name]}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "at"),
    [
        ({"prize": "A\0 car"}, "prize"),
        ({"winners": "0"}, "winners"),
        ({"closes_at": "soon"}, "closes_at"),
        ({"value_at": "2020-01-01T10:00"}, "value_at"),
        ({"terms": "x" * 601}, "terms"),
    ],
)
def test_a_draw_that_cannot_be_is_told_at_its_field(form, at):
    poll = a_poll(audience="members")
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    whole = {
        "prize": "A set of tyres",
        "winners": "1",
        "closes_at": "2098-01-01T10:00",
        "value_kind": "The numbers of the lottery",
        "value_at": "2099-01-01T10:00",
        "terms": "None",
    } | form
    answer = client.post(f"/draws/new/?poll={poll.pk}", whole)
    assert answer.status_code == 422
    assert refused_at(answer.content.decode(), at)
    assert 'value="The numbers of the lottery"' in answer.content.decode()
